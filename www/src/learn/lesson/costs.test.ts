// Tests of what a merge of Mistral-7B's size takes: as it is told elsewhere.
import { expect, test } from "vitest";
import { byteSize } from "../../text/bytes";
import { duration } from "../../text/pace";
import { INPUT, MODEL, OUTPUT, PARAMETERS, seconds, TWICE } from "./costs";

test("sizes are those of Mistral-7B", () => {
  const layer = 2 * 4096 * 4096 + 2 * 1024 * 4096 + 3 * 4096 * 14_336 + 2 * 4096;
  expect(PARAMETERS).toBe(2 * 32_000 * 4096 + 32 * layer + 4096);
  expect([MODEL, INPUT, OUTPUT, TWICE].map(byteSize)).toEqual(["14.5 GB", "43.5 GB", "29.0 GB", "57.9 GB"]);
});

test("time is bytes by rate", () => {
  expect(duration(seconds(500e6))).toBe("2 min 25 s");
});
