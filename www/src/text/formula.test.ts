// Tests of the formula line.
import { expect, test } from "vitest";
import { formula, formulaText, lambda } from "./formula";

const NONE = { base: "", target: "", chats: [] };

test("one chat model and a target", () => {
  expect(formulaText(formula(true, ["1"], NONE))).toBe(
    "merged = target + 1 × (chat model 1 − base)",
  );
});

test("no target: the base, and negative λ are subtracted", () => {
  expect(formulaText(formula(false, ["0.5", "-0.25"], NONE))).toBe(
    "merged = base + 0.5 × (chat model 1 − base) − 0.25 × (chat model 2 − base)",
  );
});

test("a λ that is no number keeps its symbol", () => {
  expect(formulaText(formula(true, ["1", ""], NONE))).toContain("+ λ₂ × (chat model 2 − base)");
  expect(lambda(10)).toBe("λ₁₀");
});

test("λ by layer is a function of the layer", () => {
  expect(formulaText(formula(false, ["1"], NONE, ["0: 1"]))).toBe(
    "merged = base + λ₁(layer) × (chat model 1 − base)",
  );
});

test("models by their names, without owners", () => {
  const names = { base: "mistralai/Mistral-7B", target: "mine", chats: ["Intel/neural-chat"] };
  expect(formulaText(formula(true, ["1", "1"], names))).toBe(
    "merged = mine + 1 × (neural-chat − Mistral-7B) + 1 × (chat model 2 − Mistral-7B)",
  );
});
