// Recipes as files: saved to be used again, and opened from their own file or from a merged one.
import { batch } from "@preact/signals";
import type { Document, FileSummary } from "../protocol";
import { removeChat, addChat, setForm, workerClient } from "./actions";
import { isVector, numberOf, type Part, slotOf, withCurve, withName, withWeight } from "./models";
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
import { text } from "../text/language";
import type { Text } from "../text/languages/en";
import { type Sentence, wordsOfError } from "../text/sentence";

const NAME = "chat_vector_recipe.json";
const MERGEKIT = "mergekit.yml";

/** Hands the recipe over as a file. */
export async function saveRecipe(): Promise<void> {
  const read = reading.peek();
  if (read.kind !== "recipe") {
    recipeStatus.value = [({ recipe }) => recipe.notYet, ...(read.problems[0] ?? [])];
    return;
  }
  try {
    const text = await workerClient().recipeFile(givenCast.peek(), read.recipe, read.series);
    save(text, NAME);
    recipeStatus.value = [({ recipe }) => recipe.saved(NAME)];
  } catch (error) {
    recipeStatus.value = [({ recipe }) => recipe.notSaved, wordsOfError(error)];
  }
}

/** Hands the plan's recipe over as a config of mergekit. */
export async function exportForMergekit(): Promise<void> {
  const wanted = plannable.peek();
  const state = plan.peek();
  if (!wanted || state.kind !== "planned" || !state.fresh || state.report.problems.length > 0) {
    recipeStatus.value = [({ recipe }) => recipe.exportNotYet];
    return;
  }
  if (wanted.recipe.goal === "chat vector" || models.peek().chats.some(isVector)) {
    recipeStatus.value = [({ recipe }) => recipe.exportVector];
    return;
  }
  try {
    const { mergekitConfig, told } = await import("../text/mergekit");
    const all = { from: 0, count: 2 ** 31, action: null, search: "" };
    const { rows } = await workerClient().tensors(all);
    // The rows are those of the last plan, which may be another one by now.
    if (plan.peek() !== state) return exportForMergekit();
    const hasTarget = wanted.cast.target !== null;
    const { recipe, series } = wanted;
    const outputs = series.length;
    const first = state.outputs[0] ?? state.report;
    const { yaml, notes } = mergekitConfig(recipe, hasTarget, first, rows, outputs);
    save(yaml, MERGEKIT);
    const lacks: Sentence =
      notes.length === 0 ? [] : [({ recipe }) => recipe.exportLacks, ...notes.map(told)];
    recipeStatus.value = [({ recipe }) => recipe.exported(MERGEKIT), ...lacks];
  } catch (error) {
    recipeStatus.value = [({ recipe }) => recipe.notExported, wordsOfError(error)];
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
    const titles = ({ title }: Text) => closed.map(title.chat).join(", ");
    const gone: Sentence = closed.length > 0 ? [(text) => text.recipe.closed(titles(text))] : [];
    const count = document.recipe.weights.length;
    recipeStatus.value = [({ recipe }) => recipe.opened(file.name, count), ...gone];
  } catch (error) {
    recipeStatus.value = [() => `${file.name}:`, wordsOfError(error)];
  }
}

/** Makes the choices, and returns the numbers of chat models that had to be closed. */
function put({ recipe, base, target, chats, series }: Document): number[] {
  const chatKeys = () => models.peek().chats.map(({ key }) => key);
  const count = recipe.weights.length;
  // Cards without models go first, and then the last ones.
  const isEmpty = (key: number) => slotOf(models.peek(), key).kind === "empty";
  const extra = () => chatKeys().length - count;
  for (const key of chatKeys().filter(isEmpty).slice(0, Math.max(0, extra()))) removeChat(key);
  const left = chatKeys().slice(count);
  const closed = left.map((key) => numberOf(models.peek(), key));
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
  const { andMore, models: words } = text.value;
  const names = wanted.length === 1 ? first.name : andMore(first.name, wanted.length - 1);
  const slot = slotOf(models.value, part);
  if (slot.kind === "empty") return words.madeWith(names);
  if (slot.kind !== "ready") return null;
  const told = ({ name, size }: FileSummary) => `${name} ${size}`;
  const same = slot.summary.files.map(told).join() === wanted.map(told).join();
  return same ? null : words.madeWithOthers(names);
}

function wantedFiles(part: Part): FileSummary[] {
  const files = recipeFiles.value;
  if (!files) return [];
  return typeof part === "string" ? files[part] : (files.chats.get(part) ?? []);
}
