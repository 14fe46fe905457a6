// The protocol between the lesson's page and its workers: plain objects, told apart by `kind`.
// The payloads' types are generated from the Rust structs that they come from.
import type {
  Answer,
  LessonFailure,
  LessonSummary,
  Measured,
  MergeSummary,
  State,
  TensorNorms,
  Which,
} from "./wasm/chat_vector_learn";

export type LessonRequest =
  /** Fetches the models from the folder at this URL, which ends with a slash. */
  | { kind: "load"; request: number; folder: string }
  /** Drops the merged model's reply, if it is saying one. */
  | { kind: "merge"; request: number; state: State }
  /** `most`: words of the reply. Each is told as it comes. Drops an older reply of the model. */
  | { kind: "answer"; request: number; which: Which; prompt: string; most: number }
  | { kind: "measure"; request: number; which: Which }
  /** Merges and measures at once: a row of a curve. */
  | { kind: "row"; request: number; state: State }
  | { kind: "norms"; request: number }
  /** The recipe of a state, as a file that the main page opens. */
  | { kind: "recipe-file"; request: number; state: State }
  /** The `model.safetensors` that a state merges to. */
  | { kind: "merged-file"; request: number; state: State };

export type LessonResponse =
  | { kind: "loaded"; request: number; summary: LessonSummary }
  | { kind: "merged"; request: number; summary: MergeSummary }
  /** A word of a reply that is not whole yet. */
  | { kind: "word"; request: number; word: string }
  | { kind: "answered"; request: number; answer: Answer }
  /** A reply was given up for something newer. */
  | { kind: "dropped"; request: number }
  | { kind: "measured"; request: number; measures: Measured[] }
  | { kind: "norms"; request: number; norms: TensorNorms[] }
  | { kind: "recipe-file"; request: number; text: string }
  | { kind: "merged-file"; request: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "failed"; request: number; failure: LessonFailure };

/** What models do at one λ. */
export type CurveRow = { lambda: number; measures: Measured[] };

export type {
  Answer,
  FailureKind,
  LessonFailure,
  LessonSummary,
  Measured,
  MergeSummary,
  Part,
  State,
  TensorNorms,
  VectorNorm,
  Which,
} from "./wasm/chat_vector_learn";
