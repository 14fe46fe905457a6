// What the core and the workers say is in the catalogue of each language: all of it, nothing else, and
// with the same gaps.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Failed } from "../client";
import { core as ja } from "./languages/ja";
import { core as ko } from "./languages/ko";
import { core as zhHant } from "./languages/zh-hant";
import { type Catalogue, english, inEnglish, say, told } from "./message";
import { wordsOfError } from "./sentence";

const ROOT = new URL("../../..", import.meta.url);
const CATALOGUES: [string, Catalogue][] = [
  ["ja", ja],
  ["ko", ko],
  ["zh-Hant", zhHant],
];

/** The templates of `say` in Rust and TypeScript, and the errors that workers throw themselves. */
function templates(): string[] {
  const found = new Set(["{clause}."]);
  for (const [folder, ending] of [
    ["src", ".rs"],
    ["www/src", ".ts"],
  ] as const) {
    const files = readdirSync(new URL(folder, ROOT), { recursive: true }).map(String);
    for (const name of files.filter((name) => name.endsWith(ending) && !name.includes(".test."))) {
      const source = readFileSync(new URL(`${folder}/${name}`, ROOT), "utf8");
      for (const template of templatesIn(source)) found.add(template);
    }
  }
  return [...found].sort();
}

/** Without comments and without the unit tests, which end a file. */
function templatesIn(source: string): string[] {
  const [code = ""] = source.replace(/^\s*\/\/.*$/gm, "").split("#[cfg(test)]\nmod tests");
  const said = /\bsay!?\(\s*"((?:[^"\\]|\\[^])*)"|\bnew Error\("([^"]*)"\)/g;
  return [...code.matchAll(said)].flatMap(([, told, thrown]) => {
    const text = told ?? thrown ?? "";
    return text === "" ? [] : [unescaped(text)];
  });
}

/** As the compiler reads it: `\` at the end of a line joins it with the next. */
function unescaped(text: string): string {
  return text
    .replace(/\\\n\s*/g, "")
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/\\(["\\])/g, "$1");
}

const gapsOf = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test("templates are found as they are written", () => {
  const source = [
    'say!(\n  "the file is \\\n     `{file}`. Say \\u{201c}yes\\u{201d}",\n file)',
    '// say!("not this")',
    'const A: Message = say!("that");',
    'say("this {one}", { one })',
    'throw new Error("It broke.");',
    "#[cfg(test)]\nmod tests {\n say!(\"nor this\") }",
  ].join("\n");
  const found = ["the file is `{file}`. Say “yes”", "that", "this {one}", "It broke."];
  expect(templatesIn(source)).toEqual(found);
  expect(templates().length).toBeGreaterThan(150);
});

test.each(CATALOGUES)("%s says all that the core says, and nothing else", (_, catalogue) => {
  expect(Object.keys(catalogue).sort()).toEqual(templates());
});

test.each(CATALOGUES)("%s has the gaps of the English", (_, catalogue) => {
  const other = Object.entries(catalogue).filter(
    ([template, text]) => gapsOf(template).join() !== gapsOf(text).join(),
  );
  expect(other).toEqual([]);
});

/** Names of files, keys and tensors are the same everywhere. */
test.each(CATALOGUES)("%s has the code of the English", (_, catalogue) => {
  const codeOf = (text: string) => [...text.matchAll(/`[^`]*`/g)].map(([code]) => code).sort();
  const other = Object.entries(catalogue).filter(
    ([template, text]) => codeOf(template).join() !== codeOf(text).join(),
  );
  expect(other).toEqual([]);
});

test("messages are told in the language of a catalogue, with all that is in them", () => {
  const inner = say("chat model {number}", { number: "2" });
  const clause = say("{role} has no such tensor", { role: inner });
  const message = say("{clause}.", { clause });
  expect(english(message)).toBe("Chat model 2 has no such tensor.");
  const catalogue = { "{clause}.": "{clause}!", "{role} has no such tensor": "nix in {role}" };
  expect(told(message, catalogue)).toBe("nix in chat model 2!");
  expect(told("chat model {number}", { "chat model {number}": "x" })).toBe("chat model {number}");
  expect(told(say("{a}{b}", { a: "{b}", b: "$&" }), {})).toBe("{b}$&");
  const spaced = { "{a} is {b}": "{a}の`{b}`は{b}。" };
  expect(told(say("{a} is {b}", { a: "モデル 1", b: "x" }), spaced)).toBe("モデル 1 の`x`は x。");
  expect(told(say("{a} is {b}", { a: "基底", b: "値" }), spaced)).toBe("基底の`値`は値。");
});

test("what a worker could not do is kept as it was told, for any language", () => {
  const message = say("`{file}` is gone", { file: "a.safetensors" });
  const failed = new Failed({ kind: "read", message });
  expect(failed.message).toBe("`a.safetensors` is gone");
  expect(wordsOfError(failed)).toBe(message);
});

test("others get plain data with English in it", () => {
  const value = { message: say("no {what}", { what: "file" }), all: [say("yes"), null, 3], none: null };
  expect(inEnglish(value)).toEqual({ message: "no file", all: ["yes", null, 3], none: null });
});
