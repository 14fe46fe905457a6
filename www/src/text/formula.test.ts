// Tests of the formula line.
import { expect, test } from "vitest";
import { formula, formulaText, lambda } from "./formula";

test("one chat model and a target", () => {
  expect(formulaText(formula(true, ["1"]))).toBe(
    "merged = target + 1 × (chat model 1 − base)",
  );
});

test("no target: the base, and negative λ are subtracted", () => {
  expect(formulaText(formula(false, ["0.5", "-0.25"]))).toBe(
    "merged = base + 0.5 × (chat model 1 − base) − 0.25 × (chat model 2 − base)",
  );
});

test("a λ that is no number keeps its symbol", () => {
  expect(formulaText(formula(true, ["1", ""]))).toContain("+ λ₂ × (chat model 2 − base)");
  expect(lambda(10)).toBe("λ₁₀");
});
