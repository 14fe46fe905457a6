// The page's end of the worker that computes SHA-256 and CRC-32: one for the life of the page, whose program is
// loaded with it.
import type { Algorithm, Answer, Command } from "./hash-worker";
import { thrown } from "./worker-error";

type Waiting = {
  resolve(hash: string): void;
  reject(error: Error): void;
  onProgress(done: number): void;
};

export class Hasher {
  readonly #worker = this.#start();
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Why the worker has died. */
  #failure: Error | null = null;

  /** The hash of a file, in hexadecimal digits, once those asked for before are done. */
  hash(
    algorithm: Algorithm,
    file: File,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<string> {
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.set(request, { resolve, reject, onProgress });
      this.#send({ kind: "hash", request, algorithm, file });
      signal.addEventListener("abort", () => this.#send({ kind: "stop", request }));
    });
  }

  #send(command: Command): void {
    this.#worker.postMessage(command);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.request);
      if (data.kind === "progress") return waiting?.onProgress(data.done);
      this.#waiting.delete(data.request);
      if (data.kind === "hashed") waiting?.resolve(data.hash);
      else waiting?.reject(thrown(data));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#failure = new Error(event.message || "its program could not be loaded");
      for (const { reject } of this.#waiting.values()) reject(this.#failure);
      this.#waiting.clear();
    };
    return worker;
  }
}
