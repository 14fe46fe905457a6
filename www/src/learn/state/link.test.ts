// Tests of the state in links: what is written is read again, and what is broken breaks nothing.
import { expect, test } from "vitest";
import { choice, decimal, flag, key, type Keys, pair, read, speaksOf, usual, words, write } from "./link";

type State = {
  at: { x: number; y: number };
  lambda: number;
  on: boolean;
  prompt: string;
  kind: "a" | "b";
};

const place = pair(decimal(-6, 6, 1), decimal(-4, 4, 1));
const KEYS: Keys<State> = {
  at: key(place, { x: 1, y: -1 }),
  lambda: key(decimal(-0.5, 2, 2), 1),
  on: key(flag, false),
  prompt: key(words(40), ""),
  kind: key(choice("a", "b"), "a"),
};
const USUAL = usual(KEYS);
const CHANGED: State = {
  at: { x: -2.5, y: 3 },
  lambda: 0.35,
  on: true,
  prompt: "1 + 1 = & “so”, 100 %",
  kind: "b",
};

test("what is written is read again", () => {
  const link = write("part", KEYS, CHANGED);
  expect(link).toMatch(/^part\.at=-2\.5,3&part\.lambda=0\.35&part\.on=yes&part\.prompt=.+&part\.kind=b$/);
  expect(read(`#${link}`, "part", KEYS)).toEqual(CHANGED);
});

test("only what is not as usual is written", () => {
  expect(write("part", KEYS, USUAL)).toBe("");
  expect(write("part", KEYS, { ...USUAL, lambda: 0 })).toBe("part.lambda=0");
});

test("numbers are rounded", () => {
  expect(write("part", KEYS, { ...USUAL, at: { x: 0.1 + 0.2, y: -0.04 } })).toBe("part.at=0.3,0");
  expect(read("#part.lambda=0.123456", "part", KEYS).lambda).toBe(0.12);
  expect(Object.is(read("#part.lambda=-0.001", "part", KEYS).lambda, 0)).toBe(true);
});

test.each([
  "#part.at=1",
  "#part.at=1,2,3",
  "#part.at=7,0",
  "#part.at=0,-4.1",
  "#part.at=a,b",
  "#part.at=,",
  "#part.lambda=2.1",
  "#part.lambda=1e1",
  "#part.lambda=0x1",
  "#part.lambda= 1",
  "#part.lambda=",
  "#part.lambda",
  "#part.lambda=NaN",
  "#part.lambda=Infinity",
  "#part.lambda=%",
  "#part.on=true",
  "#part.on=toString",
  "#part.on=constructor",
  `#part.prompt=${"x".repeat(41)}`,
  "#part.kind=c",
  "#part.more=1",
  "#other.lambda=0",
  "#lambda=0",
  "#step-1",
  "#",
  "",
  "#&=&&=",
])("%s changes nothing", (hash) => {
  expect(read(hash, "part", KEYS)).toEqual(USUAL);
});

test("one broken value leaves the others as they are told", () => {
  const state = read("#part.at=9,9&part.lambda=0.5&part.on=yes", "part", KEYS);
  expect(state).toEqual({ ...USUAL, lambda: 0.5, on: true });
});

test("whether a link is for a part", () => {
  expect(speaksOf("#part.lambda=0", "part")).toBe(true);
  expect(speaksOf("#other.a=1&part.b=2", "part")).toBe(true);
  expect(speaksOf("#partly.lambda=0", "part")).toBe(false);
  expect(speaksOf("#step-1", "part")).toBe(false);
  expect(speaksOf("", "part")).toBe(false);
});
