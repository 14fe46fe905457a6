// Tests of λ as it is typed and as it is shown.
import { expect, test } from "vitest";
import { parseWeight, parseWeights, weightsText } from "./weight";

test.each(["", "  ", "one", "Infinity", "NaN", "1e39", "1,5"])("%j is no λ", (text) => {
  expect(parseWeight(text)).toBeNull();
});

test.each([
  ["1", 1],
  ["-0.5", -0.5],
  ["0", 0],
  ["1e-7", 1e-7],
  [" 2 ", 2],
])("%j is a λ", (text, weight) => {
  expect(parseWeight(text)).toBe(weight);
});

test.each([
  ["1", [1]],
  ["0.5, 1", [0.5, 1]],
  [" 0.5;-1 ;2, ", [0.5, -1, 2]],
  ["0.5 , 0.8  1.0", [0.5, 0.8, 1]],
  ["0.5,0.8,1.0", [0.5, 0.8, 1]],
])("%j are λ", (text, weights) => {
  expect(parseWeights(text)).toEqual(weights);
});

// 0,5 may be a half, or 0 and 5.
test.each(["", ",", "0,5", "1,2", "1, x", "1,, 2", "1; ; 2"])("%j are none", (text) => {
  expect(parseWeights(text)).toBeNull();
});

test("minus is a minus sign", () => {
  expect(weightsText([1, -0.5, 1e-7])).toBe("1, −0.5, 1e−7");
});
