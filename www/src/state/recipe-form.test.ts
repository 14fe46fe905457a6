// Tests of the way from what is typed to a recipe.
import { expect, test } from "vitest";
import type { ModelNames, PresetRules, Recipe } from "../protocol";
import {
  BY_TOKEN,
  defaultForm,
  countsByRule,
  formOf,
  presetOf,
  presetRules,
  readForm,
  readTakeOver,
  suggestedTakeOver,
  withMoved,
  withoutRuleWeights,
  withRule,
  withRuleWeights,
  withTakeOver,
} from "./recipe-form";
import { said } from "../text/sentence";

const SKIP: PresetRules = {
  name: "skip embeddings and lm_head",
  patterns: ["{*embed*}", "{*lm_head*}"],
};
const PRESETS: PresetRules[] = [{ name: "all tensors", patterns: [] }, SKIP];
const NAMES: ModelNames = { base: "b", target: "", chats: ["c"] };
const TYPED = { weights: ["1"], curves: [""], models: NAMES };
const skip = (chats: number) => presetRules(SKIP, chats);

test("the defaults are the plain chat vector", () => {
  expect(readForm(defaultForm(), TYPED)).toEqual({
    kind: "recipe",
    recipe: {
      goal: "merged model",
      models: NAMES,
      weights: [1],
      layers: [],
      rules: [],
      output_dtype: "same as target",
      embedding_rows: "copy the target's",
      take_over: [],
      unmatched: "refuse",
      shards: { kind: "as-target" },
      output: "whole folder",
      chat_settings: "the last chat model's",
    },
    series: [[1]],
  });
});

test("every field that cannot be read is named", () => {
  const rules = [{ key: 1, pattern: "*norm*", weights: ["0", "x"] }];
  const form = { ...defaultForm(), rules, shards: "at most N GB a shard" as const, shardGigabytes: "0" };
  const reading = readForm(form, { weights: ["", "1"], curves: ["", "x"], models: NAMES });
  expect(reading.kind === "problems" && reading.problems.map(said)).toEqual([
    "Chat model 1 weight must be a finite number that fits 32 bits, such as 1 or -0.5, or several with a comma and a space between them, such as 0.5, 1.",
    "Chat model 2 weights by layer must be points such as 0: 0.2, 15: 1, each layer once.",
    "Rule 1 weight for chat model 2 must be a finite number that fits 32 bits, such as 1 or -0.5.",
    "Shard size in GB must be a number above 0.",
  ]);
});

test("a shard size is in decimal gigabytes", () => {
  const form = { ...defaultForm(), shards: "at most N GB a shard" as const, shardGigabytes: "0.5" };
  const reading = readForm(form, TYPED);
  expect(reading.kind === "recipe" && reading.recipe.shards).toEqual({
    kind: "at-most",
    bytes: 500_000_000,
  });
});

test("rules without a pattern are not sent, and counts find their rules", () => {
  const rules = [
    { key: 5, pattern: " ", weights: ["0"] },
    { key: 6, pattern: "*", weights: ["0.5"] },
  ];
  const reading = readForm({ ...defaultForm(), rules }, TYPED);
  expect(reading.kind === "recipe" && reading.recipe.rules).toEqual([{ pattern: "*", weights: [0.5] }]);
  const count = { matches: 12, decides: 7 };
  expect([...countsByRule(rules, [count])]).toEqual([[6, count]]);
});

test("a preset is known by its rules, and an edit makes them a person's own", () => {
  expect(presetOf([], PRESETS)).toBe("all tensors");
  expect(presetOf(skip(2), PRESETS)).toBe("skip embeddings and lm_head");
  expect(presetOf(withMoved(skip(1), 0, 1), PRESETS)).toBeNull();
  expect(presetOf(withRule([], 1), PRESETS)).toBeNull();
  expect(presetOf(skip(1).map((rule) => ({ ...rule, weights: ["0.5"] })), PRESETS)).toBeNull();
});

test("chat models come and go in the rules", () => {
  expect(presetOf(withRuleWeights(skip(1)), PRESETS)).toBe("skip embeddings and lm_head");
  const own = withRuleWeights([{ key: 1, pattern: "*", weights: ["0.5"] }]);
  expect(own[0]?.weights).toEqual(["0.5", "1"]);
  expect(withoutRuleWeights(own, 0)[0]?.weights).toEqual(["1"]);
});

