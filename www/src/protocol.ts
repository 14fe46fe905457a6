// The one protocol between the page and its worker: plain objects, told apart by `kind`.
// The payloads' types are generated from the Rust structs that they come from.
import type {
  Action,
  FileSummary,
  ModelSummary,
  NonFinite,
  PlanReport,
  PresetRules,
  Problem,
  Progress,
  Recipe,
  TensorRow,
} from "./wasm/chat_vector";

/** A model that the page has given to the worker, by a number of the page's choice. */
export type ModelId = number;

/** A file as a person gave it; `path` is relative to the folder when a folder was given. */
export type GivenFile = { file: File; path: string };

/** Which opened models play which part; `target: null` means the base. */
export type Cast = { base: ModelId; target: ModelId | null; chats: ModelId[] };

/** Where the merged files go. */
export type Destination =
  /** The browser's private disk (OPFS), then one download link per file. */
  | { kind: "downloads"; directory: string }
  /** One file chosen in the save dialog. */
  | { kind: "file"; handle: FileSystemFileHandle }
  /** A folder chosen in the directory dialog. */
  | { kind: "folder"; handle: FileSystemDirectoryHandle }
  /** Kept by the browser as a Blob: the last resort, limited by its memory. */
  | { kind: "blob" };

/** A finished file; `file` is null where it lies on the person's disk already. */
export type SavedFile = { name: string; size: number; file: File | null };

/** Why a merge did not finish. */
export type Failure = {
  kind: "cancelled" | "read" | "write" | "full" | "exists" | "internal";
  message: string;
};

export type Request =
  | { kind: "open"; request: number; model: ModelId; files: GivenFile[] }
  | { kind: "close"; model: ModelId }
  | { kind: "plan"; request: number; cast: Cast; recipe: Recipe }
  | {
      kind: "tensors";
      request: number;
      from: number;
      count: number;
      action: Action | null;
      search: string;
    }
  | { kind: "merge"; request: number; cast: Cast; recipe: Recipe; destination: Destination }
  | { kind: "cancel" };

export type Response =
  /** `opfs`: whether the browser's private disk takes files from this worker. */
  | { kind: "ready"; version: string; presets: PresetRules[]; opfs: boolean }
  | { kind: "opened"; request: number; model: ModelId; summary: ModelSummary }
  | { kind: "unreadable"; request: number; model: ModelId; problems: Problem[] }
  | { kind: "planned"; request: number; report: PlanReport }
  | { kind: "tensors"; request: number; total: number; rows: TensorRow[] }
  | { kind: "progress"; progress: Progress }
  | { kind: "merged"; request: number; saved: SavedFile[]; nonfinite: NonFinite[] }
  | { kind: "failed"; request: number; failure: Failure };

export type {
  Action,
  FileSummary,
  ModelSummary,
  NonFinite,
  PlanReport,
  PresetRules,
  Problem,
  Progress,
  Recipe,
  TensorRow,
};
