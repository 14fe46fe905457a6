// The state of the page, as signals, and what follows from it.
import { computed, signal } from "@preact/signals";
import type {
  FileSummary,
  Inspected,
  Interrupted,
  Message,
  NonFinite,
  PlanReport,
  PresetRules,
  Problem,
  Progress,
  Verified,
} from "../protocol";
import { text } from "../text/language";
import type { Sample } from "../text/pace";
import type { Sentence, Words } from "../text/sentence";
import { castOf, missing, namesOf, noModels, type Part, parts, partTitle, planRole, slotOf } from "./models";
import { seriesProblem } from "../text/series";
import { parseWeights } from "../text/weight";
import {
  BY_TOKEN,
  defaultForm,
  readForm,
  readTakeOver,
  suggestedTakeOver,
  type TakeOverForm,
} from "./recipe-form";

export type WorkerState =
  | { kind: "starting" }
  | { kind: "ready"; version: string; opfs: boolean }
  | { kind: "dead"; message: Sentence };

/** The last plan; `fresh` while it is what the page shows above it. */
export type PlanState =
  | { kind: "none" }
  | { kind: "planning" }
  /** `outputs`: one for each λ, what it is told by and its bytes. */
  | {
      kind: "planned";
      report: PlanReport;
      outputs: PlannedOutput[];
      number: number;
      fresh: boolean;
    };

export type PlannedOutput = { label: string; bytes: number; notices: Message[] };

/** A merged file that can be read back. */
export type Output = {
  /** What tells it from all others. */
  key: string;
  name: string;
  /** Its name in the plan: the person may have chosen another one. */
  planned: string;
  /** Which output of the merge it is of. */
  output: number;
  open(): Promise<File>;
};

/** A file to be saved by its link; `taken` once the link was used. */
export type Download = Output & { size: number; url: string; taken: boolean };

/** A shard that the person has saved while the merge went on. */
export type SavedBefore = { name: string; sha256: string | null };

/** Where the merged files are. */
export type Kept =
  | { kind: "chosen"; files: Output[] }
  /** `before`: those that were saved while the merge went on. */
  | { kind: "downloads"; where: "disk" | "memory"; files: Download[]; before: SavedBefore[] };

export type Checksum =
  /** `done`: from 0 to 1. */
  | { kind: "hashing"; done: number }
  | { kind: "hashed"; sha256: string }
  | { kind: "failed"; message: Words };

/** All files of an output as one zip. */
export type Zipped =
  /** Bytes. */
  | { kind: "making"; done: number; total: number }
  | { kind: "made"; name: string; url: string; size: number; taken: boolean }
  | { kind: "failed"; message: Words };

/** What is known about the result against its models. */
export type Verification =
  | { kind: "none" }
  /** `output`: the one in hand. */
  | { kind: "verifying"; output: number; progress: Progress | null; stopping: boolean }
  | ({ kind: "verified" } & Verified)
  | { kind: "wrong" | "failed"; message: Sentence };

/** What is known about the models; `plan` is the number of the plan that it was found out with, by an
 * inspection `itself` or by a merge. */
export type InspectionState =
  | { kind: "none" }
  | { kind: "inspecting"; progress: Progress | null; stopping: boolean }
  | { kind: "inspected"; inspected: Inspected; by: "itself" | "merge"; plan: number }
  | { kind: "failed"; message: Sentence };

export type MergeState =
  | { kind: "idle" }
  | { kind: "choosing" }
  | {
      kind: "merging";
      progress: Progress | null;
      samples: Sample[];
      cancelling: boolean;
      /** The shard that is to be saved before the next one is written. */
      offered: Download | null;
      /** Those that were. */
      before: SavedBefore[];
    }
  /** `left`: what to do with files that were saved before; empty where none were. */
  | { kind: "cancelled"; left: Sentence }
  | { kind: "failed"; message: Sentence }
  | { kind: "done" };

export type Result = {
  kept: Kept;
  /** The outputs, one for each λ. `label`: what it is told by; nothing where there is only one. `suffix`:
   * the same in names. */
  outputs: { label: string; suffix: string; nonfinite: NonFinite[] }[];
  bytes: number;
  seconds: number;
  /** Whether config and tokenizer lie beside the weights. */
  whole: boolean;
  /** Whether it is a chat vector. */
  isVector: boolean;
};

