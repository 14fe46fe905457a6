// The merge's end of the worker that writes to the browser's private disk: a few buffers go back and
// forth, whichever output they are of, so that reading and arithmetic go on while the disk is busy. One for the life of the page,
// whose program is loaded with it: later the host may be out of reach.
import type { DiskWriter } from "./wasm/chat_vector";
import { thrown } from "./worker-error";
import type { Answer, Command } from "./writer-worker";

/** Bytes of a buffer: what the engine writes at once. */
const BLOCK = 1024 * 1024;
/** At most so many buffers: they last while the disk takes what has been written. */
const BUFFERS = 16;

export class RemoteWriter implements DiskWriter {
  readonly #spare: ArrayBuffer[] = [];
  #made = 0;
  #failure: Error | null = null;
  #dead = false;
  /** Goes on when a buffer has come back, or something has failed. */
  #wake: () => void = () => {};
  /** Goes on when the last command but a write was carried out. */
  #settle: () => void = () => {};
  #worker = this.#start();

  create(
    output: number,
    directory: string,
    name: string,
    size: number,
    done: number,
  ): Promise<void> {
    if (this.#dead) {
      this.#worker = this.#start();
      this.#dead = false;
      this.#forget();
    }
    return this.#ask({ kind: "create", output, directory, name, size, done });
  }

  mark(output: number, directory: string, name: string, text: string): void {
    const command: Command = { kind: "mark", output, directory, name, text };
    if (!this.#dead) this.#worker.postMessage(command);
  }

  async ready(): Promise<void> {
    while (!this.#failure && this.#spare.length === 0 && this.#made === BUFFERS) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
  }

  write(output: number, bytes: Uint8Array): number {
    const buffer = this.#spare.pop() ?? this.#make();
    const len = Math.min(bytes.length, BLOCK);
    new Uint8Array(buffer).set(bytes.subarray(0, len));
    const command: Command = { kind: "write", output, buffer, len };
    this.#worker.postMessage(command, [buffer]);
    return len;
  }

  async finish(output: number): Promise<void> {
    await this.#ask({ kind: "finish", output });
    this.#forget();
  }

  async close(output: number): Promise<void> {
    // A failure makes no difference to a file that is given up.
    await this.#ask({ kind: "close", output }).catch(() => {});
    this.#forget();
  }

  #make(): ArrayBuffer {
    this.#made += 1;
    return new ArrayBuffer(BLOCK);
  }

  /** Forgets a file: what has failed, and the buffers, none of which is with the worker, whichever
   * output they were of: it has carried out all that came before. */
  #forget(): void {
    this.#failure = null;
    this.#spare.length = 0;
    this.#made = 0;
  }

  async #ask(command: Command): Promise<void> {
    if (!this.#dead) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        this.#worker.postMessage(command);
      });
    }
    if (this.#failure) throw this.#failure;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#dead = true;
      this.#fail(new Error(event.message || "the program that writes could not be loaded"));
      this.#settle();
    };
    return worker;
  }

  #receive(answer: Answer): void {
    if (answer.kind === "done") return this.#settle();
    if (answer.kind === "failed") return this.#fail(thrown(answer));
    this.#spare.push(answer.buffer);
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }
}
