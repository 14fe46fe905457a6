// The merge's end of the worker that reads: byte streams of Files that look as if they were read
// here. One for the life of the page, whose program is loaded with it.
import type { Answer, Command } from "./reader-worker";
import type { ByteReader, ByteStreams } from "./wasm/chat_vector";

type Result = { value: Uint8Array | undefined };
type Waiting = { resolve(result: Result): void; reject(error: Error): void };

export class RemoteStreams implements ByteStreams {
  #worker: Worker | null = this.#start();
  #last = 0;
  /** Reads under way, by stream. */
  readonly #waiting = new Map<number, Waiting[]>();

  open(file: File, start: number, end: number): ByteReader | null {
    if (!BYTE_STREAMS) return null;
    this.#last += 1;
    const stream = this.#last;
    const waiting: Waiting[] = [];
    this.#waiting.set(stream, waiting);
    this.#send({ kind: "open", stream, file, start, end });
    return {
      read: (view) =>
        new Promise((resolve, reject) => {
          waiting.push({ resolve, reject });
          const { buffer, length: len } = view;
          this.#send({ kind: "read", stream, buffer, len }, [buffer]);
        }),
      cancel: async () => {
        this.#waiting.delete(stream);
        this.#send({ kind: "cancel", stream });
        for (const { resolve } of waiting.splice(0)) resolve({ value: undefined });
      },
    };
  }

  #send(command: Command, transfer: Transferable[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(command, transfer);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./reader-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.stream)?.shift();
      if (data.kind === "block") waiting?.resolve(data);
      else waiting?.reject(Object.assign(new Error(data.message), { name: data.name }));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = null;
      const error = new Error(event.message || "the program that reads could not be loaded");
      for (const waiting of this.#waiting.values()) {
        for (const { reject } of waiting.splice(0)) reject(error);
      }
    };
    return worker;
  }
}

/** Workers of a page are alike. */
const BYTE_STREAMS = hasByteStreams();

/** Whether Files have byte streams in this browser. */
function hasByteStreams(): boolean {
  try {
    void new Blob(["?"]).stream().getReader({ mode: "byob" }).cancel();
    return true;
  } catch {
    return false;
  }
}
