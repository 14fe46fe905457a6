// Tests of configs for mergekit. What it then makes of them is checked by hand: see docs/mergekit.md.
import { expect, test } from "vitest";
import type { Action, Recipe, TensorRow } from "../protocol";
import { enLater } from "./languages/en-later";
import { say } from "./message";
import { evaluate, mergekitConfig } from "./mergekit";

const RECIPE: Recipe = {
  models: { base: "org/base", target: "", chats: ["org/chat"] },
  weights: [0.7],
  rules: [],
  output_dtype: "same as target",
  embedding_rows: "copy the target's",
  unmatched: "refuse",
  shards: { kind: "as-target" },
  output: "weights only",
  chat_settings: "the last chat model's",
};

function row(name: string, weights: number[], action: Action = "merged", output_dtype = "BF16"): TensorRow {
  return { name, shape: "4", dtype: "BF16", output_dtype, action, weights, why: say("") };
}

const config = (recipe: Partial<Recipe>, rows: TensorRow[], hasTarget = false, notices: string[] = []) => {
  const { yaml, notes } = mergekitConfig({ ...RECIPE, ...recipe }, hasTarget, { notices: notices.map((text) => say(text)) }, rows);
  return { yaml, notes: notes.map((note) => note(enLater.mergekit)) };
};

test("the plain chat vector", () => {
  const { yaml, notes } = config({}, [row("a", [0.7])]);
  expect(notes).toEqual([]);
  expect(yaml).toBe(`# Made by chat-vector, for mergekit 0.1.5: mergekit-yaml THIS OUTPUT
merge_method: task_arithmetic
base_model: "org/base"
models:
  - model: "org/chat"
    parameters:
      weight: 0.7
dtype: float32
out_dtype: bfloat16
`);
});

test("a target is a model of weight 1, and what has no name a path to fill in", () => {
  const models = { base: "", target: "", chats: ["", "x"] };
  const { yaml } = config({ models, weights: [1e-7, -2] }, [row("a", [1e-7, -2])], true);
  expect(yaml).toContain('base_model: "path/to/base"');
  expect(yaml).toContain('  - model: "path/to/target"\n    parameters:\n      weight: 1.0\n');
  expect(yaml).toContain('  - model: "path/to/chat-model-1"\n    parameters:\n      weight: 1.0e-7\n');
  expect(yaml).toContain('  - model: "x"\n    parameters:\n      weight: -2\n');
});

test("rules become filters where they can say the same", () => {
  const rules = [
    { pattern: "{*embed*,*lm_head*}", weights: [0] },
    { pattern: "*norm*", weights: [0.25] },
  ];
  const rows = [
    row("model.embed_tokens.weight", [0], "copied"),
    row("lm_head.weight", [0], "copied"),
    row("model.norm.weight", [0.25]),
    row("model.layers.0.mlp.up_proj.weight", [0.7]),
  ];
  const { yaml } = config({ rules }, rows);
  expect(yaml).toContain(`      weight:
        - filter: "embed"
          value: 0
        - filter: "lm_head"
          value: 0
        - filter: "norm"
          value: 0.25
        - value: 0.7
`);
});

test("rules that filters can't say become filters by name", () => {
  const rules = [{ pattern: "model.layers.[0-1].*", weights: [0] }];
  const rows = [
    row("model.layers.0.w", [0], "copied"),
    row("model.layers.1.w", [0], "copied"),
    row("model.layers.10.w", [0.7]),
  ];
  const { yaml } = config({ rules }, rows);
  expect(yaml).toContain('- filter: "model.layers.0.w"\n          value: 0\n');
  expect(yaml).toContain('- filter: "model.layers.1.w"\n          value: 0\n');
  expect(yaml).not.toContain("layers.10");
});

test("a name within another one does not decide for it", () => {
  const rows = [row("w", [0], "copied"), row("x.w", [0.7])];
  const { yaml } = config({ rules: [{ pattern: "w", weights: [0] }] }, rows);
  expect(yaml.indexOf('"x.w"')).toBeLessThan(yaml.indexOf('"w"'));
  const weight = {
    filters: [
      { filter: "x.w", value: 0.7 },
      { filter: "w", value: 0 },
    ],
    otherwise: 0.7,
  };
  expect([evaluate(weight, "w"), evaluate(weight, "x.w"), evaluate(weight, "b")]).toEqual([0, 0.7, 0.7]);
});

test("what is copied for its shape has weight 0", () => {
  const notices = ["`embed`: the number of rows differs (an extended vocabulary), …"];
  const rows = [row("embed", [0.7], "copied"), row("w", [0.7])];
  const { yaml, notes } = config({}, rows, true, notices);
  expect(yaml).toContain('- filter: "embed"\n          value: 0\n        - value: 0.7\n');
  expect(notes.some((note) => note.includes("number of embedding rows differs"))).toBe(true);
});

test("models of one name are noted", () => {
  const models = { base: "x", target: "", chats: ["x"] };
  expect(config({ models }, [row("a", [0.7])]).notes[0]).toContain("two models have the same name");
});

test("rows by token can't be said", () => {
  const { notes } = config({ embedding_rows: "match by token" }, [row("a", [0.7])]);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("matched by token");
});

test("what can't be said is noted, in the file too", () => {
  const recipe: Partial<Recipe> = {
    unmatched: "copy what does not match",
    shards: { kind: "at-most", bytes: 5e9 },
    output: "whole folder",
  };
  const rows = [row("a", [1]), row("b", [1], "merged", "F32"), row("c", [1], "merged", "F64"), row("i", [1], "copied", "I64")];
  const { yaml, notes } = config(recipe, rows, true);
  for (const part of [
    "BF16 and F32: mergekit saves all as one dtype",
    "in F32 the last bits differ",
    "F64 tensors",
    "integers",
    "mergekit stops at them",
    "--out-shard-size 5000000000",
    "no chat template",
    "what is copied here",
  ]) {
    expect(notes.filter((note) => note.includes(part))).toHaveLength(1);
    expect(yaml).toContain(part);
  }
  expect(yaml).not.toContain("out_dtype");
});
