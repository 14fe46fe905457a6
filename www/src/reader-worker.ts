// Reads Files through byte streams, in a worker of its own: the browser's part of the work goes on
// while the merge's worker computes.
import { fill } from "./byob";
import { nudgeCollector } from "./collector";
import { type Failed, failed } from "./worker-error";

export type Command =
  | { kind: "open"; stream: number; file: File; start: number; end: number }
  /** Fills the buffer's first `len` bytes with the next ones. */
  | { kind: "read"; stream: number; buffer: ArrayBuffer; len: number }
  | { kind: "cancel"; stream: number };

/** What became of a stream's reads, in their order. */
export type Answer =
  /** Nothing, or less than asked for, at the end of the range. */
  | { kind: "block"; stream: number; value: Uint8Array<ArrayBuffer> | undefined }
  | (Failed & { stream: number });

type Stream = { file: File; start: number; end: number; reader: ReadableStreamBYOBReader | null };
const streams = new Map<number, Stream>();

async function read(id: number, buffer: ArrayBuffer, len: number): Promise<void> {
  try {
    const stream = streams.get(id);
    if (!stream) return;
    stream.reader ??= stream.file
      .slice(stream.start, stream.end)
      .stream()
      .getReader({ mode: "byob" });
    const { value } = await fill(stream.reader, buffer, len);
    send({ kind: "block", stream: id, value }, value ? [value.buffer] : []);
  } catch (error) {
    send({ ...failed(error), stream: id });
  }
  nudgeCollector(len);
}

function cancel(id: number): void {
  // Nobody waits for it, and a failure to cancel is of no interest.
  void streams.get(id)?.reader?.cancel().catch(() => {});
  streams.delete(id);
}

function send(answer: Answer, transfer: Transferable[] = []): void {
  self.postMessage(answer, { transfer });
}

self.onmessage = ({ data: command }: MessageEvent<Command>) => {
  switch (command.kind) {
    case "open": {
      const { stream, file, start, end } = command;
      streams.set(stream, { file, start, end, reader: null });
      return;
    }
    case "read":
      return void read(command.stream, command.buffer, command.len);
    case "cancel":
      return cancel(command.stream);
  }
};
