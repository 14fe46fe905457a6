// Tests of sizes in words.
import { expect, test } from "vitest";
import { byteRate, byteSize, groups } from "./bytes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.00 kB"],
  [999_999, "1.00 MB"],
  [4_943_162_336, "4.94 GB"],
  [269_060_552, "269 MB"],
  [14_483_464_192, "14.5 GB"],
  [1.5e12, "1.50 TB"],
])("%d bytes read %s", (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

test("a rate is in MB/s whatever its size", () => {
  expect(byteRate(1_234_000_000)).toBe("1234 MB/s");
  expect(byteRate(4_560_000)).toBe("4.6 MB/s");
});

test("large numbers are in groups of three digits", () => {
  expect(groups(1234)).toBe("1,234");
});
