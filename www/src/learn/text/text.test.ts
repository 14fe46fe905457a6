// Tests that the learn page says all in every language, and shares what it must with the main page.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { LANGUAGES, type Language, speak } from "../../text/language";
import { leaves, saysTheSame } from "../../text/leaves";
import { en } from "./en";
import * as ja from "./ja";
import * as ko from "./ko";
import { learnText, load } from "./language";
import * as zhHant from "./zh-hant";

afterEach(() => speak("en"));

test.each([
  ["ja", ja],
  ["ko", ko],
  ["zh-Hant", zhHant],
] as const)("all that English says, %s says with the same values", (_, { text }) => {
  const pairs = leaves(en, text);
  expect(pairs.length).toBeGreaterThan(60);
  saysTheSame(pairs);
  // But for names that are the same everywhere.
  for (const [path, original, translated] of pairs) {
    if (!/\.tau2?$|\.coordinate$/.test(path)) expect(String(translated), path).not.toBe(String(original));
  }
});

test("each language is spoken once its text is there", async () => {
  await speak("ja");
  expect(learnText.value).toBe(en);
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    await load(language);
    await speak(language);
    const own = { en, ja: ja.text, ko: ko.text, "zh-Hant": zhHant.text }[language];
    expect(learnText.value).toBe(own);
  }
});

const page = (name: string) =>
  readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8").replaceAll("\r", "");

test("the page's file has the title that the program gives it", () => {
  expect(page("learn.html")).toContain(`<title>${en.frame.title}</title>`);
});

test("both pages have the same policy", () => {
  const policy = (name: string) => /Content-Security-Policy"\s+content="([^"]+)"/.exec(page(name))?.[1];
  expect(policy("learn.html")).toContain("default-src 'none'");
  expect(policy("learn.html")).toBe(policy("index.html"));
});
