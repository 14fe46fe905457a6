// Tests of the plane's arithmetic.
import { expect, test } from "vitest";
import {
  arrow,
  cosine,
  length,
  LIMIT,
  merge,
  minus,
  type Plane,
  plus,
  times,
  toPlane,
  toScreen,
  viewOf,
  within,
  zoomFor,
} from "./geometry";

const PLANE: Plane = {
  base: { x: -3, y: -2 },
  target: { x: -2, y: 1.5 },
  chat: { x: 1, y: -1 },
  second: { x: -4, y: 0.5 },
  two: false,
  lambda: 1,
  lambda2: 0.5,
};

test("vectors are added, subtracted and scaled without errors of binary fractions", () => {
  expect(plus({ x: 0.1, y: 1 }, { x: 0.2, y: -1 })).toEqual({ x: 0.3, y: 0 });
  expect(minus({ x: 0.3, y: 0 }, { x: 0.1, y: 2 })).toEqual({ x: 0.2, y: -2 });
  expect(times(0.35, { x: 1.3, y: -0.1 })).toEqual({ x: 0.455, y: -0.035 });
});

test("there is no −0", () => {
  expect(times(0, { x: -1, y: -2 })).toEqual({ x: 0, y: 0 });
  expect(times(-1, { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
});

test("lengths and cosines", () => {
  expect(length({ x: 3, y: -4 })).toBe(5);
  expect(cosine({ x: 2, y: 0 }, { x: 0, y: -3 })).toBe(0);
  expect(cosine({ x: 1, y: 2 }, { x: 3, y: 6 })).toBeCloseTo(1);
  expect(cosine({ x: 0.7, y: 0.1 }, { x: -0.7, y: -0.1 })).toBeCloseTo(-1);
  expect(cosine({ x: 1, y: 0 }, { x: 1, y: 1 })).toBeCloseTo(Math.SQRT1_2);
  expect(cosine({ x: 0, y: 0 }, { x: 1, y: 1 })).toBeNull();
});

test("the merge is the target and λ times the chat vector", () => {
  expect(merge(PLANE)).toEqual({
    tau: { x: 4, y: 1 },
    scaled: { x: 4, y: 1 },
    between: { x: 2, y: 2.5 },
    tau2: null,
    scaled2: null,
    merged: { x: 2, y: 2.5 },
  });
  expect(merge({ ...PLANE, lambda: -0.5 }).merged).toEqual({ x: -4, y: 1 });
  expect(merge({ ...PLANE, lambda: 0 }).merged).toEqual(PLANE.target);
  expect(merge({ ...PLANE, target: PLANE.base }).merged).toEqual(PLANE.chat);
});

test("a second chat vector is added to that", () => {
  const { tau2, scaled2, between, merged } = merge({ ...PLANE, two: true });
  expect(tau2).toEqual({ x: -1, y: 2.5 });
  expect(scaled2).toEqual({ x: -0.5, y: 1.25 });
  expect(between).toEqual({ x: 2, y: 2.5 });
  expect(merged).toEqual({ x: 1.5, y: 3.75 });
});

test("points stay within their limits, in tenths", () => {
  expect(within({ x: 1.26, y: -0.04 })).toEqual({ x: 1.3, y: 0 });
  expect(within({ x: 60, y: -60 })).toEqual({ x: LIMIT.x, y: -LIMIT.y });
});

test("as much of the plane is drawn as all points need", () => {
  expect(zoomFor([LIMIT, { x: 0, y: 0 }])).toBe(1);
  expect(zoomFor([{ x: 0, y: -(LIMIT.y + 0.1) }])).toBe(1.5);
  expect(zoomFor([{ x: LIMIT.x * 3.5, y: 0 }])).toBe(4);
});

test("a place on the screen is that on the plane, and the other way round", () => {
  for (const zoom of [1, 2]) {
    const view = viewOf(480, zoom);
    for (const point of [{ x: 0, y: 0 }, { x: -6, y: 4 }, { x: 2.5, y: -3.1 }]) {
      expect(toPlane(view, toScreen(view, point))).toEqual(point);
    }
    expect(toScreen(view, { x: 0, y: 1 }).y).toBeLessThan(view.height / 2);
  }
});

test("arrows leave room for the points, and there is none without room", () => {
  const drawn = arrow({ x: 0, y: 0 }, { x: 100, y: 0 }, { start: 10, end: 20 });
  expect(drawn?.from).toEqual({ x: 10, y: 0 });
  expect(drawn?.head[0]).toEqual({ x: 80, y: 0 });
  expect(drawn?.above.y).toBeLessThan(0);
  expect(drawn?.below.y).toBeGreaterThan(0);
  const back = arrow({ x: 100, y: 0 }, { x: 0, y: 0 }, { start: 10, end: 20 });
  expect(back?.above.y).toBeLessThan(0);
  expect(arrow({ x: 0, y: 0 }, { x: 20, y: 20 }, { start: 15, end: 15 })).toBeNull();
  expect(arrow({ x: 5, y: 5 }, { x: 5, y: 5 }, { start: 0, end: 0 })).toBeNull();
});
