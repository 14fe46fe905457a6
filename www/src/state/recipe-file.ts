// Recipes as files: saved to be used again, and opened from their own file or from a merged one.
import { batch } from "@preact/signals";
import { Failed } from "../client";
import type { Document, FileSummary } from "../protocol";
import { removeChat, addChat, setForm, workerClient } from "./actions";
import { isVector, type Part, partTitle, slotOf, withCurve, withName, withWeight } from "./models";
import { formOf } from "./recipe-form";
import {
  givenCast,
  models,
  plan,
  plannable,
  reading,
  recipeFiles,
  recipeStatus,
} from "./store";
import { counted } from "../text/bytes";

const NAME = "chat_vector_recipe.json";
const MERGEKIT = "mergekit.yml";

/** Hands the recipe over as a file. */
export async function saveRecipe(): Promise<void> {
  const read = reading.peek();
  if (read.kind !== "recipe") {
    recipeStatus.value = `It can’t be saved yet: ${read.problems[0]}`;
    return;
  }
  try {
    const text = await workerClient().recipeFile(givenCast.peek(), read.recipe, read.series);
    save(text, NAME);
    recipeStatus.value = `Saved as ${NAME}.`;
  } catch (error) {
    recipeStatus.value = `It can’t be saved: ${error instanceof Error ? error.message : error}`;
  }
}

/** Hands the plan's recipe over as a config of mergekit. */
export async function exportForMergekit(): Promise<void> {
  const wanted = plannable.peek();
  const state = plan.peek();
  if (!wanted || state.kind !== "planned" || !state.fresh || state.report.problems.length > 0) {
    recipeStatus.value = "It can’t be exported yet: it needs a plan without problems.";
    return;
  }
  if (wanted.recipe.goal === "chat vector" || models.peek().chats.some(isVector)) {
    recipeStatus.value = "It can’t be exported: mergekit merges models, and knows no chat vectors.";
    return;
  }
  try {
    const { mergekitConfig } = await import("../text/mergekit");
    const all = { from: 0, count: 2 ** 31, action: null, search: "" };
    const { rows } = await workerClient().tensors(all);
    // The rows are those of the last plan, which may be another one by now.
    if (plan.peek() !== state) return exportForMergekit();
    const hasTarget = wanted.cast.target !== null;
    const { recipe, series } = wanted;
    const outputs = series.length;
    const { yaml, notes } = mergekitConfig(recipe, hasTarget, state.report, rows, outputs);
    save(yaml, MERGEKIT);
    const noted = notes.length === 0 ? "" : ` It can’t say everything: ${notes.join(" ")}`;
    recipeStatus.value = `Saved as ${MERGEKIT}, for mergekit 0.1.5.${noted}`;
  } catch (error) {
    recipeStatus.value = `It can’t be exported: ${error instanceof Error ? error.message : error}`;
  }
}

function save(text: string, name: string): void {
  // A type that says nothing: browsers end names by types.
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Makes the choices that a recipe holds; models that are given stay in their places. */
export async function openRecipe(file: File): Promise<void> {
  try {
    const document = await workerClient().openRecipe(file);
    const closed = batch(() => put(document));
    const gone = closed.length > 0 ? ` Its place was not needed, so this was closed: ${closed.join(", ")}.` : "";
    const count = counted(document.recipe.weights.length, "chat model");
    recipeStatus.value = `${file.name} is open, for ${count}.${gone}`;
  } catch (error) {
    const message = error instanceof Failed ? error.failure.message : String(error);
    recipeStatus.value = `${file.name}: ${message}`;
  }
}

/** Makes the choices, and returns the titles of cards with models that had to be closed. */
function put({ recipe, base, target, chats, series }: Document): string[] {
  const chatKeys = () => models.peek().chats.map(({ key }) => key);
  const count = recipe.weights.length;
  // Cards without models go first, and then the last ones.
  const isEmpty = (key: number) => slotOf(models.peek(), key).kind === "empty";
  const extra = () => chatKeys().length - count;
  for (const key of chatKeys().filter(isEmpty).slice(0, Math.max(0, extra()))) removeChat(key);
  const left = chatKeys().slice(count);
  const closed = left.map((key) => partTitle(models.peek(), key));
  for (const key of left) removeChat(key);
  while (chatKeys().length < count) addChat();
  const { form, weights, curves } = formOf(recipe, chatKeys(), series);
  let changed = models.peek();
  changed = withName(changed, "base", recipe.models?.base ?? "");
  changed = withName(changed, "target", recipe.models?.target ?? "");
  for (const [i, key] of chatKeys().entries()) {
    changed = withName(changed, key, recipe.models?.chats[i] ?? "");
    changed = withWeight(changed, key, weights[i] ?? "1");
    changed = withCurve(changed, key, curves[i] ?? "");
  }
  models.value = changed;
  setForm(form);
  const byCard = chatKeys().map((key, i) => [key, chats[i] ?? []] as const);
  recipeFiles.value = { base, target: target ?? [], chats: new Map(byCard) };
  return closed;
}

/** What a recipe was made with, in a sentence, for a model that has no files or other ones. */
export function recipeHint(part: Part): string | null {
  const wanted = wantedFiles(part);
  const [first] = wanted;
  if (!first) return null;
  const names = wanted.length === 1 ? first.name : `${first.name} and ${wanted.length - 1} more`;
  const slot = slotOf(models.value, part);
  if (slot.kind === "empty") return `The recipe was made with ${names}.`;
  if (slot.kind !== "ready") return null;
  const text = ({ name, size }: FileSummary) => `${name} ${size}`;
  const same = slot.summary.files.map(text).join() === wanted.map(text).join();
  return same ? null : `The recipe was made with other files: ${names}.`;
}

function wantedFiles(part: Part): FileSummary[] {
  const files = recipeFiles.value;
  if (!files) return [];
  return typeof part === "string" ? files[part] : (files.chats.get(part) ?? []);
}
