// Tests of several λ at once.
import { expect, test } from "vitest";
import type { PlanReport } from "../protocol";
import { english, say } from "./message";
import { said } from "./sentence";
import { labelsOf, planOfAll, savedName, seriesOf, seriesProblem, suffixesOf } from "./series";

test("lists go together, and a single λ holds for all outputs", () => {
  expect(seriesOf([[0.5, 1], [2]])).toEqual([
    [0.5, 2],
    [1, 2],
  ]);
  expect(seriesOf([[0.5, 1], [2, 3]])).toEqual([
    [0.5, 2],
    [1, 3],
  ]);
  expect(seriesOf([[1], [2]])).toEqual([[1, 2]]);
});

const told = (lists: number[][]) => {
  const problem = seriesProblem(lists);
  return problem && said([problem]);
};

test("what keeps lists from going together is told", () => {
  expect(seriesProblem([[1], [2]])).toBeNull();
  expect(seriesProblem([[0.5, 1], [2]])).toBeNull();
  expect(told([[0.5, 1, 2], [3], [1, 2]])).toBe(
    "Lists of weights go together, but chat model 1 has 3 and chat model 3 has 2: give as many of each, or one for all.",
  );
  expect(told([[1, 0.5, 1], [3]])).toBe(
    "Two outputs would have the same weights (1): give them once.",
  );
  // A grid of weights has each of them twice.
  expect(seriesProblem([[0, 0, 1, 1], [0, 1, 0, 1]])).toBeNull();
  expect(told([[0, -0]])).toContain("(0)");
  const many = Array.from({ length: 17 }, (_, i) => i);
  expect(told([many])).toBe("At most 16 outputs are made at once: give fewer weights.");
  expect(seriesProblem([many.slice(1)])).toBeNull();
});

test("outputs are told apart by what they differ in", () => {
  expect(labelsOf([[0.5]])).toEqual([""]);
  expect(suffixesOf([[0.5]])).toEqual([""]);
  const one = [[-0.5], [1e-7]];
  expect(labelsOf(one)).toEqual(["λ = −0.5", "λ = 1e−7"]);
  expect(suffixesOf(one)).toEqual(["-lambda--0.5", "-lambda-1e-7"]);
  const two = seriesOf([[0.5, 0.5, 1], [2], [0, 1, 1]]);
  expect(labelsOf(two)).toEqual(["λ₁ = 0.5, λ₃ = 0", "λ₁ = 0.5, λ₃ = 1", "λ₁ = 1, λ₃ = 1"]);
  expect(suffixesOf(two)).toEqual(["-lambda-0.5_0", "-lambda-0.5_1", "-lambda-1_1"]);
});

test("files of several outputs have names of their own", () => {
  expect(savedName("model.safetensors", "", 1)).toBe("model.safetensors");
  expect(savedName("model.safetensors", "-lambda-0.5", 1)).toBe("model-lambda-0.5.safetensors");
  expect(savedName("config.json", "-lambda-0.5", 3)).toBe("lambda-0.5-config.json");
});

test("the plan is the first one's, with what stands in the way of others", () => {
  const problem = (message: string) => ({ model: null, file: null, tensor: null, message: say(message) });
  const report = (problems: string[], notices: string[]) =>
    ({ problems: problems.map(problem), notices: notices.map((text) => say(text)), merged: problems.length }) as unknown as PlanReport;
  const all = planOfAll(
    [report(["a"], ["b", "e"]), report(["a", "c"], ["b", "d"]), report(["a", "c"], ["b"])],
    ["λ = 1", "λ = 0", "λ = 2"],
  );
  expect(all?.problems.map(({ message }) => english(message))).toEqual(["a", "λ = 0; λ = 2: c"]);
  expect(all?.notices.map(english)).toEqual(["b", "λ = 1: e", "λ = 0: d"]);
  expect(all?.merged).toBe(1);
});
