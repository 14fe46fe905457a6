// Tests of curves of λ as they are typed and drawn.
import { expect, test } from "vitest";
import { curvePoints, curveText, curveWeights, parseCurve } from "./curve";

test("points are typed in any order", () => {
  expect(parseCurve("31: 0.5, 0:-0.2;15 : 1e-1")).toEqual([
    { layer: 0, weight: -0.2 },
    { layer: 15, weight: 0.1 },
    { layer: 31, weight: 0.5 },
  ]);
  expect(parseCurve(" ")).toEqual([]);
});

test.each(["x", "1", "1:", "1:x", ":1", "1:1:1", "-1:1", "0.5:1", "1:1, 1:2", "1:1e39", "70000:1"])(
  "%s is no curve",
  (text) => {
    expect(parseCurve(text)).toBeNull();
  },
);

test("a curve is straight between its points and level outside", () => {
  const points = [
    { layer: 1, weight: 0 },
    { layer: 3, weight: 1 },
  ];
  expect(curveWeights(points, 5, 7)).toEqual([0, 0, 0.5, 1, 1]);
  expect(curveWeights([], 2, 7)).toEqual([7, 7]);
});

test("what is drawn becomes the fewest points", () => {
  const drawn = [0, 0, 0.5, 1, 1];
  const points = curvePoints(drawn);
  expect(curveText(points)).toBe("0: 0, 1: 0, 3: 1, 4: 1");
  expect(curveWeights(points, 5, 7)).toEqual(drawn);
  expect(curvePoints([0.5, 0.5, 0.5])).toEqual([{ layer: 0, weight: 0.5 }]);
  expect(curvePoints([0.5])).toEqual([{ layer: 0, weight: 0.5 }]);
  expect(curvePoints([0, 1])).toHaveLength(2);
});
