// Several λ at once: an output for each. The lists of the chat models go together, and a single λ
// holds for all outputs.
import type { PlanReport } from "../protocol";
import { lambda } from "./formula";
import type { Text } from "./languages/en";
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

/** What each output is told by: `λ = 0.5`, or `λ₁ = 0.5, λ₂ = 1`; nothing where there is only one. */
export function labelsOf(series: number[][]): string[] {
  const chats = differing(series);
  const symbol = (chat: number) => (series[0]?.length === 1 ? "λ" : lambda(chat + 1));
  return series.map((weights) =>
    chats.map((chat) => `${symbol(chat)} = ${weightText(weights[chat] ?? 0)}`).join(", "),
  );
}

/** What the folder or file of each output is told by: `-lambda-0.5`, or `-lambda-0.5_1`; nothing where
 * there is only one. */
export function suffixesOf(series: number[][]): string[] {
  const chats = differing(series);
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

/** The plan of all outputs: that of the first, with what stands in the way of others. */
export function planOfAll(reports: PlanReport[], labels: string[]): PlanReport | null {
  const [first, ...others] = reports;
  if (!first) return null;
  const problems = [...first.problems];
  const notices = [...first.notices];
  for (const [i, report] of others.entries()) {
    const told = (message: string) => `${labels[i + 1]}: ${message}`;
    for (const problem of report.problems) {
      const known = first.problems.some(({ message }) => message === problem.message);
      if (!known) problems.push({ ...problem, message: told(problem.message) });
    }
    const others = report.notices.filter((notice) => !first.notices.includes(notice));
    notices.push(...others.map(told));
  }
  return { ...first, problems, notices };
}
