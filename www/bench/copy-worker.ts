// The floor of a merge: reads all inputs side by side and writes the first of them, without any
// arithmetic; or only reads them.
import { opfsWorks, type SyncFile, type SyncHandle } from "../src/opfs";
import { RemoteWriter } from "../src/remote-writer";
import type { Alive } from "./bench";
import { type Reader, sizeOf, stalls, WAYS } from "./ways";

export type CopyTask = {
  /** The files of each model. */
  inputs: File[][];
  /** A name in `WAYS`. */
  way: string;
  /** Bytes to write; those of the first model, each block as often as it takes. */
  output: number;
  /** The private disk takes bytes from this worker, or through the page's writer in another one. */
  sink: "none" | "opfs" | "opfs, another worker" | "writable";
  /** Bytes that a file of this worker's in OPFS may take, where the browser has no room for the whole
   * output: then it is finished and removed, and another one begun. */
  room?: number;
};

/** Where all that is only read is copied to: a reader has to bring its bytes somewhere. */
const place = new Uint8Array(8 * 1024 * 1024);

interface Output {
  write(bytes: Uint8Array): Promise<void> | void;
  close(): Promise<void> | void;
}

/** Stays until the browser is closed: a fresh file costs as much time for its pages as for its bytes,
 * and a time that varies. */
const COPY = "copy.bin";
const COPIES = "copies";

async function openOutput(
  { sink, output, room = output }: CopyTask,
  writer: RemoteWriter | null,
): Promise<Output> {
  if (sink === "none") return { write: (bytes) => place.set(bytes), close: () => {} };
  const root = await navigator.storage.getDirectory();
  if (writer) {
    await root.getDirectoryHandle(COPIES, { create: true });
    await writer.create(0, COPIES, COPY, output, 0);
    return {
      async write(bytes) {
        for (let rest = bytes; rest.length > 0; ) {
          await writer.ready();
          rest = rest.subarray(writer.write(0, rest));
        }
      },
      close: () => writer.finish(0),
    };
  }
  const file = await root.getFileHandle(COPY, { create: true });
  if (sink === "writable") {
    const stream = await file.createWritable();
    let pending = Promise.resolve();
    return {
      // One write is under way while the next bytes are read; the copy is what a fresh block costs.
      async write(bytes) {
        const block = bytes.slice();
        await pending;
        pending = stream.write(block);
      },
      async close() {
        await pending;
        await stream.close();
      },
    };
  }
  let handle = await openSync(file, Math.min(output, room));
  let at = 0;
  const close = () => {
    handle.flush();
    handle.close();
  };
  return {
    async write(bytes) {
      if (at + bytes.length > room) {
        close();
        await root.removeEntry(COPY);
        handle = await openSync(await root.getFileHandle(COPY, { create: true }), room);
        at = 0;
      }
      at += handle.write(bytes, { at });
    },
    close,
  };
}

async function openSync(file: FileSystemFileHandle, size: number): Promise<SyncHandle> {
  const handle = await (file as SyncFile).createSyncAccessHandle();
  handle.truncate(size);
  return handle;
}

async function copy(task: CopyTask): Promise<number> {
  const { inputs, way, output } = task;
  const open = WAYS[way];
  if (!open) throw new Error(`no way is called ${way}`);
  // As in the page, it is there before anything is asked.
  const writer = task.sink === "opfs, another worker" ? new RemoteWriter() : null;
  if (writer && !(await opfsWorks(writer))) throw new Error("no writer");
  const began = performance.now();
  const out = await openOutput(task, writer);
  let readers = inputs.map((files) => new Chain(files, open));
  const first = readers[0];
  const times = Math.ceil(output / sizeOf(inputs[0] ?? []));
  let left = output;
  let told = began;
  while (readers.length > 0) {
    const ended = new Set<Reader>();
    for (const reader of readers) {
      const bytes = await reader.next();
      if (!bytes) {
        ended.add(reader);
      } else if (task.sink === "none") {
        await out.write(bytes);
      } else if (reader === first) {
        for (let time = 0; time < times && left > 0; time += 1) {
          const len = Math.min(left, bytes.length);
          await out.write(bytes.subarray(0, len));
          left -= len;
        }
      }
    }
    readers = readers.filter((reader) => !ended.has(reader));
    if (performance.now() - told > 1000) {
      told = performance.now();
      self.postMessage("alive" satisfies Alive);
    }
  }
  await out.close();
  return performance.now() - began;
}

/** Reads files one after the other. */
class Chain implements Reader {
  readonly #waiting: File[];
  readonly #open: (file: File) => Reader;
  #current: Reader | null = null;

  constructor(files: File[], open: (file: File) => Reader) {
    this.#waiting = [...files];
    this.#open = open;
  }

  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const bytes = await this.#current?.next();
      if (bytes) return bytes;
      const file = this.#waiting.shift();
      if (!file) return null;
      this.#current = this.#open(file);
    }
  }
}

self.onmessage = ({ data }: MessageEvent<CopyTask>) => {
  void copy(data).then(
    (took) => self.postMessage({ took, stalls }),
    (error) => self.postMessage({ error: String(error) }),
  );
};
