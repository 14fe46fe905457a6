// Tests of the plane's numbers as they are read.
import { expect, test } from "vitest";
import { decimal, measure, point, weight } from "./figures";

test.each([
  [2, "2.0"],
  [-0.5, "−0.5"],
  [0.455, "0.455"],
  [1.25, "1.25"],
  [-0.0001, "0.0"],
  [10, "10.0"],
])("%f is %s", (value, text) => {
  expect(decimal(value)).toBe(text);
});

test("points, weights and measures", () => {
  expect(point({ x: 2, y: -1.5 })).toBe("(2.0, −1.5)");
  expect(weight(0.5)).toBe("0.50");
  expect(weight(-2)).toBe("−2.00");
  expect(measure(4.1231)).toBe("4.12");
  expect(measure(-1)).toBe("−1.00");
  expect(measure(-0.001)).toBe("0.00");
});
