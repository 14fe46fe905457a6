// The merge's end of the worker that reads: byte streams of Files that look as if they were read
// here. One for the life of the page, whose program is loaded with it: later the host may be out of
// reach. Without the worker, Files are read as slices.
import { nudgeCollector } from "./collector";
import type { Answer, Command } from "./reader-worker";
import type { ByteReader, ByteStreams } from "./wasm/chat_vector";
import { thrown } from "./worker-error";

type Result = { value: Uint8Array | undefined };
type Waiting = { resolve(result: Result): void; reject(error: Error): void };

export class RemoteReader implements ByteStreams {
  readonly #worker = this.#start();
  #last = 0;
  /** Reads under way, by stream. */
  readonly #waiting = new Map<number, Waiting[]>();
  /** Why the worker has died. */
  #failure: Error | null = null;

  open(file: File, start: number, end: number): ByteReader | null {
    if (!BYTE_STREAMS || this.#failure) return null;
    this.#last += 1;
    const stream = this.#last;
    const waiting: Waiting[] = [];
    this.#waiting.set(stream, waiting);
    this.#send({ kind: "open", stream, file, start, end });
    return {
      read: (buffer, len) =>
        new Promise((resolve, reject) => {
          if (this.#failure) return reject(this.#failure);
          waiting.push({ resolve, reject });
          this.#send({ kind: "read", stream, buffer, len }, [buffer]);
        }),
      cancel: () => {
        this.#waiting.delete(stream);
        this.#send({ kind: "cancel", stream });
        for (const { resolve } of waiting.splice(0)) resolve({ value: undefined });
      },
    };
  }

  #send(command: Command, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./reader-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.stream)?.shift();
      if (data.kind === "failed") return waiting?.reject(thrown(data));
      waiting?.resolve(data);
      nudgeCollector(data.value?.length ?? 0);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#failure = new Error(event.message || "the program that reads could not be loaded");
      for (const waiting of this.#waiting.values()) {
        for (const { reject } of waiting.splice(0)) reject(this.#failure);
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
