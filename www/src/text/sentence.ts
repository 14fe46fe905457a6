// Sentences that are kept: they are said in whatever language the page speaks when they are shown.
import { Failed } from "../client";
import type { Filling, Message } from "../protocol";
import { coreCatalogue, text } from "./language";
import type { Text } from "./languages/en";
import { told } from "./message";

/** The page's own words, what the core and the workers say, or what the browser does, in English. */
export type Words = ((text: Text) => string) | Message | string;
/** Words that stand one after the other. */
export type Sentence = readonly Words[];

/** The sentence in the page's language. */
export function said(sentence: Sentence): string {
  return sentence.reduce<string>((before, words) => `${before}${gap(before)}${wordsOf(words)}`, "");
}

export function wordsOf(words: Words): string {
  if (typeof words === "function") return words(text.value);
  // Errors of the workers that the core did not see may be known too.
  return typeof words === "string" ? (coreCatalogue.value[words] ?? words) : ofCore(words);
}

/** What the core says, in the page's language. */
export function ofCore(what: Filling): string {
  return told(what, coreCatalogue.value);
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
  if (error instanceof Failed) return error.failure.message;
  return error instanceof Error ? error.message : String(error);
}
