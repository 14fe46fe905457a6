import { expect, test } from "vitest";
import { figure, share } from "./figure";

test("figures have three digits", () => {
  for (const [x, text] of [
    [0, "0"],
    [1, "1"],
    [0.012345, "0.0123"],
    [-0.5, "−0.5"],
    [0.00012345, "1.23e−4"],
    [-1234567, "−1.23e6"],
    [99999, "100000"],
    [Number.NaN, "–"],
  ] as const) {
    expect(figure(x)).toBe(text);
  }
});

test("shares are percentages", () => {
  expect(share(0.0123)).toBe("1.23\u00a0%");
  expect(share(0)).toBe("0\u00a0%");
  expect(share(Number.NaN)).toBe("–");
});
