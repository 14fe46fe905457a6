// The bytes of a File, block by block, in memory that does not grow with it.
import { fill } from "./byob";
import { nudgeCollector } from "./collector";

const BLOCK = 2 * 1024 * 1024;
/** A read that has not come back after so many milliseconds has stalled, as Chromium's sometimes do:
 * its stream is opened anew. */
const STALL = 8000;
/** So many times in a row; then the disk is to blame. */
const STALLS = 4;

/** Each block is to be used before the next one is asked for: its memory is used again. */
export async function* blocks(file: File): AsyncGenerator<Uint8Array> {
  let reader = byteReader(file, 0);
  let buffer = new ArrayBuffer(BLOCK);
  let stalls = 0;
  try {
    for (let at = 0; at < file.size; ) {
      const len = Math.min(BLOCK, file.size - at);
      if (!reader) {
        // `Blob.arrayBuffer` of WebKit gives zeros for what a file that was cut short has no more.
        const bytes = await new Response(file.slice(at, at + len)).arrayBuffer();
        if (bytes.byteLength < len) throw endedEarly();
        yield new Uint8Array(bytes);
        at += len;
        continue;
      }
      const read = await orStalled(fill(reader, buffer, len));
      if (read === "stalled") {
        stalls += 1;
        if (stalls === STALLS) throw new Error("The disk does not answer.");
        void reader.cancel().catch(() => {});
        reader = byteReader(file, at);
        buffer = new ArrayBuffer(BLOCK);
        continue;
      }
      stalls = 0;
      if (!read.value?.length) throw endedEarly();
      yield read.value;
      at += read.value.length;
      buffer = read.value.buffer;
      nudgeCollector(read.value.length);
    }
  } finally {
    void reader?.cancel().catch(() => {});
  }
}

function endedEarly(): Error {
  return new Error("The file ended early: it was changed.");
}

/** From a place on; null where the browser has no such streams. */
function byteReader(file: File, at: number): ReadableStreamBYOBReader | null {
  try {
    return file.slice(at).stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

async function orStalled<T>(read: Promise<T>): Promise<T | "stalled"> {
  let timer = 0;
  const stall = new Promise<"stalled">((resolve) => {
    timer = setTimeout(() => resolve("stalled"), STALL) as unknown as number;
  });
  try {
    return await Promise.race([read, stall]);
  } finally {
    clearTimeout(timer);
  }
}
