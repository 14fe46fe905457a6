// What the points are called in the picture and in formulas, in every language.
import type { Model } from "./state";

export const LETTERS: Record<Model, string> = { base: "B", chat: "C", second: "C₂", target: "T" };
