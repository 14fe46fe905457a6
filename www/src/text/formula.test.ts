// Tests of the formula line.
import { expect, test } from "vitest";
import { formula, formulaText, lambda } from "./formula";

const NONE = { base: "", target: "", chats: [] };
const chats = (...weights: string[]) =>
  weights.map((weight) => ({ weight, curve: "", isVector: false }));

test("one chat model and a target", () => {
  expect(formulaText(formula("target", chats("1"), NONE))).toBe(
    "merged = target + 1 × (chat model 1 − base)",
  );
});

test("no target: the base, and negative λ are subtracted", () => {
  expect(formulaText(formula("base", chats("0.5", "-0.25"), NONE))).toBe(
    "merged = base + 0.5 × (chat model 1 − base) − 0.25 × (chat model 2 − base)",
  );
});

test("a λ that is no number keeps its symbol", () => {
  expect(formulaText(formula("target", chats("1", ""), NONE))).toContain(
    "+ λ₂ × (chat model 2 − base)",
  );
  expect(lambda(10)).toBe("λ₁₀");
});

test("several λ are a set, and so is the sum", () => {
  expect(formulaText(formula("target", chats("0.5, 0.8, 1.0", "-1"), NONE))).toBe(
    "merged = target + λ₁ × (chat model 1 − base) − 1 × (chat model 2 − base), λ₁ ∈ {0.5, 0.8, 1}",
  );
  const chat = { weight: "0, -1", curve: "0: 1", isVector: false };
  expect(formulaText(formula("base", [chat], NONE))).toBe(
    "merged = base + λ₁(layer) × (chat model 1 − base), λ₁ ∈ {0, −1} outside of layers",
  );
});

test("λ by layer is a function of the layer", () => {
  const chat = { weight: "1", curve: "0: 1", isVector: false };
  expect(formulaText(formula("base", [chat], NONE))).toBe(
    "merged = base + λ₁(layer) × (chat model 1 − base)",
  );
});

test("models by their names, without owners", () => {
  const names = { base: "mistralai/Mistral-7B", target: "mine", chats: ["Intel/neural-chat"] };
  expect(formulaText(formula("target", chats("1", "1"), names))).toBe(
    "merged = mine + 1 × (neural-chat − Mistral-7B) + 1 × (chat model 2 − Mistral-7B)",
  );
});

test("vectors are made, and added as they are", () => {
  expect(formulaText(formula("none", chats("1", "-2"), NONE))).toBe(
    "chat vector = 1 × (chat model 1 − base) − 2 × (chat model 2 − base)",
  );
  const [first] = chats("-1");
  expect(formulaText(formula("none", first ? [first] : [], NONE))).toBe(
    "chat vector = − 1 × (chat model 1 − base)",
  );
  const vector = { weight: "0.5", curve: "", isVector: true };
  expect(formulaText(formula("base", [vector], NONE))).toBe("merged = base + 0.5 × chat model 1");
});
