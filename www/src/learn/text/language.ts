// What the learn page says, in the language that the page speaks.
import { computed, signal } from "@preact/signals";
import { choose, type Language, language, preferred, speak } from "../../text/language";
import { en, type LearnText } from "./en";

const TRANSLATIONS: Record<Exclude<Language, "en">, () => Promise<{ text: LearnText }>> = {
  ja: () => import("./ja"),
  ko: () => import("./ko"),
  "zh-Hant": () => import("./zh-hant"),
};

const known = signal<Partial<Record<Language, LearnText>>>({ en });

export const learnText = computed(() => known.value[language.value] ?? en);

export async function load(language: Language): Promise<void> {
  if (language === "en" || known.peek()[language]) return;
  const { text } = await TRANSLATIONS[language]();
  known.value = { ...known.peek(), [language]: text };
}

/** As the browser or an earlier choice has it. What both pages share has its text beside this one. */
export async function speakAsPreferred(): Promise<void> {
  const language = preferred();
  await Promise.all([load(language), speak(language)]);
}

/** A person's choice. All of the page's text is there before a word of it changes. */
export async function chooseHere(language: Language): Promise<void> {
  await load(language);
  await choose(language);
}
