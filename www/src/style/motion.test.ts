import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const HERE = new URL(".", import.meta.url);
const SHEETS = readdirSync(HERE).filter((name) => name.endsWith(".css"));
const MOVES = /(?<![\w-])(transition|animation|scroll-behavior)[\w-]*:/;
const OPTIONAL = /@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}/g;

function text(sheet: string): string {
  return readFileSync(new URL(sheet, HERE), "utf8");
}

test("things move only for those who have nothing against it", () => {
  for (const sheet of SHEETS) {
    expect(text(sheet).replace(OPTIONAL, ""), sheet).not.toMatch(MOVES);
  }
});

test("what moves is found", () => {
  expect(SHEETS.map(text).join("")).toMatch(MOVES);
});
