// Tests of the way from what is typed to a recipe.
import { expect, test } from "vitest";
import type { ModelNames, PresetRules, Recipe } from "../protocol";
import {
  defaultForm,
  countsByRule,
  formOf,
  presetOf,
  presetRules,
  readForm,
  withMoved,
  withoutRuleWeights,
  withRule,
  withRuleWeights,
} from "./recipe-form";

const SKIP: PresetRules = {
  name: "skip embeddings and lm_head",
  patterns: ["{*embed*}", "{*lm_head*}"],
};
const PRESETS: PresetRules[] = [{ name: "all tensors", patterns: [] }, SKIP];
const NAMES: ModelNames = { base: "b", target: "", chats: ["c"] };
const skip = (chats: number) => presetRules(SKIP, chats);

test("the defaults are the plain chat vector", () => {
  expect(readForm(defaultForm(), ["1"], [""], NAMES)).toEqual({
    kind: "recipe",
    recipe: {
      models: NAMES,
      weights: [1],
      layers: [],
      rules: [],
      output_dtype: "same as target",
      embedding_rows: "copy the target's",
      unmatched: "refuse",
      shards: { kind: "as-target" },
      output: "whole folder",
      chat_settings: "the last chat model's",
    },
  });
});

test("every field that cannot be read is named", () => {
  const rules = [{ key: 1, pattern: "*norm*", weights: ["0", "x"] }];
  const form = { ...defaultForm(), rules, shards: "at most N GB a shard" as const, shardGigabytes: "0" };
  expect(readForm(form, ["", "1"], ["", "x"], NAMES)).toEqual({
    kind: "problems",
    problems: [
      "Chat model 1 weight must be a finite number that fits 32 bits, such as 1 or -0.5.",
      "Chat model 2 weights by layer must be points such as 0: 0.2, 15: 1, each layer once.",
      "Rule 1 weight for chat model 2 must be a finite number that fits 32 bits, such as 1 or -0.5.",
      "Shard size in GB must be a number above 0.",
    ],
  });
});

test("a shard size is in decimal gigabytes", () => {
  const form = { ...defaultForm(), shards: "at most N GB a shard" as const, shardGigabytes: "0.5" };
  const reading = readForm(form, ["1"], [""], NAMES);
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
  const reading = readForm({ ...defaultForm(), rules }, ["1"], [""], NAMES);
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
    models: NAMES,
    weights: [0.1, -1e-7],
    layers: [[{ layer: 0, weight: -0.2 }, { layer: 31, weight: 1 }], []],
    rules: [{ pattern: "*norm*", weights: [0, 2.5] }],
    output_dtype: "F32",
    embedding_rows: "merge the rows both have",
    unmatched: "copy what does not match",
    shards: { kind: "at-most", bytes: 123_456_789 },
    output: "weights only",
    chat_settings: "the target's",
  };
  for (const shards of [recipe.shards, { kind: "one" }, { kind: "as-target" }] as const) {
    const { form, weights, curves } = formOf({ ...recipe, shards });
    expect(readForm(form, weights, curves, NAMES)).toEqual({ kind: "recipe", recipe: { ...recipe, shards } });
  }
});
