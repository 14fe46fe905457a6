// The language that the page speaks, and all its text in it.
import { computed, signal } from "@preact/signals";
import { en, type Text } from "./languages/en";
import type { LaterText } from "./languages/en-later";
import type { Catalogue } from "./message";

/** What the page says in another language than English. */
export type Translation = { text: Text; later: LaterText; core: Catalogue };

/** The languages, each by its own name. All but English are loaded when they are wanted. */
export const LANGUAGES = {
  en: "English",
  ja: "日本語",
  ko: "한국어",
  "zh-Hant": "繁體中文",
} as const;

export type Language = keyof typeof LANGUAGES;

const TRANSLATIONS: Record<Exclude<Language, "en">, () => Promise<Translation>> = {
  ja: () => import("./languages/ja"),
  ko: () => import("./languages/ko"),
  "zh-Hant": () => import("./languages/zh-hant"),
};

const spoken = signal<{ language: Language; translation: Translation | null }>({
  language: "en",
  translation: null,
});

export const language = computed(() => spoken.value.language);
export const text = computed(() => spoken.value.translation?.text ?? en);
/** What parts that are loaded later say; null in English, whose text they bring with them. */
export const laterTranslation = computed(() => spoken.value.translation?.later ?? null);
const ENGLISH: Catalogue = {};
/** What the core and the workers say, by its English. */
export const coreCatalogue = computed(() => spoken.value.translation?.core ?? ENGLISH);
/** The language of what the page shows but does not say itself: sentences of the browser, which are
 * taken for English. Nothing where all of the page is. */
export const foreign = computed(() => (spoken.value.language === "en" ? undefined : "en"));

let wanted: Language = "en";

/** Speaks a language from now on; once it is there, if no other one is wanted by then. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  const translation = language === "en" ? null : await TRANSLATIONS[language]();
  if (wanted === language) spoken.value = { language, translation };
}

/** The language of all that fits best what a person reads, in the order of their preference. */
export function fitting(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return "en";
}

function languageOf(tag: string): Language | null {
  const [language = "", ...rest] = tag.toLowerCase().split(/[-_]/);
  // Written in traditional characters: as told, or as in these places. Others read simplified ones.
  if (language === "zh") {
    const isIn = (...tags: string[]) => tags.some((tag) => rest.includes(tag));
    return isIn("hant") || (isIn("tw", "hk", "mo") && !isIn("hans")) ? "zh-Hant" : null;
  }
  return isLanguage(language) ? language : null;
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

const KEY = "chat-vector language";

/** The language that was chosen here before, or else the one that fits the browser's. */
export function preferred(): Language {
  const known = saved();
  return known !== null && isLanguage(known) ? known : fitting(navigator.languages);
}

export async function speakAsWanted(): Promise<void> {
  const language = preferred();
  if (language !== "en") await speak(language);
}

/** A person's choice, kept for their next visit. */
export async function choose(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Some browsers keep nothing.
  }
  await speak(language);
}

function saved(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
