// No part of the page has words of its own: all of them are in `text/languages`, for every language.
import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "vite";
import { expect, test } from "vitest";
import {
  CHAT_SETTINGS,
  EMBEDDING_ROWS,
  GOALS,
  OUTPUT_DTYPES,
  OUTPUTS,
  SHARDS,
} from "../state/recipe-form";

/** Names and signs that are the same in every language. */
const NAMES = ["chat-vector", "SHA-256", "NaN", "λ", "τ", "‖τ‖", "‖base‖", "‖target − base‖"];
/** Examples of what is typed. */
const EXAMPLES = ["0: 0.2, 15: 1", "*.mlp.*", "owner/model", "<|im_end|>"];
/** Attributes that people read or hear. */
const READ = /^(aria-(label|description|placeholder|roledescription|valuetext)|title|placeholder|alt|label|about|button)$/;

type Node = { type: string; start: number } & Record<string, unknown>;

const HERE = new URL(".", import.meta.url);
const FILES = readdirSync(HERE, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".tsx"));

test("no part has words of its own", () => {
  expect(FILES.length).toBeGreaterThan(30);
  const found = FILES.flatMap((name) => {
    const source = readFileSync(new URL(name, HERE), "utf8");
    return wordsIn(name, source).map((words) => `${name}: ${words}`);
  });
  expect(found).toEqual([]);
});

test.each([
  ["<p>Some words</p>", "Some words"],
  ["<p>{yes ? `Some words` : ''}</p>", "Some words"],
  ["<p>{yes && 'Some' + words}</p>", "Some"],
  ["<p>{`${n} words`}</p>", " words"],
  ["<input aria-label='Some words' />", "Some words"],
  ["<input placeholder={yes ? 'words' : undefined} />", "words"],
  ["<Field label='Words' />", "Words"],
  ["<p>単語</p>", "単語"],
])("%s has words", (source, words) => {
  expect(wordsIn("x.tsx", `const x = ${source};`)).toEqual([words]);
});

test.each([
  "<p class='some words' id='x'>λ {t.words} 1 · 2</p>",
  "<p>{state.kind === 'some words' && t.words}</p>",
  "<p>{find('some words')}</p>",
  "<input placeholder='0: 0.2, 15: 1' />",
])("%s has none", (source) => {
  expect(wordsIn("x.tsx", `const x = ${source};`)).toEqual([]);
});

/** What the core and the page call things by between each other; people read their translations. */
const TAGS = [
  ...[...GOALS, ...OUTPUT_DTYPES, ...EMBEDDING_ROWS, ...SHARDS, ...OUTPUTS, ...CHAT_SETTINGS],
  ...["all tensors", "left out", "copy what does not match", "chat model "],
];

test("nor has what the page knows", () => {
  const folder = new URL("../state/", HERE);
  const names = readdirSync(folder).filter((name) => !name.endsWith(".test.ts"));
  const found = names.flatMap((name) => {
    const { program } = parseSync(name, readFileSync(new URL(name, folder), "utf8"));
    return textsIn(program).filter((text) => !TAGS.includes(text) && /\p{L}{2,} \p{L}{2,}/u.test(text));
  });
  // A name that is in use is a fault of the page's, which has no words for it.
  expect(found).toEqual([" is in use"]);
});

/** All texts of a program. */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== "object" || node === null) return [];
  const { type, value } = node as { type?: string; value?: unknown };
  if (type === "Literal" && typeof value === "string") return [value];
  if (type === "TemplateElement") return [(value as { cooked: string }).cooked];
  return Object.values(node).flatMap(textsIn);
}

function wordsIn(name: string, source: string): string[] {
  const found: string[] = [];
  const look = (text: string) => {
    const rest = [...EXAMPLES, ...NAMES].reduce((rest, name) => rest.replaceAll(name, ""), text);
    if (/\p{L}/u.test(rest)) found.push(text.trim() === "" ? text : text.replace(/\s+/g, " "));
  };
  /** What an expression can come to, but not what it is made of by calls and comparisons. */
  const lookInto = (node: Node | null): void => {
    if (!node) return;
    const into = (...keys: string[]) => keys.forEach((key) => lookInto(node[key] as Node | null));
    switch (node.type) {
      case "Literal":
        if (typeof node.value === "string") look(node.value);
        return;
      case "TemplateLiteral":
        for (const { value } of node.quasis as { value: { cooked: string } }[]) look(value.cooked);
        return;
      case "ConditionalExpression":
        return into("consequent", "alternate");
      case "LogicalExpression":
        return into("left", "right");
      case "BinaryExpression":
        return node.operator === "+" ? into("left", "right") : undefined;
      case "JSXExpressionContainer":
      case "ParenthesizedExpression":
      case "TSAsExpression":
        return into("expression");
    }
  };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const { type, ...fields } = node as Node;
    if (type === "JSXText") look(String(fields.value));
    if (type === "JSXAttribute" && READ.test((fields.name as { name: string }).name)) {
      lookInto(fields.value as Node | null);
    }
    if (type === "JSXElement" || type === "JSXFragment") {
      for (const child of fields.children as Node[]) {
        if (child.type === "JSXExpressionContainer") lookInto(child);
      }
    }
    Object.values(fields).forEach(walk);
  };
  const { program, errors } = parseSync(name, source);
  expect(errors).toEqual([]);
  walk(program);
  return found;
}
