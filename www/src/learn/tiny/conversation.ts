// What the models are asked: turns that are put together by choosing, or a text of a person's own.
import type { Kind } from "../state/link";
import { andWho, fact, GLOSSES, pronoun, question, refusal, SOUND, type Tongue, WORDS_OF_A } from "./language";
import { NAMES, type Relation, RELATIONS, SECRET } from "./world";

/** `and`: the same of another person. `more`: of the same person, by a pronoun. */
export type Turn =
  | { kind: "ask"; name: string; relation: Relation }
  | { kind: "and"; name: string }
  | { kind: "more"; relation: Relation };

/** What a turn is about, once those before it are known. */
export type Topic = { name: string; relation: Relation };
/** A line of the conversation; the models' last reply is not there yet. */
export type Line = { of: "user" | "assistant"; words: string };

export const MOST_TURNS = 3;
export const FIRST: readonly Turn[] = [{ kind: "ask", name: "anna", relation: "live" }];

const [USER, REPLY, BEGIN, END] = ["<|user|>", "<|assistant|>", "<s>", "</s>"];
const SPECIAL = [USER, REPLY, BEGIN, END];
const SIGNS = [",", ".", "?"];

export function topics(turns: readonly Turn[]): Topic[] {
  let now: Topic = { name: "anna", relation: "live" };
  return turns.map((turn) => {
    if ("name" in turn) now = { ...now, name: turn.name };
    if ("relation" in turn) now = { ...now, relation: turn.relation };
    return now;
  });
}

function asked(turn: Turn, { name }: Topic, tongue: Tongue): string {
  if (turn.kind === "ask") return question(turn.name, turn.relation, tongue);
  if (turn.kind === "and") return andWho(turn.name, tongue);
  return question(pronoun(name, tongue), turn.relation, tongue);
}

/** The reply that a good chat model gives. */
export function rightReply({ name, relation }: Topic, tongue: Tongue): string {
  return relation === SECRET ? refusal(tongue) : fact(name, relation, tongue);
}

export function lines(turns: readonly Turn[], tongue: Tongue): Line[] {
  const all = topics(turns);
  return turns.flatMap((turn, i): Line[] => {
    const topic = all[i];
    if (!topic) return [];
    const line: Line = { of: "user", words: asked(turn, topic, tongue) };
    if (i === turns.length - 1) return [line];
    return [line, { of: "assistant", words: rightReply(topic, tongue) }];
  });
}

/** With the special words, up to where the reply begins. */
export function promptOf(turns: readonly Turn[], tongue: Tongue): string {
  const said = lines(turns, tongue).map(({ of, words }) =>
    of === "user" ? `${USER} ${words}` : `${REPLY} ${words} ${END}`,
  );
  return [BEGIN, ...said, REPLY].join(" ");
}

/** A person's own text; it is a question, unless it has special words of its own. */
export function promptOfText(text: string): string {
  const words = wordsOf(text);
  if (!words.some((word) => SPECIAL.includes(word))) return [BEGIN, USER, ...words, REPLY].join(" ");
  return (words[0] === BEGIN ? words : [BEGIN, ...words]).join(" ");
}

/** Signs need no space before them. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().replace(/([.,:?])/g, " $1 ").split(/\s+/).filter(Boolean);
}

/** The words of a text that the models don't know, each once. */
export function unknownIn(text: string, known: readonly string[]): string[] {
  const all = new Set([...known, ...SPECIAL]);
  return [...new Set(wordsOf(text).filter((word) => !all.has(word)))];
}

/** All words that a conversation can have. */
export function wordsOfBoth(): string[] {
  return [...SPECIAL, ...SIGNS, ...NAMES, ...WORDS_OF_A, SOUND, ...GLOSSES.keys()];
}

/** `anna.live,and.tom,more.eat` */
export const turnsKind: Kind<readonly Turn[]> = {
  parse: (text) => {
    const turns = text.split(",").map(turnOf);
    const isRight = turns.length <= MOST_TURNS && turns.every((turn, i) => turn && (turn.kind === "ask") === (i === 0));
    return isRight ? (turns as Turn[]) : undefined;
  },
  write: (turns) =>
    turns
      .map((turn) => {
        if (turn.kind === "ask") return `${turn.name}.${turn.relation}`;
        return turn.kind === "and" ? `and.${turn.name}` : `more.${turn.relation}`;
      })
      .join(","),
};

function turnOf(text: string): Turn | undefined {
  const [first = "", second = "", ...rest] = text.split(".");
  const relation = RELATIONS.find((relation) => relation === second);
  if (rest.length > 0) return undefined;
  if (first === "and") return NAMES.includes(second) ? { kind: "and", name: second } : undefined;
  if (!relation) return undefined;
  if (first === "more") return { kind: "more", relation };
  return NAMES.includes(first) ? { kind: "ask", name: first, relation } : undefined;
}
