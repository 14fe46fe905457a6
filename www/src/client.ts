// The page's end of the worker: requests are promises, and a worker that died says so once.
import type {
  Cast,
  Document,
  Failure,
  GivenFile,
  Inspected,
  Interrupted,
  Merged,
  ModelId,
  Message,
  ModelSummary,
  PlanReport,
  Problem,
  Progress,
  Recipe,
  Request,
  Response,
  SavedFile,
  TensorPage,
  TensorQuery,
  Verified,
} from "./protocol";
import { english } from "./text/message";

type Ready = Extract<Response, { kind: "ready" }>;
type Answer = Extract<Response, { request: number }>;
type Numbered = Extract<Request, { request: number }>;
/** A request of this type before it has its number. */
type Unnumbered<R> = R extends Numbered ? Omit<R, "request"> : never;

/** The worker could not do what was asked. */
export class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(english(failure.message));
  }
}

/** The worker died before it answered. */
export class WorkerDied extends Error {}

export type Opened =
  | { kind: "opened"; summary: ModelSummary }
  | { kind: "unreadable"; problems: Problem[] };

type Waiting = { resolve(answer: Answer): void; reject(error: Error): void };

export class Client {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onReady: (ready: Ready) => void;
  readonly #onDeath: (why: string) => void;
  #onProgress: (progress: Progress) => void = () => {};
  #onOffer: (file: SavedFile) => void = () => {};
  #last = 0;
  #dead = false;

  constructor(onReady: (ready: Ready) => void, onDeath: (why: string) => void) {
    this.#onReady = onReady;
    this.#onDeath = onDeath;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Response>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message || "its program could not be loaded");
    };
    this.#worker.onmessageerror = () => this.#die("a message could not be read");
  }

  async open(model: ModelId, files: GivenFile[]): Promise<Opened> {
    return (await this.#ask({ kind: "open", model, files })) as Extract<
      Response,
      { kind: "opened" | "unreadable" }
    >;
  }

  close(model: ModelId): void {
    this.#send({ kind: "close", model });
  }

  /** The plan of each output. */
  async plan(plan: Unnumbered<Extract<Request, { kind: "plan" }>>): Promise<PlanReport[]> {
    const answer = await this.#ask(plan);
    return (answer as Extract<Response, { kind: "planned" }>).reports;
  }

  async tensors(query: TensorQuery): Promise<TensorPage> {
    const answer = await this.#ask({ kind: "tensors", ...query });
    return answer as Extract<Response, { kind: "tensors" }>;
  }

  /** The recipe as a file, with the models that are given, and λ of each output. */
  async recipeFile(cast: Cast | null, recipe: Recipe, series: number[][]): Promise<string> {
    const answer = await this.#ask({ kind: "recipe-file", cast, recipe, series });
    return (answer as Extract<Response, { kind: "recipe-file" }>).text;
  }

  async openRecipe(file: File): Promise<Document> {
    const answer = await this.#ask({ kind: "open-recipe", file });
    return (answer as Extract<Response, { kind: "recipe" }>).document;
  }

  async interrupted(): Promise<Interrupted[]> {
    const answer = await this.#ask({ kind: "interrupted" });
    return (answer as Extract<Response, { kind: "interrupted" }>).merges;
  }

  /** Why an interrupted merge can't go on with these models; null when it can. */
  async differs(cast: Cast, interrupted: Interrupted): Promise<Message | null> {
    const answer = await this.#ask({ kind: "differs", cast, interrupted });
    return (answer as Extract<Response, { kind: "differs" }>).why;
  }

  async merge(
    merge: Unnumbered<Extract<Request, { kind: "merge" | "resume" }>>,
    onProgress: (progress: Progress) => void,
    onOffer: (file: SavedFile) => void,
  ): Promise<Merged> {
    this.#onOffer = onOffer;
    try {
      const answer = await this.#watch(merge, onProgress);
      return answer as Extract<Response, { kind: "merged" }>;
    } finally {
      this.#onOffer = () => {};
    }
  }

  async verify(
    verify: Unnumbered<Extract<Request, { kind: "verify" }>>,
    onProgress: (progress: Progress) => void,
  ): Promise<Verified> {
    const answer = await this.#watch(verify, onProgress);
    return (answer as Extract<Response, { kind: "verified" }>).verified;
  }

  async inspect(
    inspect: Unnumbered<Extract<Request, { kind: "inspect" }>>,
    onProgress: (progress: Progress) => void,
  ): Promise<Inspected> {
    const answer = await this.#watch(inspect, onProgress);
    return (answer as Extract<Response, { kind: "inspected" }>).inspected;
  }

  goOn(): void {
    this.#send({ kind: "go-on" });
  }

  cancel(): void {
    this.#send({ kind: "cancel" });
  }

  /** Ends the worker. */
  end(why: string): void {
    this.#die(why);
  }

  #send(request: Request): void {
    if (!this.#dead) this.#worker.postMessage(request);
  }

  #ask(question: Unnumbered<Request>): Promise<Answer> {
    if (this.#dead) return Promise.reject(new WorkerDied());
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#send({ ...question, request });
    });
  }

  /** Asks for what takes its time, and tells how far it is. */
  async #watch(
    question: Unnumbered<Request>,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer> {
    this.#onProgress = onProgress;
    try {
      return await this.#ask(question);
    } finally {
      this.#onProgress = () => {};
    }
  }

  #receive(response: Response): void {
    if (this.#dead) return;
    if (response.kind === "ready") return this.#onReady(response);
    if (response.kind === "progress") return this.#onProgress(response.progress);
    if (response.kind === "offered") return this.#onOffer(response.file);
    const waiting = this.#waiting.get(response.request);
    this.#waiting.delete(response.request);
    if (response.kind === "failed") waiting?.reject(new Failed(response.failure));
    else waiting?.resolve(response);
  }

  #die(why: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#worker.terminate();
    this.#onDeath(why);
    for (const { reject } of this.#waiting.values()) reject(new WorkerDied(why));
    this.#waiting.clear();
  }
}
