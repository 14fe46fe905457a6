// Every way in which plain JavaScript can read Files in a worker: the floor that our reader is
// measured against.

import { fill } from "../src/byob";

/** Reads one File from its start to its end. */
export interface Reader {
  /** The next bytes, null at the end. They are the caller's until it asks for more. */
  next(): Promise<Uint8Array | null>;
}

/** Bytes of all Files. */
export function sizeOf(files: File[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

const MIB = 1024 * 1024;

/** Ways by name; each opens a File. */
export const WAYS: Record<string, (file: File) => Reader> = {
  "slices of 4 MiB, 2 in flight": (file) => new Slices(file, 4 * MIB, 2),
  "slices of 8 MiB, 2 in flight": (file) => new Slices(file, 8 * MIB, 2),
  "FileReaderSync, 8 MiB": (file) => new Sync(file, 8 * MIB),
  "default stream": (file) => new DefaultStream(file),
  "BYOB, one buffer of 4 MiB": (file) => new Byob(file, 4 * MIB, 1),
  "BYOB, two buffers of 1 MiB": (file) => new Byob(file, MIB, 2),
  "BYOB, two buffers of 4 MiB": (file) => new Byob(file, 4 * MIB, 2),
  "BYOB, two buffers of 8 MiB": (file) => new Byob(file, 8 * MIB, 2),
  "BYOB, two buffers of 4 MiB, a worker for each input": (file) => new Remote(file, 4 * MIB),
};

class Slices implements Reader {
  readonly #file: File;
  readonly #size: number;
  readonly #pending: Promise<ArrayBuffer>[] = [];
  #at = 0;

  constructor(file: File, size: number, inFlight: number) {
    this.#file = file;
    this.#size = size;
    for (let i = 0; i < inFlight; i += 1) this.#request();
  }

  #request(): void {
    if (this.#at >= this.#file.size) return;
    this.#pending.push(this.#file.slice(this.#at, this.#at + this.#size).arrayBuffer());
    this.#at += this.#size;
  }

  async next(): Promise<Uint8Array | null> {
    const buffer = await this.#pending.shift();
    this.#request();
    return buffer ? new Uint8Array(buffer) : null;
  }
}

/** Only workers have it, and TypeScript's types here are a page's. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

class Sync implements Reader {
  readonly #reader = new FileReaderSync();
  #at = 0;

  constructor(
    readonly file: File,
    readonly size: number,
  ) {}

  next(): Promise<Uint8Array | null> {
    if (this.#at >= this.file.size) return Promise.resolve(null);
    const slice = this.file.slice(this.#at, this.#at + this.size);
    this.#at += this.size;
    return Promise.resolve(new Uint8Array(this.#reader.readAsArrayBuffer(slice)));
  }
}

class DefaultStream implements Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(file: File) {
    this.#reader = file.stream().getReader();
  }

  async next(): Promise<Uint8Array | null> {
    const { value } = await this.#reader.read();
    return value ?? null;
  }
}

/** Chromium's BYOB reads were seen to stall for good. After so many milliseconds without an answer
 * the stream is opened anew where it stood. */
const STALL = 5000;

/** How often that happened in this worker. */
export let stalls = 0;

class Byob implements Reader {
  readonly #file: File;
  readonly #size: number;
  readonly #buffers: number;
  #reader!: ReadableStreamBYOBReader;
  #spare: ArrayBuffer[] = [];
  #pending: ReturnType<typeof fill>[] = [];
  #given: ArrayBuffer | null = null;
  /** Bytes that were given out. */
  #at = 0;
  /** Bytes that were not asked for yet. */
  #left = 0;

  constructor(file: File, size: number, buffers: number) {
    this.#file = file;
    this.#size = size;
    this.#buffers = buffers;
    this.#open();
  }

  #open(): void {
    this.#reader = this.#file.slice(this.#at).stream().getReader({ mode: "byob" });
    this.#spare = Array.from({ length: this.#buffers }, () => new ArrayBuffer(this.#size));
    this.#pending = [];
    this.#left = this.#file.size - this.#at;
    this.#request();
  }

  #request(): void {
    const len = Math.min(this.#size, this.#left);
    const buffer = len > 0 ? this.#spare.pop() : undefined;
    if (!buffer) return;
    this.#left -= len;
    this.#pending.push(fill(this.#reader, buffer, len));
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#given) this.#spare.push(this.#given);
    this.#given = null;
    if (this.#pending.length === 0) this.#request();
    const pending = this.#pending.shift();
    if (!pending) return null;
    const read = await inTime(pending);
    if (!read) {
      stalls += 1;
      void this.#reader.cancel().catch(() => {});
      this.#open();
      return this.next();
    }
    if (!read.value) return null;
    this.#given = read.value.buffer;
    this.#at += read.value.length;
    this.#request();
    return read.value;
  }
}

/** What a promise resolves to, or nothing where that takes longer than `STALL`. */
async function inTime<T>(promise: Promise<T>): Promise<T | null> {
  let timer = 0;
  const late = new Promise<null>((resolve) => {
    timer = self.setTimeout(resolve, STALL, null);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads in a worker of its own, which hands its buffers over and gets them back. */
class Remote implements Reader {
  readonly #worker: Worker;
  readonly #arrived: (Uint8Array | null)[] = [];
  #wake: () => void = () => {};
  #given: Uint8Array | null = null;

  constructor(file: File, size: number) {
    this.#worker = new Worker(new URL("./remote-worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Uint8Array | null>) => {
      this.#arrived.push(data);
      this.#wake();
    };
    this.#worker.postMessage({ file, size });
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#given) this.#worker.postMessage(this.#given.buffer, [this.#given.buffer]);
    while (this.#arrived.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#given = this.#arrived.shift() ?? null;
    if (!this.#given) this.#worker.terminate();
    return this.#given;
  }
}
