// Several λ at once: an output for each. The lists of the chat models go together, and a single λ
// holds for all outputs.
import type { Message, PlanReport } from "../protocol";
import { lambda } from "./formula";
import type { Text } from "./languages/en";
import { english, say } from "./message";
import { weightsText, weightText } from "./weight";

/** The most outputs of one merge. */
export const MOST_OUTPUTS = 16;

/** λ of each chat model for each output. */
export function seriesOf(lists: number[][]): number[][] {
  const count = Math.max(1, ...lists.map(({ length }) => length));
  return Array.from({ length: count }, (_, i) => lists.map((list) => list[i] ?? list[0] ?? 0));
}

/** Why lists don't make outputs, in a sentence; null where they do. */
export function seriesProblem(lists: number[][]): ((text: Text) => string) | null {
  const long = lists.flatMap((list, chat) => (list.length > 1 ? [{ chat, list }] : []));
  const [first] = long;
  if (!first) return null;
  const other = long.find(({ list }) => list.length !== first.list.length);
  if (other) {
    const [a, b] = [first.chat + 1, other.chat + 1];
    return ({ typed }) => typed.listsDiffer(a, first.list.length, b, other.list.length);
  }
  if (first.list.length > MOST_OUTPUTS) return ({ typed }) => typed.tooManyOutputs(MOST_OUTPUTS);
  const series = seriesOf(lists).map((weights) => weights.join());
  const twice = series.findIndex((weights, i) => series.indexOf(weights) !== i);
  if (twice < 0) return null;
  const weights = weightsText(long.map(({ list }) => list[twice] ?? 0));
  return ({ typed }) => typed.sameOutputs(weights);
}

/** The chat models whose λ the outputs differ in. */
function differing(series: number[][]): number[] {
  const [first = []] = series;
  const differs = (chat: number) => series.some((weights) => weights[chat] !== first[chat]);
  return first.flatMap((_, chat) => (differs(chat) ? [chat] : []));
}

/** What each output is told by: `λ = 0.5`, or `λ₁ = 0.5, λ₂ = 1`; nothing where there is only one.
 * `chats`: those whose λ tell it. */
export function labelsOf(series: number[][], chats = differing(series)): string[] {
  const symbol = (chat: number) => (series[0]?.length === 1 ? "λ" : lambda(chat + 1));
  return series.map((weights) =>
    chats.map((chat) => `${symbol(chat)} = ${weightText(weights[chat] ?? 0)}`).join(", "),
  );
}

/** What the folder or file of each output is told by: `-lambda-0.5`, or `-lambda-0.5_1`; nothing where
 * there is only one. */
export function suffixesOf(series: number[][], chats = differing(series)): string[] {
  if (chats.length === 0) return series.map(() => "");
  return series.map((weights) => `-lambda-${chats.map((chat) => weights[chat]).join("_")}`);
}

/** The name that a file is saved by from a page with files of other outputs: `model-lambda-0.5.safetensors`
 * where it is the only one of its output, or else with what its folder is told by before it. */
export function savedName(name: string, suffix: string, files: number): string {
  if (suffix === "") return name;
  if (files > 1) return `${suffix.slice(1)}-${name}`;
  const dot = name.lastIndexOf(".");
  return name.slice(0, dot) + suffix + name.slice(dot);
}

/** The plan of all outputs: that of the first, with what is said of any. Before a sentence that is not
 * said of all stands of which it is. */
export function planOfAll(reports: PlanReport[], labels: string[]): PlanReport | null {
  const [first] = reports;
  if (!first) return null;
  /** Each sentence once, with the first thing that says it. */
  const said = <T>(all: T[][], messageOf: (of: T) => Message): [T, Message][] => {
    const keys = all.map((told) => told.map((one) => english(messageOf(one))));
    const firsts = new Map<string, T>();
    all.forEach((told, i) => {
      told.forEach((one, j) => {
        const key = keys[i]?.[j] ?? "";
        if (!firsts.has(key)) firsts.set(key, one);
      });
    });
    return [...firsts].map(([key, one]) => {
      const of = labels.filter((_, i) => keys[i]?.includes(key));
      const message = messageOf(one);
      if (of.length === reports.length) return [one, message];
      return [one, say("{outputs}: {message}", { outputs: of.join("; "), message })];
    });
  };
  const problems = said(reports.map(({ problems }) => problems), ({ message }) => message);
  const notices = said(reports.map(({ notices }) => notices), (notice) => notice);
  return {
    ...first,
    problems: problems.map(([problem, message]) => ({ ...problem, message })),
    notices: notices.map(([, message]) => message),
  };
}
