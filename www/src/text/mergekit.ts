// A recipe as a config of mergekit 0.1.5 (`mergekit-yaml`), where another tool is to merge the same.
// Its task arithmetic is base + Σ weight × (model − base), with the target as one of the models, of
// weight 1; a filter is any part of a tensor's name, and the first that fits decides.
import type { PlanReport, Recipe, TensorRow } from "../protocol";
import { enLater, type LaterText } from "./languages/en-later";
import { laterText } from "./later-text";
import type { Words } from "./sentence";

/** A sentence in whatever language. */
export type Note = (text: LaterText["mergekit"]) => string;

export type Export = {
  yaml: string;
  /** What the config can't say, in sentences. */
  notes: Note[];
};

type Filter = { filter: string; value: number };
/** λ of a chat model, by the tensor's name. */
type Weight = { filters: Filter[]; otherwise: number };

const DTYPES: Record<string, string> = { BF16: "bfloat16", F16: "float16", F32: "float32" };

/** A note in the page's language. */
export function told(note: Note): Words {
  return () => note(laterText.value.mergekit);
}

/** The config of a plan without problems, by its tensors; of so many outputs that of the first. */
export function mergekitConfig(
  recipe: Recipe,
  hasTarget: boolean,
  report: Pick<PlanReport, "notices">,
  rows: TensorRow[],
  outputs = 1,
): Export {
  const names = recipe.models ?? { base: "", target: "", chats: [] };
  const name = (given: string | undefined, role: string) => JSON.stringify(given || `path/to/${role}`);
  const base = name(names.base, "base");
  const lines = ["merge_method: task_arithmetic", `base_model: ${base}`, "models:"];
  if (hasTarget) {
    lines.push(`  - model: ${name(names.target, "target")}`, "    parameters:", "      weight: 1.0");
  }
  for (const [chat] of recipe.weights.entries()) {
    lines.push(`  - model: ${name(names.chats[chat], `chat-model-${chat + 1}`)}`, "    parameters:");
    lines.push(...weightLines(weightOf(recipe, chat, rows)));
  }
  const dtypes = [...new Set(rows.map(({ output_dtype }) => output_dtype))];
  const outputs32 = dtypes.filter((dtype) => DTYPES[dtype]);
  const [output] = outputs32;
  lines.push("dtype: float32");
  if (output && outputs32.length === 1) lines.push(`out_dtype: ${DTYPES[output]}`);
  const notes = notesOf(recipe, hasTarget, report, rows, dtypes);
  if (outputs > 1) {
    notes.push((text) => text.firstOf(outputs));
  }
  const given = [names.base, hasTarget ? names.target : "", ...names.chats].filter(Boolean);
  if (new Set(given).size < given.length) {
    notes.push((text) => text.sameName);
  }
  const head = ["# Made by chat-vector, for mergekit 0.1.5: mergekit-yaml THIS OUTPUT"];
  const comments = notes.map((note) => `# Note: ${note(enLater.mergekit)}`);
  return { yaml: [...head, ...comments, ...lines, ""].join("\n"), notes };
}

function weightLines({ filters, otherwise }: Weight): string[] {
  if (filters.length === 0) return [`      weight: ${number(otherwise)}`];
  return [
    "      weight:",
    ...filters.flatMap(({ filter, value }) => [
      `        - filter: ${JSON.stringify(filter)}`,
      `          value: ${number(value)}`,
    ]),
    `        - value: ${number(otherwise)}`,
  ];
}

/** A number as YAML 1.1 reads it: an exponent needs a point before it. */
function number(value: number): string {
  const text = String(value);
  return text.includes("e") && !text.includes(".") ? text.replace("e", ".0e") : text;
}

/** λ of a chat model: by the rules' patterns, where filters can say the same, or name by name. */
function weightOf(recipe: Recipe, chat: number, rows: TensorRow[]): Weight {
  const otherwise = recipe.weights[chat] ?? 0;
  const wanted = rows.map(({ name, action, weights }): Filter => ({
    filter: name,
    value: action === "merged" ? (weights[chat] ?? 0) : 0,
  }));
  const byRules = recipe.rules.flatMap(({ pattern, weights }) =>
    partsOf(pattern).map((filter): Filter => ({ filter, value: weights[chat] ?? 0 })),
  );
  const says = (weight: Weight) =>
    wanted.every(({ filter, value }) => evaluate(weight, filter) === value);
  const candidates: Weight[] = [
    { filters: [], otherwise },
    { filters: byRules, otherwise },
    { filters: wanted.filter(({ value }) => value !== otherwise), otherwise },
  ];
  // A name may be part of another one: the longer comes first.
  const all = wanted.toSorted((a, b) => b.filter.length - a.filter.length);
  return candidates.find(says) ?? { filters: all, otherwise };
}

/** What mergekit makes of it. */
export function evaluate({ filters, otherwise }: Weight, name: string): number {
  return filters.find(({ filter }) => name.includes(filter))?.value ?? otherwise;
}

/** The parts of names that a glob is about, as far as they are plain text; `{a,b}` are two. */
function partsOf(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (!braces) return [pattern.replace(/^\*/, "").replace(/\*$/, "")];
  const before = pattern.slice(0, braces.index);
  const after = pattern.slice(braces.index + braces[0].length);
  return (braces[1] ?? "").split(",").flatMap((word) => partsOf(before + word + after));
}

function notesOf(
  { weights, shards, unmatched, embedding_rows, output }: Recipe,
  hasTarget: boolean,
  { notices }: Pick<PlanReport, "notices">,
  rows: TensorRow[],
  outputs: string[],
): Note[] {
  const notes: Note[] = [];
  const floats = outputs.filter((dtype) => DTYPES[dtype]);
  if (floats.length > 1) notes.push((text) => text.dtypes(floats));
  if (outputs.includes("F32") && (hasTarget || weights.length > 1)) {
    notes.push((text) => text.lastBits);
  }
  if (outputs.includes("F64")) notes.push((text) => text.f64);
  if (outputs.some((dtype) => !DTYPES[dtype] && dtype !== "F64")) {
    notes.push((text) => text.otherDtypes);
  }
  if (embedding_rows === "match by token") {
    notes.push((text) => text.byToken);
  } else if (notices.some((notice) => notice.template.includes("number of rows differs"))) {
    const isKept = embedding_rows === "copy the target's";
    notes.push((text) => (isKept ? text.rowsKept : text.rowsMerged));
  }
  if (unmatched === "copy what does not match") notes.push((text) => text.unmatched);
  if (shards.kind === "at-most") notes.push((text) => text.shards(shards.bytes));
  if (output !== "weights only") {
    notes.push((text) => (hasTarget ? text.fromBaseOnly : text.fromBase));
  }
  if (rows.some(({ action }) => action === "copied") && hasTarget) {
    notes.push((text) => text.copied);
  }
  return notes;
}
