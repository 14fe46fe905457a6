// Sentences that are kept: they are said in whatever language the page speaks when they are shown.
import { text } from "./language";
import type { Text } from "./languages/en";

/** The page's own words, or what others say in English: the core and the browser. */
export type Words = ((text: Text) => string) | string;
/** Words that stand one after the other. */
export type Sentence = readonly Words[];

/** The sentence in the page's language. */
export function said(sentence: Sentence): string {
  return sentence.reduce<string>((before, words) => `${before}${gap(before)}${wordsOf(words)}`, "");
}

export function wordsOf(words: Words): string {
  return typeof words === "string" ? words : words(text.value);
}

/** What stands between these words and the next: nothing after marks that bring their own room. */
export function gap(before: string): string {
  return before === "" || /[。：，！？]$/.test(before) ? "" : " ";
}

/** An error of the page's own. */
export class Told extends Error {
  constructor(readonly words: (text: Text) => string) {
    super(words(text.peek()));
  }
}

/** What an error says. */
export function wordsOfError(error: unknown): Words {
  if (error instanceof Told) return error.words;
  return error instanceof Error ? error.message : String(error);
}
