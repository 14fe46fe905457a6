// Reads Files through byte streams, in a worker of its own: the browser's part of the work goes on
// while the merge's worker computes.
import { fill } from "./byob";

export type Command =
  | { kind: "open"; stream: number; file: File; start: number; end: number }
  /** Fills the buffer's first `len` bytes with the next ones. */
  | { kind: "read"; stream: number; buffer: ArrayBuffer; len: number }
  | { kind: "cancel"; stream: number };

/** What became of a stream's reads, in their order. */
export type Answer =
  /** Nothing, or less than asked for, at the end of the range. */
  | { kind: "block"; stream: number; value: Uint8Array<ArrayBuffer> | undefined }
  | { kind: "failed"; stream: number; name: string; message: string };

const readers = new Map<number, ReadableStreamBYOBReader>();

async function read(stream: number, buffer: ArrayBuffer, len: number): Promise<void> {
  try {
    const reader = readers.get(stream);
    const value = reader && (await fill(reader, buffer, len)).value;
    nudgeCollector(len);
    send({ kind: "block", stream, value }, value ? [value.buffer] : []);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ kind: "failed", stream, name, message });
  }
}

/** After this many bytes the collector is reminded of its garbage. */
const NUDGE = 256 * 1024 * 1024;
/** The size of a buffer that Chromium's collector cannot overlook. */
const LARGE = 64 * 1024 * 1024;
let uncollected = 0;

/** Chromium's byte streams leave some KB of small objects behind with each block, and its collector
 * lets them grow to many times the live heap: tens of MB in a long merge. Buffers it takes
 * seriously: one that is never touched takes no memory, and starts a collection. */
function nudgeCollector(read: number): void {
  uncollected += read;
  if (uncollected < NUDGE) return;
  uncollected = 0;
  new ArrayBuffer(LARGE);
}

function send(answer: Answer, transfer: Transferable[] = []): void {
  self.postMessage(answer, { transfer });
}

self.onmessage = ({ data: command }: MessageEvent<Command>) => {
  switch (command.kind) {
    case "open": {
      const { stream, file, start, end } = command;
      const bytes = file.slice(start, end).stream();
      readers.set(stream, bytes.getReader({ mode: "byob" }));
      return;
    }
    case "read":
      return void read(command.stream, command.buffer, command.len);
    case "cancel":
      // Nobody waits for it, and a failure to cancel is of no interest.
      void readers.get(command.stream)?.cancel().catch(() => {});
      readers.delete(command.stream);
  }
};
