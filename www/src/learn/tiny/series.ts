// The measures as they are drawn and told: each has a colour, a line and a mark of its own.
import type { CurveRow } from "../protocol";
import type { LearnText } from "../text/en";
import type { Measures } from "./measures";

/** In nats, and lower is better; all others are shares. */
export const LOSS = "loss";

const MARKS = ["circle", "square", "triangle", "diamond"] as const;
/** `down`: of the loss, where lower is better. */
export type Mark = (typeof MARKS)[number] | "down";
export type Point = { x: number; y: number };
export type Series = { name: string; mark: Mark; points: Point[] };

export function valueOf(measures: Measures | undefined, name: string): number | undefined {
  return measures?.find((measure) => measure.name === name)?.value;
}

/** One for each measure; `rows` from the lowest λ. */
export function seriesOf(names: readonly string[], rows: readonly CurveRow[]): Series[] {
  return names.map((name, i) => ({
    name,
    mark: name === LOSS ? "down" : (MARKS[i % MARKS.length] ?? "circle"),
    points: rows.flatMap(({ lambda, measures }) => {
      const y = valueOf(measures, name);
      return y === undefined ? [] : [{ x: lambda, y }];
    }),
  }));
}

/** What a measure is called; a list of prompts may have some that this page has no word for. */
export function nameOf(name: string, { tiny }: LearnText): string {
  return (tiny.measures as Record<string, string>)[name] ?? name;
}

export function told(name: string, value: number): string {
  return name === LOSS ? value.toFixed(2) : `${Math.round(value * 100)}%`;
}
