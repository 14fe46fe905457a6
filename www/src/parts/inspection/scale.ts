// Colours and numbers on axes.
import { max, min } from "d3-array";
import { scaleSequential } from "d3-scale";
import { interpolateCividis } from "d3-scale-chromatic";
import type { Measure } from "./measures";

/** From dark blue to yellow, even in lightness and to eyes that see fewer colours. */
export type Colours = { of(x: number): string; low: number; high: number };

/** Over the values that are known; sizes begin at zero. */
export function coloursOf(values: readonly number[], measure: Measure): Colours {
  const known = values.filter((x) => !Number.isNaN(x));
  const low = measure.signed ? (min(known) ?? 0) : 0;
  const high = max(known) ?? 0;
  // One colour where all is the same.
  const scale = scaleSequential(interpolateCividis).domain([low, high > low ? high : low + 1]);
  return { of: (x) => scale(x), low, high };
}
