// The one protocol between the page and its worker: plain objects, told apart by `kind`.
// The payloads' types are generated from the Rust structs that they come from.
import type {
  Cast,
  Destination,
  Document,
  Failure,
  Inspected,
  InterruptedSummary,
  Merged,
  Message,
  ModelSummary,
  PlanReport,
  PresetRules,
  Problem,
  Progress,
  Recipe,
  SavedFile,
  TensorPage,
  TensorQuery,
  Verified,
} from "./wasm/chat_vector";

/** A model that the page has given to the worker, by a number of the page's choice. */
export type ModelId = number;

/** A file as a person gave it; `path` is relative to the folder when a folder was given. */
export type GivenFile = { file: File; path: string };

/** A merge that was interrupted; journal and mark are the session's. */
export type Interrupted = Omit<InterruptedSummary, "mark"> & {
  directory: string;
  journal: unknown;
  mark: unknown;
};

export type Request =
  | { kind: "open"; request: number; model: ModelId; files: GivenFile[] }
  | { kind: "close"; model: ModelId }
  /** `series`: λ of the chat models for each output; the first are the recipe's own. */
  | { kind: "plan"; request: number; cast: Cast; recipe: Recipe; series: number[][] }
  | ({ kind: "tensors"; request: number } & TensorQuery)
  /** The recipe as a file, with the models that are given, and λ of each output. */
  | { kind: "recipe-file"; request: number; cast: Cast | null; recipe: Recipe; series: number[][] }
  /** The recipe in a file of its own or in a merged one. */
  | { kind: "open-recipe"; request: number; file: File }
  /** Each output has its destination. */
  | {
      kind: "merge";
      request: number;
      cast: Cast;
      recipe: Recipe;
      series: number[][];
      destinations: Destination[];
    }
  /** Which merges were interrupted; those that can't go on are deleted. */
  | { kind: "interrupted"; request: number }
  /** Why an interrupted merge can't go on with these models. */
  | { kind: "differs"; request: number; cast: Cast; interrupted: Interrupted }
  | { kind: "resume"; request: number; cast: Cast; directory: string }
  /** `names`: those of the files in the plan of that output of the last merge. */
  | { kind: "verify"; request: number; output: number; files: File[]; names: string[]; all: boolean }
  | { kind: "inspect"; request: number; cast: Cast; recipe: Recipe }
  /** The person has the file that was offered: it may go, and the merge may go on. */
  | { kind: "go-on" }
  | { kind: "cancel" };

export type Response =
  /** `opfs`: whether the browser's private disk takes files from this worker. */
  | { kind: "ready"; version: string; presets: PresetRules[]; opfs: boolean }
  | { kind: "opened"; request: number; model: ModelId; summary: ModelSummary }
  | { kind: "unreadable"; request: number; model: ModelId; problems: Problem[] }
  | { kind: "planned"; request: number; reports: PlanReport[] }
  | ({ kind: "tensors"; request: number } & TensorPage)
  | { kind: "recipe-file"; request: number; text: string }
  | { kind: "recipe"; request: number; document: Document }
  | { kind: "interrupted"; request: number; merges: Interrupted[] }
  /** `why` is null when it can go on. */
  | { kind: "differs"; request: number; why: Message | null }
  | { kind: "progress"; progress: Progress }
  /** A shard that is to be saved before the next one is written. */
  | { kind: "offered"; file: SavedFile }
  | ({ kind: "merged"; request: number } & Merged)
  | { kind: "verified"; request: number; verified: Verified }
  | { kind: "inspected"; request: number; inspected: Inspected }
  | { kind: "failed"; request: number; failure: Failure };

export type {
  Action,
  Cast,
  Destination,
  Document,
  Failure,
  FileSummary,
  Filling,
  Inspected,
  LayerWeight,
  Merged,
  Message,
  ModelNames,
  ModelSummary,
  NonFinite,
  PlanReport,
  PresetRules,
  Problem,
  Progress,
  Recipe,
  RuleCount,
  SavedFile,
  TakeOver,
  TensorPage,
  TensorQuery,
  TensorRow,
  TokenTable,
  Verified,
} from "./wasm/chat_vector";
