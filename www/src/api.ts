// The package for other pages: what the page can do, as functions over Files, handles and Blobs.
import { Client, Failed, WorkerDied } from "./client";
import type * as protocol from "./protocol";
import type { Cast, Destination, GivenFile, Progress, Recipe } from "./protocol";
import { type InEnglish, inEnglish } from "./text/message";

export type { Progress, Recipe };
/** Why a merge did not finish. */
export type Failure = InEnglish<protocol.Failure>;
/** What the headers of a model say. */
export type ModelSummary = InEnglish<protocol.ModelSummary>;
/** What a merge would do. */
export type PlanReport = InEnglish<protocol.PlanReport>;
/** Something that stops a merge. */
export type Problem = InEnglish<protocol.Problem>;

/** A file of a model: a File, a handle of a file or folder, or a Blob (of a URL, say) and its name. */
export type Input =
  | File
  | FileSystemFileHandle
  | FileSystemDirectoryHandle
  | { name: string; blob: Blob };

/** A model whose headers were read. */
export type Model = {
  /** Its number in this merger. */
  readonly id: number;
  readonly summary: ModelSummary;
};

/** What to merge: target + Σ λᵢ(chatᵢ − base). */
export type Merge = {
  base: Model;
  /** None means the base. */
  target?: Model;
  chats: Model[];
  /** λ of each chat model; 1 where none are given. */
  weights?: number[];
  /** Other choices than the usual ones. */
  recipe?: Partial<Recipe>;
};

export type MergeOptions = {
  /** A file for a result of one file, or a folder; without it the result is kept as Blobs. */
  destination?: FileSystemFileHandle | FileSystemDirectoryHandle;
  onProgress?: (progress: Progress) => void;
  /** Stops the merge. */
  signal?: AbortSignal;
};

/** A merged file; `file` is null where it lies in the destination. */
export type MergedFile = { name: string; size: number; file: File | null };

/** Why something was refused or did not finish; `problems` tells all that is wrong. */
export class ChatVectorError extends Error {
  constructor(
    message: string,
    readonly problems: Problem[] = [],
    readonly failure: Failure | null = null,
  ) {
    super(message);
    this.name = "ChatVectorError";
  }
}

/** Merges models in workers of its own. One merge runs at a time; models are its own, and no other
 * merger's. */
export class Merger {
  readonly #client: Client;
  #last = 0;
  #merging = false;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Starts the workers.
   *
   * @throws ChatVectorError, where the browser can't run them. */
  static start(): Promise<Merger> {
    return new Promise((resolve, reject) => {
      const client: Client = new Client(
        () => resolve(new Merger(client)),
        (why) => reject(new ChatVectorError(`The workers could not start: ${why}`)),
      );
    });
  }

  /** Reads the headers of a model: its file, its shards, or all that its folder holds.
   *
   * @throws ChatVectorError with `problems`, where that is no checkpoint. */
  async inspect(inputs: Input | Input[]): Promise<Model> {
    const files = await Promise.all([inputs].flat().map((input) => filesOf(input)));
    this.#last += 1;
    const id = this.#last;
    const opened = await told(this.#client.open(id, files.flat()));
    if (opened.kind === "opened") return { id, summary: inEnglish(opened.summary) };
    const problems = inEnglish(opened.problems);
    throw new ChatVectorError(messages(problems), problems);
  }

  /** Forgets a model. */
  close(model: Model): void {
    this.#client.close(model.id);
  }

  /** What a merge would do, from the headers alone; its `problems` are empty when it can start. */
  async plan(merge: Merge): Promise<PlanReport> {
    const [report] = await told(this.#client.plan({ kind: "plan", ...question(merge) }));
    if (!report) throw new ChatVectorError("There is no plan.");
    return inEnglish(report);
  }

  /** Merges.
   *
   * @throws ChatVectorError, where the plan has problems or the merge does not finish; then nothing is
   * left of it. */
  async merge(merge: Merge, options: MergeOptions = {}): Promise<MergedFile[]> {
    const { destination, onProgress = () => {}, signal } = options;
    if (this.#merging) throw new ChatVectorError("A merge is running already.");
    this.#merging = true;
    const stop = () => this.#client.cancel();
    try {
      const { problems, files } = await this.plan(merge);
      if (problems.length > 0) throw new ChatVectorError(messages(problems), problems);
      if (destination?.kind === "file" && files.length > 1) {
        throw new ChatVectorError(
          `The result has ${files.length} files: give a folder, or ask for weights only in one file.`,
        );
      }
      if (signal?.aborted) throw new ChatVectorError("The merge was stopped before it began.");
      signal?.addEventListener("abort", stop);
      const destinations = [placeOf(destination)];
      const asked = { kind: "merge" as const, ...question(merge), destinations };
      const { outputs } = await told(this.#client.merge(asked, onProgress, () => {}));
      return outputs.flatMap(({ saved }) => saved);
    } finally {
      this.#merging = false;
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Ends the workers, and whatever they do; the merger can't be used any more. */
  stop(): void {
    this.#client.end("it was stopped");
  }
}

function question({ base, target, chats, weights, recipe }: Merge): {
  cast: Cast;
  recipe: Recipe;
  series: number[][];
} {
  return {
    cast: { base: base.id, target: target?.id ?? null, chats: chats.map(({ id }) => id) },
    recipe: {
      rules: [],
      output_dtype: "same as target",
      embedding_rows: "copy the target's",
      unmatched: "refuse",
      shards: { kind: "as-target" },
      ...recipe,
      weights: weights ?? recipe?.weights ?? chats.map(() => 1),
    },
    series: [],
  };
}

function placeOf(handle: MergeOptions["destination"]): Destination {
  if (!handle) return { kind: "blob", each: false };
  return handle.kind === "file" ? { kind: "file", handle } : { kind: "folder", handle };
}

async function filesOf(input: Input, folder = ""): Promise<GivenFile[]> {
  if (input instanceof File) return [{ file: input, path: input.webkitRelativePath || input.name }];
  if ("blob" in input) {
    const file = new File([input.blob], input.name);
    return [{ file, path: input.name }];
  }
  const path = folder + input.name;
  if (input.kind === "file") return [{ file: await input.getFile(), path }];
  const found: GivenFile[] = [];
  for await (const entry of input.values()) found.push(...(await filesOf(entry, `${path}/`)));
  return found;
}

/** What the worker says, as this package's error. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failed) {
      throw new ChatVectorError(error.message, [], inEnglish(error.failure));
    }
    if (error instanceof WorkerDied) throw new ChatVectorError(`The workers stopped: ${error.message}`);
    throw error;
  }
}

function messages(problems: Problem[]): string {
  return problems.map(({ message }) => message).join(" ");
}
