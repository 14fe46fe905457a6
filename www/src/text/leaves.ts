// For tests: that translations say all that the English says.
import { expect } from "vitest";

/** Functions of lists. */
const LISTS = [".list", ".mergekit.dtypes"];

export type Leaf = [path: string, original: unknown, translated: unknown];

/** Every text and every function of texts, with its translation. */
export function leaves(original: object, translated: object, path = ""): Leaf[] {
  const places = Object.keys(original).sort();
  expect(Object.keys(translated).sort(), path).toEqual(places);
  return places.flatMap((key) => {
    const [one, other] = [original, translated].map((of) => (of as Record<string, unknown>)[key]);
    const at = `${path}.${key}`;
    if (typeof one !== "object" || one === null) return [[at, one, other] satisfies Leaf];
    // Its first and last parts may be empty: only where the link stands differs.
    if (Array.isArray(one)) return [[at, one.join(""), (other as string[]).join("")] satisfies Leaf];
    return leaves(one, other as object, at);
  });
}

/** What it says of so many things, or of values that can be recognised. */
export function told(path: string, leaf: unknown, of: number | "value"): string {
  if (typeof leaf !== "function") return String(leaf);
  if (LISTS.includes(path)) return leaf(of === 1 ? ["⟦0⟧"] : ["⟦0⟧", "⟦1⟧", "⟦2⟧"]);
  return leaf(...Array.from({ length: 5 }, (_, i) => (of === "value" ? `⟦${i}⟧` : of)));
}

/** Something wherever the original says something, and with the same values. */
export function saysTheSame(pairs: Leaf[]): void {
  for (const [path, original, translated] of pairs) {
    for (const count of [1, 2]) {
      const [from, to] = [told(path, original, count), told(path, translated, count)];
      expect(to === "", path).toBe(from === "");
      expect(to, path).not.toMatch(/undefined|\[object|^ | $/);
    }
    const values = [original, translated].map((leaf) => valuesIn(told(path, leaf, "value")));
    expect(values[1], path).toEqual(values[0]);
  }
}

function valuesIn(text: string): string[] {
  return [...new Set(text.match(/⟦\d⟧/g))].sort();
}
