// What teachers are told to expect is what was found.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXPECTED } from "./expected";

test("it is on record", () => {
  const path = new URL("../../../../learn/tests/fixture/miniature.json", import.meta.url);
  type Row = { lambda?: number; measures: Record<string, number> };
  const rows: Row[] = JSON.parse(readFileSync(path, "utf8")).measures;
  const merged = rows.flatMap(({ lambda, measures }) => (lambda === undefined ? [] : [{ lambda, measures }]));
  expect(EXPECTED.map(({ lambda }) => lambda)).toEqual(merged.map(({ lambda }) => lambda));
  merged.forEach(({ measures }, i) => {
    const { lambda, ...told } = EXPECTED[i] ?? { lambda: Number.NaN };
    expect(Object.keys(told).sort()).toEqual(Object.keys(measures).sort());
    for (const [name, value] of Object.entries(told)) expect(value, `${name}, λ = ${lambda}`).toBeCloseTo(measures[name] ?? Number.NaN, 2);
  });
});