export const SAVE_TO = ["chosen", "downloads"] as const;
export type SaveTo = (typeof SAVE_TO)[number];

export const hasPickers =
  typeof window !== "undefined" && "showSaveFilePicker" in window && "showDirectoryPicker" in window;

export const worker = signal<WorkerState>({ kind: "starting" });
/** Why the last worker was replaced, until something works again. */
export const crash = signal<Sentence | null>(null);
export const models = signal(noModels());
export const form = signal(defaultForm());
export const saveTo = signal<SaveTo>(hasPickers ? "chosen" : "downloads");
/** Whether each shard is to be saved before the next is written; null until the person says so. */
export const eachChoice = signal<boolean | null>(null);
export const plan = signal<PlanState>({ kind: "none" });
export const merge = signal<MergeState>({ kind: "idle" });
export const result = signal<Result | null>(null);
export const verification = signal<Verification>({ kind: "none" });
/** By output. */
export const zipped = signal<ReadonlyMap<number, Zipped>>(new Map());
export const inspection = signal<InspectionState>({ kind: "none" });
/** By the key of the file. */
export const checksums = signal<ReadonlyMap<string, Checksum>>(new Map());
/** Merges that were interrupted and can go on. */
export const interrupted = signal<Interrupted[]>([]);
/** By directory: why an interrupted merge can't go on with the models that are given; null when it
 * can. Not there while that is not known. */
export const differences = signal<ReadonlyMap<string, Message | null>>(new Map());
/** The files that the last recipe that was opened was made with; chat models' by the keys of their cards. */
export const recipeFiles = signal<{
  base: FileSummary[];
  target: FileSummary[];
  chats: ReadonlyMap<number, FileSummary[]>;
} | null>(null);
/** What became of saving or opening a recipe. */
export const recipeStatus = signal<Sentence>([]);
/** Bytes that the browser says it still has room for; null where it does not say. */
export const room = signal<number | null>(null);

/** The presets of tensor rules; before the worker has told them, the one that is no rule. */
export const presets = signal<PresetRules[]>([{ name: "all tensors", patterns: [] }]);

export const isBusy = computed(
  () =>
    merge.value.kind === "merging" ||
    merge.value.kind === "choosing" ||
    verification.value.kind === "verifying" ||
    inspection.value.kind === "inspecting",
);

/** The models that are given, once all are there and read. */
export const givenCast = computed(() =>
  worker.value.kind === "ready" ? castOf(models.value) : null,
);

/** The same for as long as the models are. */
export const castKey = computed(() => JSON.stringify(givenCast.value));

export const byToken = computed(() => form.value.embeddingRows === BY_TOKEN);

/** The special tokens that chat models have introduced, and the models that they are of; the first
 * plan by token of these models tells. */
export const introduced = signal<{ castKey: string; tokens: string[][] } | null>(null);

/** What a person wants taken over, or else what the models suggest; null while that is not known. */
export const takeOver = computed<TakeOverForm[] | null>(() => {
  if (form.value.takeOver) return form.value.takeOver;
  if (introduced.value?.castKey !== castKey.value) return null;
  const chats = models.value.chats.map(({ key }) => key);
  return suggestedTakeOver(introduced.value.tokens, chats);
});

export const reading = computed(() => {
  const { chats } = models.value;
  const rows = takeOver.value ?? [];
  return readForm(form.value, {
    weights: chats.map(({ weight }) => weight),
    curves: chats.map(({ curve }) => curve),
    models: namesOf(models.value),
    takeOver: readTakeOver(rows, chats.map(({ key }) => key)),
  });
});

/** Why lists of λ don't go together; null where they do, or can't be read. */
export const listsProblem = computed(() => {
  const lists = models.value.chats.map(({ weight }) => parseWeights(weight) ?? [0]);
  return seriesProblem(lists);
});

/** It is not known yet what may be taken over. */
export const readsTokens = computed(() => byToken.value && takeOver.value === null);

