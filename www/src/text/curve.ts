// λ by layer as it is typed: `0: 0.2, 15: 1, 31: 0.5`, a curve that is straight between its points.
import type { LayerWeight } from "../protocol";
import { parseWeight } from "./weight";

/** The points that were typed, in the order of their layers; null where they can't be read. */
export function parseCurve(text: string): LayerWeight[] | null {
  const points: LayerWeight[] = [];
  for (const part of text.split(/[,;\n]/)) {
    if (part.trim() === "") continue;
    const [layer, weight, ...rest] = part.split(":");
    const number = Number(layer);
    const value = parseWeight(weight ?? "");
    if (rest.length > 0 || layer?.trim() === "" || value === null) return null;
    if (!Number.isInteger(number) || number < 0 || number > 0xffff) return null;
    points.push({ layer: number, weight: value });
  }
  points.sort((a, b) => a.layer - b.layer);
  const isDouble = ({ layer }: LayerWeight, i: number) => layer === points[i - 1]?.layer;
  return points.some(isDouble) ? null : points;
}

export function curveText(points: LayerWeight[]): string {
  return points.map(({ layer, weight }) => `${layer}: ${weight}`).join(", ");
}

/** λ at each of so many layers; `otherwise` where there are no points. */
export function curveWeights(points: LayerWeight[], layers: number, otherwise: number): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    const after = points.findIndex((point) => point.layer >= layer);
    const next = points[after];
    const before = points[after - 1];
    if (!next) return points.at(-1)?.weight ?? otherwise;
    if (!before) return next.weight;
    const share = (layer - before.layer) / (next.layer - before.layer);
    return before.weight + share * (next.weight - before.weight);
  });
}

/** The fewest of these points through which the curve still goes through all. */
export function curvePoints(weights: number[]): LayerWeight[] {
  const points: LayerWeight[] = [];
  for (const [layer, weight] of weights.entries()) {
    const last = points.at(-1);
    const before = points.at(-2);
    if (last && before && isStraight(before, last, { layer, weight })) points.pop();
    points.push({ layer, weight });
  }
  const [first, second, ...others] = points;
  return first && second && others.length === 0 && first.weight === second.weight ? [first] : points;
}

function isStraight(a: LayerWeight, b: LayerWeight, c: LayerWeight): boolean {
  const at = a.weight + ((b.layer - a.layer) / (c.layer - a.layer)) * (c.weight - a.weight);
  return Math.abs(at - b.weight) < 1e-9;
}
