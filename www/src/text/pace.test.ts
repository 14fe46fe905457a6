// Tests of rate and time left.
import { expect, test } from "vitest";
import { duration, pace, type Sample, withSample } from "./pace";

const run = (...samples: Sample[]) => samples.reduce(withSample, [] as Sample[]);

test("no pace from one sample, from samples too close, or from no progress", () => {
  expect(pace([], 100)).toBeNull();
  expect(pace(run({ at: 0, done: 0 }), 100)).toBeNull();
  expect(pace(run({ at: 0, done: 0 }, { at: 100, done: 50 }), 100)).toBeNull();
  expect(pace(run({ at: 0, done: 5 }, { at: 1000, done: 5 }), 100)).toBeNull();
});

test("pace over the samples at hand", () => {
  const samples = run({ at: 0, done: 0 }, { at: 1000, done: 200 }, { at: 2000, done: 400 });
  expect(pace(samples, 1000)).toEqual({ bytesPerSecond: 200, secondsLeft: 3 });
});

test("old samples do not count", () => {
  const samples = run({ at: 0, done: 0 }, { at: 10_000, done: 10 }, { at: 11_000, done: 1010 });
  expect(pace(samples, 2010)).toEqual({ bytesPerSecond: 1000, secondsLeft: 1 });
});

test.each([
  [0.2, "1 s"],
  [8.4, "8 s"],
  [59.6, "1 min 0 s"],
  [130, "2 min 10 s"],
  [3900, "1 h 5 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
