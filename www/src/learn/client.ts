// The lesson page's end of its workers: one for what a person waits for, one for measures and curves, so
// that these never stand in the way. Requests are promises, and a worker that died says so once.
import type {
  Answer,
  CurveRow,
  LessonFailure,
  LessonRequest,
  LessonResponse,
  LessonSummary,
  Measured,
  MergeSummary,
  State,
  TensorNorms,
  Which,
} from "./protocol";

/** A request before it has its number. */
type Unnumbered<R> = R extends LessonRequest ? Omit<R, "request"> : never;
/** What ends a request well. */
type Reply = Exclude<LessonResponse, { kind: "word" | "failed" }>;
type Waiting = {
  resolve(reply: Reply): void;
  reject(error: Error): void;
  onWord(word: string): void;
};

/** The worker could not do what was asked. */
export class LessonFailed extends Error {
  constructor(readonly failure: LessonFailure) {
    super(failure.message);
  }
}

/** The worker died before it answered. */
export class LessonDied extends Error {}

/** The most words of a reply, where nothing else is said; the measures have the same. */
const MOST_WORDS = 24;

export class LessonClient {
  readonly #folder: string;
  readonly #onDeath: (why: string) => void;
  readonly #main: Port;
  /** Started with the first measure. */
  #meter: Port | null = null;
  /** Of the curve in hand; an older one ends when it sees another. */
  #curve = 0;

  /** `folder`: the URL of the models, relative to the page. */
  constructor(onDeath: (why: string) => void, folder = "./miniature/") {
    this.#folder = new URL(folder, document.baseURI).href;
    this.#onDeath = onDeath;
    this.#main = new Port(onDeath);
  }

  /** To be asked for first. */
  async load(): Promise<LessonSummary> {
    return (await this.#main.ask({ kind: "load", folder: this.#folder }, "loaded")).summary;
  }

  async merge(state: State): Promise<MergeSummary> {
    const start = performance.now();
    const { summary } = await this.#main.ask({ kind: "merge", state }, "merged");
    note("merge", start, summary);
    return summary;
  }

  /** `prompt`: with its special words. `onWord` is told of each word as it comes. Null if the reply was
   * dropped: for a newer one of the model, or for a newer merge where it was that of the merged model. */
  async answer(
    which: Which,
    prompt: string,
    onWord: (word: string) => void = () => {},
    most = MOST_WORDS,
  ): Promise<Answer | null> {
    const start = performance.now();
    const question = { kind: "answer", which, prompt, most } as const;
    let count = 0;
    const hear = (word: string) => {
      count += 1;
      if (count === 1) note(`first word of ${which}`, start);
      onWord(word);
    };
    const reply = await this.#main.ask<"answered" | "dropped">(question, "answered", hear);
    if (reply.kind === "dropped") return null;
    note(`reply of ${which}`, start, reply.answer);
    return reply.answer;
  }

  /** Of a model as it was given. */
  async measure(which: Exclude<Which, "merged">): Promise<Measured[]> {
    return (await this.#measuring().ask({ kind: "measure", which }, "measured")).measures;
  }

  /** Of what a state merges to, whatever was merged last. */
  async measureMerged(state: State): Promise<Measured[]> {
    return (await this.#measuring().ask({ kind: "row", state }, "measured")).measures;
  }

  async norms(): Promise<TensorNorms[]> {
    return (await this.#main.ask({ kind: "norms" }, "norms")).norms;
  }

  /** The recipe of a state, as the text of a file that the main page opens. */
  async recipeFile(state: State): Promise<string> {
    return (await this.#main.ask({ kind: "recipe-file", state }, "recipe-file")).text;
  }

  /** The `model.safetensors` that a state merges to. */
  async mergedFile(state: State): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#main.ask({ kind: "merged-file", state }, "merged-file")).bytes;
  }

  /**
   * The measures of the model merged with each λ in turn, in place of that of one chat vector of the
   * state: row by row, as they are computed. Whoever takes no more ends it, and so does a newer curve:
   * then it ends without its last rows.
   */
  async *curve(state: State, lambdas: number[], vector = 0): AsyncGenerator<CurveRow, void> {
    this.#curve += 1;
    const curve = this.#curve;
    for (const lambda of lambdas) {
      const weights = state.weights.with(vector, lambda);
      const measures = await this.measureMerged({ ...state, weights });
      if (curve !== this.#curve) return;
      yield { lambda, measures };
      if (curve !== this.#curve) return;
    }
  }

  /** Ends the curve in hand, if there is one. */
  cancelCurve(): void {
    this.#curve += 1;
  }

  /** Ends the workers. */
  end(why: string): void {
    this.#main.die(why);
    this.#meter?.die(why);
  }

  #measuring(): Port {
    if (!this.#meter) {
      this.#meter = new Port(this.#onDeath);
      // What comes after it waits for it, and fails with it.
      this.#meter.ask({ kind: "load", folder: this.#folder }, "loaded").catch(() => {});
    }
    return this.#meter;
  }
}

/** Notes on the page's timeline how long something took, for whoever measures the page: the last is enough. */
function note(name: string, start: number, detail?: MergeSummary | Answer): void {
  performance.clearMeasures(name);
  performance.measure(name, { start, detail });
}

/** A worker, and what it was asked. */
class Port {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onDeath: (why: string) => void;
  #last = 0;
  #dead = false;

  constructor(onDeath: (why: string) => void) {
    this.#onDeath = onDeath;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<LessonResponse>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.die(event.message || "its program could not be loaded");
    };
    this.#worker.onmessageerror = () => this.die("a message could not be read");
  }

  /** Asks for what is answered with a response of this kind. */
  async ask<K extends Reply["kind"]>(
    question: Unnumbered<LessonRequest>,
    _kind: K,
    onWord: (word: string) => void = () => {},
  ): Promise<Extract<Reply, { kind: K }>> {
    if (this.#dead) throw new LessonDied();
    this.#last += 1;
    const request = this.#last;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject, onWord });
      this.#worker.postMessage({ ...question, request } as LessonRequest);
    });
    return reply as Extract<Reply, { kind: K }>;
  }

  die(why: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#worker.terminate();
    this.#onDeath(why);
    for (const { reject } of this.#waiting.values()) reject(new LessonDied(why));
    this.#waiting.clear();
  }

  #receive(response: LessonResponse): void {
    if (this.#dead) return;
    const waiting = this.#waiting.get(response.request);
    if (response.kind === "word") return waiting?.onWord(response.word);
    this.#waiting.delete(response.request);
    if (response.kind === "failed") waiting?.reject(new LessonFailed(response.failure));
    else waiting?.resolve(response);
  }
}