test("the first rule cannot move up", () => {
  const rules = skip(1);
  expect(withMoved(rules, 0, -1)).toBe(rules);
});

test("a recipe comes back from its form as it was", () => {
  const recipe: Recipe = {
    goal: "chat vector",
    models: NAMES,
    weights: [0.1, -1e-7],
    layers: [[{ layer: 0, weight: -0.2 }, { layer: 31, weight: 1 }], []],
    rules: [{ pattern: "*norm*", weights: [0, 2.5] }],
    output_dtype: "F32",
    embedding_rows: "match by token",
    take_over: [
      { chat: 1, chat_token: "<|im_end|>", target_token: "</s>" },
      { chat: 0, chat_token: " a", target_token: " a" },
    ],
    unmatched: "copy what does not match",
    shards: { kind: "at-most", bytes: 123_456_789 },
    output: "weights only",
    chat_settings: "the target's",
  };
  for (const shards of [recipe.shards, { kind: "one" }, { kind: "as-target" }] as const) {
    const { form, weights, curves } = formOf({ ...recipe, shards }, [4, 7]);
    const takeOver = readTakeOver(form.takeOver ?? [], [4, 7]);
    const typed = { weights, curves, models: NAMES, takeOver };
    expect(readForm(form, typed)).toMatchObject({ kind: "recipe", recipe: { ...recipe, shards } });
  }
});

test("several weights make a series, and come back as they were typed", () => {
  const typed = { weights: ["0.5, 1, 0", "2"], curves: ["", ""], models: NAMES };
  const reading = readForm(defaultForm(), typed);
  if (reading.kind !== "recipe") throw new Error("no recipe");
  const { recipe, series } = reading;
  expect(recipe.weights).toEqual([0.5, 2]);
  expect(series).toEqual([
    [0.5, 2],
    [1, 2],
    [0, 2],
  ]);
  expect(formOf(recipe, [4, 7], series).weights).toEqual(typed.weights);
  const wrong = readForm(defaultForm(), { ...typed, weights: ["0, 1", "1, 2, 3"] });
  expect(wrong.kind === "problems" && wrong.problems.map(said)).toEqual([
    expect.stringContaining("Lists of weights go together"),
  ]);
});

test("what is taken over is read by the cards of the chat models", () => {
  const end = { chat: 1, chat_token: "<|im_end|>", target_token: "<|im_end|>" };
  const suggested = suggestedTakeOver([[], ["<|im_end|>"], ["<tool>"]], [4, 7]);
  expect(suggested).toMatchObject([{ chat: 7, chatToken: "<|im_end|>", targetToken: "<|im_end|>" }]);
  expect(readTakeOver(suggested, [4, 7])).toEqual([end]);
  // The first card was removed, and then the model itself.
  expect(readTakeOver(suggested, [7])).toEqual([{ ...end, chat: 0 }]);
  expect(readTakeOver(suggested, [4])).toEqual([]);
});

test("a row without tokens is not there yet, and one without the target's is the same", () => {
  const [row] = withTakeOver([], 4);
  if (!row) throw new Error("no row");
  expect(readTakeOver([row], [4])).toEqual([]);
  expect(readTakeOver([{ ...row, targetToken: "b" }], [4])).toEqual([]);
  const same = { chat: 0, chat_token: " a", target_token: " a" };
  expect(readTakeOver([{ ...row, chatToken: " a" }], [4])).toEqual([same]);
  const other = { ...same, target_token: "b" };
  expect(readTakeOver([{ ...row, chatToken: " a", targetToken: "b" }], [4])).toEqual([other]);
  expect(withTakeOver([row], 4)[1]?.key).not.toBe(row.key);
});

test("tokens are taken over only where rows are matched by token", () => {
  const taken = [{ chat: 0, chat_token: "a", target_token: "a" }];
  for (const [embeddingRows, sent] of [
    [BY_TOKEN, taken],
    ["merge the rows both have", []],
  ] as const) {
    const typed = { ...TYPED, takeOver: taken };
    const reading = readForm({ ...defaultForm(), embeddingRows }, typed);
    expect(reading.kind === "recipe" && reading.recipe.take_over).toEqual(sent);
  }
});
