// Tests of the choice of a language, and that every language says all.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { fitting, foreign, LANGUAGES, type Language, language, speak, text } from "./language";
import { en } from "./languages/en";
import { enLater } from "./languages/en-later";
import * as ja from "./languages/ja";
import * as ko from "./languages/ko";
import * as zhHant from "./languages/zh-hant";
import { laterText } from "./later-text";
import { leaves, saysTheSame, told } from "./leaves";
import { said } from "./sentence";

afterEach(() => speak("en"));

test.each([
  [["en-US", "ja"], "en"],
  [["ja-JP", "en"], "ja"],
  [["ko"], "ko"],
  [["KO-kr"], "ko"],
  [["zh-TW"], "zh-Hant"],
  [["zh-HK", "en"], "zh-Hant"],
  [["zh-Hant"], "zh-Hant"],
  [["zh-Hant-CN"], "zh-Hant"],
  [["zh-MO"], "zh-Hant"],
  [["zh"], "en"],
  [["zh-CN", "zh"], "en"],
  [["zh-Hans-TW"], "en"],
  [["zh-CN", "ja"], "ja"],
  [["fr-FR", "fr", "ko-KR", "en"], "ko"],
  [["jam", "fr"], "en"],
  [["constructor"], "en"],
  [[], "en"],
] as const)("who reads %j is met in %s", (preferred, language) => {
  expect(fitting(preferred)).toBe(language);
});

test("each language is loaded when it is spoken, and English again after it", async () => {
  const heads = new Set<string>();
  for (const tag of Object.keys(LANGUAGES) as Language[]) {
    await speak(tag);
    expect(language.value).toBe(tag);
    expect(foreign.value).toBe(tag === "en" ? undefined : "en");
    heads.add(`${text.value.merge.button} ${laterText.value.takeOver.add}`);
  }
  expect(heads.size).toBe(Object.keys(LANGUAGES).length);
  await speak("en");
  expect(text.value).toBe(en);
});

test("the language that was wanted last is spoken, whichever is there first", async () => {
  await Promise.all([speak("ja"), speak("en"), speak("ko"), speak("en")]);
  expect(language.value).toBe("en");
});

test("sentences that were kept are said in the language of the moment", async () => {
  const sentence = [(t: typeof en) => t.recipe.notSaved, "it broke"];
  expect(said(sentence)).toBe("It can’t be saved: it broke");
  await speak("ja");
  expect(said(sentence)).toBe(`${ja.text.recipe.notSaved}it broke`);
  await speak("ko");
  expect(said(sentence)).toBe(`${ko.text.recipe.notSaved} it broke`);
});

test("the page's file has the title that the program gives it", () => {
  const page = readFileSync(new URL("../../index.html", import.meta.url), "utf8");
  expect(page).toContain(`<title>${en.frame.title}</title>`);
});

const TRANSLATIONS = [
  ["ja", ja],
  ["ko", ko],
  ["zh-Hant", zhHant],
] as const;

test.each(TRANSLATIONS)("all that English says, %s says with the same values", (_, translation) => {
  const pairs = [...leaves(en, translation.text), ...leaves(enLater, translation.later)];
  expect(pairs.length).toBeGreaterThan(300);
  saysTheSame(pairs);
});

test.each(TRANSLATIONS)("%s shows as code what English does", (_, translation) => {
  for (const [path, original, translated] of leaves(en, translation.text)) {
    const counts = [original, translated].map((leaf) => told(path, leaf, 2).split("`").length);
    expect(counts[1], path).toBe(counts[0]);
  }
});
