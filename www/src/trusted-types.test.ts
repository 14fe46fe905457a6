import { expect, test } from "vitest";
import { ownProgram } from "./trusted-types";

const PAGE = "https://host.example/sub/";

test("programs of the page's own host are trusted", () => {
  for (const url of ["./assets/worker.js", "/a.js", "https://host.example/b.js"]) {
    expect(ownProgram(url, PAGE)).toBe(url);
  }
});

test("programs of other hosts are not", () => {
  for (const url of ["https://elsewhere.example/a.js", "//elsewhere.example/a.js", "data:,1", "http://host.example/a.js"]) {
    expect(() => ownProgram(url, PAGE)).toThrow("no program of this page");
  }
});
