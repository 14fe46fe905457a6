// What the core and the workers say: English templates with gaps, which are said in other languages by
// catalogues. The template is the key, so whoever has no catalogue says it in English.
import type { Filling, Message } from "../wasm/chat_vector";

/** What is said in another language for each English template. */
export type Catalogue = Readonly<Record<string, string>>;

/** What makes a clause a sentence, in languages that have capitals and full stops. */
const SENTENCE = "{clause}.";

/** A message of the page's own program: a template in English, and what fills its gaps, by name. */
export function say(template: string, fillings: Record<string, Filling> = {}): Message {
  return { template, fillings: Object.entries(fillings) };
}

/** What is told, in the language of a catalogue. */
export function told(what: Filling, catalogue: Catalogue): string {
  if (typeof what === "string") return what;
  const { template, fillings } = what;
  const gaps = new Map(fillings.map(([name, filling]) => [name, told(filling, catalogue)]));
  const translated = catalogue[template];
  const pattern = translated ?? template;
  const text = pattern.replace(/\{(\w+)\}/g, (gap, name: string, at: number) =>
    apart(pattern[at - 1], gaps.get(name) ?? "", pattern[at + gap.length]),
  );
  return template === SENTENCE && translated === undefined ? capitalised(text) : text;
}

/** What fills a gap, with a space between Latin text and the kana or kanji beside it. */
function apart(before = "", filling: string, after = ""): string {
  const left = EAST_ASIAN.test(before) && /^[\w`]/.test(filling) ? " " : "";
  const right = EAST_ASIAN.test(after) && /[\w`]$/.test(filling) ? " " : "";
  return left + filling + right;
}

const EAST_ASIAN = /[\u3041-\u30ff\u4e00-\u9fff]/;

export function english(what: Filling): string {
  return told(what, {});
}

function capitalised(text: string): string {
  return text.replace(/^[a-z]/, (first) => first.toUpperCase());
}

/** Values as others know them, with English text in place of messages. */
export type InEnglish<T> = T extends Message
  ? string
  : T extends (infer U)[]
    ? InEnglish<U>[]
    : T extends object
      ? { [K in keyof T]: InEnglish<T[K]> }
      : T;

/** Plain data with all that is told as English text. */
export function inEnglish<T>(value: T): InEnglish<T> {
  return convert(value) as InEnglish<T>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== "object" || value === null) return value;
  if ("template" in value) return english(value as Message);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]));
}
