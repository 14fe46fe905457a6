// The recipe as it is typed, and its way into a recipe for the worker.
import type { LayerWeight, ModelNames, PresetRules, Recipe, RuleCount, TakeOver } from "../protocol";
import { curveText, parseCurve } from "../text/curve";
import type { Text } from "../text/languages/en";
import type { Sentence } from "../text/sentence";
import { seriesOf, seriesProblem } from "../text/series";
import { parseWeight, parseWeights } from "../text/weight";

/** A rule as it is typed: one λ per chat model, in their order. */
export type RuleForm = { key: number; pattern: string; weights: string[] };

export const SHARDS = ["as the target", "one file", "at most N GB a shard"] as const;
export const OUTPUT_DTYPES = ["same as target", "F32", "F16", "BF16"] as const;
export const GOALS = ["merged model", "chat vector"] as const;
export const OUTPUTS = ["whole folder", "weights only"] as const;
export const CHAT_SETTINGS = ["the last chat model's", "the target's"] as const;
export const BY_TOKEN = "match by token";
export const EMBEDDING_ROWS = ["copy the target's", "merge the rows both have", BY_TOKEN] as const;

/** A row that becomes a chat model's, as it is typed; `chat` is the key of the model's card. */
export type TakeOverForm = { key: number; chat: number; chatToken: string; targetToken: string };

export type RecipeForm = {
  goal: (typeof GOALS)[number];
  rules: RuleForm[];
  outputDtype: (typeof OUTPUT_DTYPES)[number];
  embeddingRows: (typeof EMBEDDING_ROWS)[number];
  /** Null until the person changes what the models suggest. */
  takeOver: TakeOverForm[] | null;
  copyUnmatched: boolean;
  shards: (typeof SHARDS)[number];
  shardGigabytes: string;
  output: (typeof OUTPUTS)[number];
  chatSettings: (typeof CHAT_SETTINGS)[number];
};

export function defaultForm(): RecipeForm {
  return {
    goal: "merged model",
    rules: [],
    outputDtype: "same as target",
    embeddingRows: "copy the target's",
    takeOver: null,
    copyUnmatched: false,
    shards: "as the target",
    shardGigabytes: "5",
    output: "whole folder",
    chatSettings: "the last chat model's",
  };
}

let lastKey = 0;

function newRule(pattern: string, chats: number): RuleForm {
  lastKey += 1;
  return { key: lastKey, pattern, weights: Array.from({ length: chats }, () => "0") };
}

export function withRule(rules: RuleForm[], chats: number): RuleForm[] {
  return [...rules, newRule("", chats)];
}

/** The rules with the one at `index` moved by `by` places. */
export function withMoved(rules: RuleForm[], index: number, by: -1 | 1): RuleForm[] {
  const rule = rules[index];
  const neighbour = rules[index + by];
  if (!rule || !neighbour) return rules;
  const moved = [...rules];
  moved[index] = neighbour;
  moved[index + by] = rule;
  return moved;
}

/** A chat model joins: rules that leave tensors alone do so for it, others let it in fully. */
export function withRuleWeights(rules: RuleForm[]): RuleForm[] {
  return rules.map((rule) => {
    const alone = rule.weights.every((weight) => parseWeight(weight) === 0);
    return { ...rule, weights: [...rule.weights, alone ? "0" : "1"] };
  });
}

/** A chat model leaves. */
export function withoutRuleWeights(rules: RuleForm[], index: number): RuleForm[] {
  return rules.map((rule) => ({ ...rule, weights: rule.weights.filter((_, i) => i !== index) }));
}

export function presetRules(preset: PresetRules, chats: number): RuleForm[] {
  return preset.patterns.map((pattern) => newRule(pattern, chats));
}

/** The preset that the rules are; null when they are a person's own. */
export function presetOf(rules: RuleForm[], presets: PresetRules[]): string | null {
  const same = presets.find(
    ({ patterns }) =>
      patterns.length === rules.length &&
      rules.every(
        ({ pattern, weights }, index) =>
          pattern === patterns[index] && weights.every((weight) => parseWeight(weight) === 0),
      ),
  );
  return same?.name ?? null;
}

/** What the models suggest to take over, as if it was typed; `chats` are the keys of the cards. */
export function suggestedTakeOver(introduced: string[][], chats: number[]): TakeOverForm[] {
  const suggested = introduced.flatMap((tokens, index) => {
    const chat = chats[index];
    if (chat === undefined) return [];
    return tokens.map((token) => ({ chat, chatToken: token, targetToken: token }));
  });
  return suggested.map((row, i) => ({ key: -1 - i, ...row }));
}

export function withTakeOver(rows: TakeOverForm[], chat: number): TakeOverForm[] {
  lastKey += 1;
  return [...rows, { key: lastKey, chat, chatToken: "", targetToken: "" }];
}

/** What is to be taken over. A row without the chat model's token is not there yet; without the
 * target's it is the same. */
export function readTakeOver(rows: TakeOverForm[], chats: number[]): TakeOver[] {
  return rows.flatMap(({ chat, chatToken, targetToken }) => {
    const index = chats.indexOf(chat);
    if (chatToken === "" || index < 0) return [];
    return [{ chat: index, chat_token: chatToken, target_token: targetToken || chatToken }];
  });
}

/** A rule without a pattern is not there yet. */
export function isBlank(rule: RuleForm): boolean {
  return rule.pattern.trim() === "";
}

