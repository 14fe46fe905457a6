// Computes the SHA-256 or CRC-32 of Files, one after the other, in a worker of its own: nothing else
// waits for it. WebCrypto could do so only with a whole file in memory.
import { createCRC32, createSHA256 } from "hash-wasm";
import { blocks } from "./blocks";
import { type Failed, failed } from "./worker-error";

export type Algorithm = "sha256" | "crc32";

export type Command =
  | { kind: "hash"; request: number; algorithm: Algorithm; file: File }
  | { kind: "stop"; request: number };

export type Answer =
  /** How many bytes are done. */
  | { kind: "progress"; request: number; done: number }
  /** In hexadecimal digits. */
  | { kind: "hashed"; request: number; hash: string }
  | (Failed & { request: number });

/** Milliseconds between two reports of progress, at least. */
const PROGRESS = 200;

const hashers = { sha256: createSHA256(), crc32: createCRC32() };
const stopped = new Set<number>();

async function hash(request: number, algorithm: Algorithm, file: File): Promise<void> {
  try {
    const hasher = (await hashers[algorithm]).init();
    let [done, told] = [0, 0];
    for await (const block of blocks(file)) {
      if (stopped.has(request)) throw new DOMException("It was stopped.", "AbortError");
      hasher.update(block);
      done += block.length;
      const now = performance.now();
      if (now - told < PROGRESS) continue;
      told = now;
      send({ kind: "progress", request, done });
    }
    send({ kind: "hashed", request, hash: hasher.digest() });
  } catch (error) {
    send({ ...failed(error), request });
  }
  stopped.delete(request);
}

function send(answer: Answer): void {
  self.postMessage(answer);
}

let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if (data.kind === "stop") stopped.add(data.request);
  else last = last.then(() => hash(data.request, data.algorithm, data.file));
};