/** What the worker can plan now; null while something is missing or wrong. */
export const plannable = computed(() => {
  const cast = givenCast.value;
  if (!cast || reading.value.kind !== "recipe") return null;
  const { recipe, series } = reading.value;
  return { cast, recipe, series };
});

/** The plan's own problems, while it is about the models that are given. */
export const planProblems = computed<Problem[]>(() =>
  plan.value.kind === "planned" && plannable.value ? plan.value.report.problems : [],
);

/** The sentences about one model, for its card. */
export function problemsOf(part: Part): Sentence[] {
  const slot = slotOf(models.value, part);
  const role = planRole(models.value, part);
  const own = slot.kind === "unreadable" ? slot.problems : [];
  const planned = planProblems.value.filter(({ model }) => model === role);
  return [...own, ...planned.map(({ message }) => [message])];
}

/** Everything that stands in the way, in sentences. */
export const problems = computed<Sentence[]>(() => {
  const unreadable = parts(models.value).flatMap((part) => {
    const slot = slotOf(models.value, part);
    if (slot.kind !== "unreadable") return [];
    return slot.problems.map((problem) => [() => `${partTitle(models.value, part)}:`, ...problem]);
  });
  return [
    ...(worker.value.kind === "dead" ? [worker.value.message] : []),
    ...(crash.value ? [crash.value] : []),
    ...unreadable,
    ...(reading.value.kind === "problems" ? reading.value.problems : []),
    ...planProblems.value.map(({ message }) => [message]),
    ...(merge.value.kind === "failed" ? [merge.value.message] : []),
  ];
});

/** Why a merge cannot start now; null when it can. */
export const blocked = computed<string | null>(() => {
  const { blocked: words, models: ofModels, starting, plan: ofPlan } = text.value;
  if (worker.value.kind === "dead") return words.dead;
  if (verification.value.kind === "verifying") return words.verifying;
  if (inspection.value.kind === "inspecting") return words.inspecting;
  const given = parts(models.value).map((part) => slotOf(models.value, part).kind);
  if (given.includes("reading")) return ofModels.reading;
  if (given.includes("unreadable")) return words.problems;
  const wanted = missing(models.value);
  if (wanted) return wanted;
  if (reading.value.kind === "problems") return words.problems;
  if (worker.value.kind === "starting") return starting;
  if (readsTokens.value) return words.tokenizers;
  if (plan.value.kind === "none") return words.problems;
  if (plan.value.kind !== "planned" || !plan.value.fresh) return ofPlan.planning;
  if (plan.value.report.problems.length > 0) return words.problems;
  return null;
});

/** How the merged files reach the downloads folder. */
export const downloadsThrough = computed<"disk" | "memory">(() =>
  worker.value.kind === "ready" && !worker.value.opfs ? "memory" : "disk",
);

/** Merged files that the browser holds until the person says that they are saved. */
export const holding = computed(() => result.value?.kept.kind === "downloads");

/** Those of them whose link was not used. */
export const unsaved = computed(
  () =>
    result.value?.kept.kind === "downloads" &&
    result.value.kept.files.some(({ taken }) => !taken),
);

/** Whether the plan has several outputs. */
export const isSeveral = computed(
  () => plan.value.kind === "planned" && plan.value.outputs.length > 1,
);

/** What a download has to find room for, all at once or one shard after the other. With several
 * outputs it is all at once. */
export const roomNeeded = computed(() => {
  if (plan.value.kind !== "planned" || saveTo.value !== "downloads") return null;
  const { report, outputs } = plan.value;
  const files = outputs.length > 1 ? [] : report.files;
  const bytes = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const shards = files.filter(({ name }) => name.endsWith(".safetensors"));
  return { all: bytes, each: Math.max(0, ...shards.map(({ size }) => size)), shards: shards.length };
});

/** Whether each shard is saved before the next is written: by choice, or for lack of room. */
export const savesEach = computed(() => {
  const needed = roomNeeded.value;
  if (!needed || needed.shards < 2) return false;
  return eachChoice.value ?? (room.value !== null && needed.all > room.value);
});