export function shardBytes(gigabytes: string): number | null {
  const value = Number(gigabytes);
  const bytes = Math.round(value * 1e9);
  return gigabytes.trim() !== "" && bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : null;
}

export type Reading =
  /** `series`: λ of the chat models for each output; the first are the recipe's own. */
  | { kind: "recipe"; recipe: Recipe; series: number[][] }
  | { kind: "problems"; problems: Sentence[] };

/** What is typed of the models: λ of each chat model, their λ by layer, names, and tokens that are taken
 * over. */
export type Typed = {
  weights: string[];
  curves: string[];
  models: ModelNames;
  takeOver?: TakeOver[];
};

/** The recipe that was typed, or what is wrong with it in sentences. */
export function readForm(form: RecipeForm, typed: Typed): Reading {
  const { weights, curves, models, takeOver = [] } = typed;
  const problems: Sentence[] = [];
  const read = (text: string, name: (text: Text) => string): number => {
    const weight = parseWeight(text);
    if (weight === null) problems.push([(text) => text.typed.weight(name(text))]);
    return weight ?? 0;
  };
  const readCurve = (text: string, i: number): LayerWeight[] => {
    const points = parseCurve(text);
    if (points === null) problems.push([({ typed, title }) => typed.curve(title.chat(i + 1))]);
    return points ?? [];
  };
  const lists = weights.map((text, i) => {
    const list = parseWeights(text);
    if (!list) {
      problems.push([({ models, title, typed }) => typed.weights(models.weightOf(title.chat(i + 1)))]);
    }
    return list ?? [0];
  });
  const mismatch = seriesProblem(lists);
  if (mismatch) problems.push([mismatch]);
  const series = seriesOf(lists);
  const layers = curves.map(readCurve);
  const shards = (): Recipe["shards"] => {
    if (form.shards === "as the target") return { kind: "as-target" };
    if (form.shards === "one file") return { kind: "one" };
    const bytes = shardBytes(form.shardGigabytes);
    if (bytes === null) problems.push([({ typed }) => typed.shardSize]);
    return { kind: "at-most", bytes: bytes ?? 0 };
  };
  const recipe: Recipe = {
    goal: form.goal,
    models,
    weights: series[0] ?? [],
    layers: layers.some(({ length }) => length > 0) ? layers : [],
    rules: form.rules.flatMap((rule, r) => {
      if (isBlank(rule)) return [];
      const own = rule.weights.map((text, i) =>
        read(text, ({ rules }) => rules.weight(r + 1, i + 1)),
      );
      return [{ pattern: rule.pattern.trim(), weights: own }];
    }),
    output_dtype: form.outputDtype,
    embedding_rows: form.embeddingRows,
    take_over: form.embeddingRows === BY_TOKEN ? takeOver : [],
    unmatched: form.copyUnmatched ? "copy what does not match" : "refuse",
    shards: shards(),
    output: form.output,
    chat_settings: form.chatSettings,
  };
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "recipe", recipe, series };
}

/** A recipe as it would be typed: the form, and λ of each chat model, by the keys of whose cards it
 * goes; `series`: λ for each output, where there are several. */
export function formOf(
  recipe: Recipe,
  chats: number[],
  series: number[][] = [],
): { form: RecipeForm; weights: string[]; curves: string[] } {
  const { shards } = recipe;
  const kinds = { "as-target": "as the target", one: "one file", "at-most": "at most N GB a shard" } as const;
  const usual = defaultForm();
  const form: RecipeForm = {
    goal: recipe.goal ?? usual.goal,
    rules: recipe.rules.map(({ pattern, weights }) => ({
      ...newRule(pattern, 0),
      weights: weights.map(String),
    })),
    outputDtype: recipe.output_dtype,
    embeddingRows: recipe.embedding_rows,
    takeOver: recipe.embedding_rows === BY_TOKEN ? takenOver(recipe, chats) : null,
    copyUnmatched: recipe.unmatched === "copy what does not match",
    shards: kinds[shards.kind],
    shardGigabytes: shards.kind === "at-most" ? String(shards.bytes / 1e9) : usual.shardGigabytes,
    output: recipe.output ?? usual.output,
    chatSettings: recipe.chat_settings ?? usual.chatSettings,
  };
  const curves = recipe.weights.map((_, i) => curveText(recipe.layers?.[i] ?? []));
  const weights = recipe.weights.map((weight, i) => {
    const list = series.map((weights) => weights[i] ?? weight);
    return list.every((other) => other === weight) ? String(weight) : list.join(", ");
  });
  return { form, weights, curves };
}

function takenOver({ take_over = [] }: Recipe, chats: number[]): TakeOverForm[] {
  return take_over.reduce<TakeOverForm[]>((rows, { chat, chat_token, target_token }) => {
    const tokens = { chatToken: chat_token, targetToken: target_token };
    const more = withTakeOver(rows, chats[chat] ?? 0);
    return more.map((row, i) => (i === rows.length ? { ...row, ...tokens } : row));
  }, []);
}

/** The tensors that each rule is about, by the rule's key; blank rules were not sent. */
export function countsByRule(rules: RuleForm[], counts: RuleCount[]): Map<number, RuleCount> {
  const sent = rules.filter((rule) => !isBlank(rule));
  return new Map(sent.flatMap(({ key }, i) => (counts[i] ? [[key, counts[i]]] : [])));
}
