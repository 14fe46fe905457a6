// Writes files to the browser's private disk, those of an output one after the other. In a worker of
// its own, since a sync access handle lets nothing else happen while the disk is busy.
import { nudgeCollector } from "./collector";
import type { SyncFile, SyncHandle } from "./opfs";
import { type Failed, failed } from "./worker-error";

/** `output`: the number of the output whose file it is. */
export type Command = { output: number } & (
  /** Begins a file of a directory that is there, or goes on with one of which `done` bytes are
   * there. Their names, since Safari sends no handles. */
  | { kind: "create"; directory: string; name: string; size: number; done: number }
  /** Appends the buffer's first `len` bytes. */
  | { kind: "write"; buffer: ArrayBuffer; len: number }
  /** Brings what was written to the disk, and then a small file with this text. */
  | { kind: "mark"; directory: string; name: string; text: string }
  /** Brings the file to the disk and closes it. */
  | { kind: "finish" }
  /** Closes a file that is given up. */
  | { kind: "close" }
);

type Create = Extract<Command, { kind: "create" }>;
type Mark = Extract<Command, { kind: "mark" }>;

export type Answer =
  /** A buffer that was written, to be filled again. */
  | { kind: "spare"; buffer: ArrayBuffer }
  | Failed
  /** Everything but a write or a mark was carried out, or has failed. */
  | { kind: "done" };

/** After so many bytes they are brought to the disk: all of them at the end would take as long, and
 * nothing else would be left to do meanwhile. */
const FLUSH = 16 * 1024 * 1024;
/** Only in files up to this size. With more the system starts by itself, and without waits for the
 * disk it is a tenth faster (10 GB in both browsers; at 5 GB there is no difference). */
const FLUSHED = 2 * 1024 * 1024 * 1024;

const ATTEMPTS = 10;
/** Milliseconds between two attempts. */
const PAUSE = 300;

/** The file that each output has open. */
const files = new Map<number, Open>();

type Open = {
  handle: SyncHandle;
  at: number;
  flushed: number;
  every: number;
  /** A write has failed: what follows is at the wrong place. */
  failed: boolean;
};

async function openFile(directory: string, name: string, create = true): Promise<SyncHandle> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(directory);
  const file = (await folder.getFileHandle(name, { create })) as SyncFile;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      // A worker that has just ended may hold it for a moment longer.
      const held = error instanceof DOMException && error.name === "NoModificationAllowedError";
      if (!held || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

async function create({ output, directory, name, size, done }: Create): Promise<void> {
  const handle = await openFile(directory, name, done === 0);
  if (done > 0 && handle.getSize() !== size) {
    handle.close();
    throw new Error("it is not as the interrupted merge left it");
  }
  const every = size > FLUSHED ? Number.POSITIVE_INFINITY : FLUSH;
  files.set(output, { handle, at: done, flushed: done, every, failed: false });
  // A file that grows with every write is half as fast.
  handle.truncate(size);
}

function opened(output: number): Open {
  const open = files.get(output);
  if (!open) throw new Error(`no file of output ${output} is open`);
  return open;
}

function write(output: number, buffer: ArrayBuffer, len: number): void {
  const file = opened(output);
  for (let from = 0; from < len; ) {
    const written = file.handle.write(new Uint8Array(buffer, from, len - from), { at: file.at });
    if (written === 0) throw new DOMException("nothing more was written", "QuotaExceededError");
    from += written;
    file.at += written;
  }
  if (file.at - file.flushed >= file.every) {
    file.handle.flush();
    file.flushed = file.at;
  }
}

async function mark({ output, directory, name, text }: Mark): Promise<void> {
  const open = files.get(output);
  if (open?.failed) return;
  if (open) {
    open.handle.flush();
    open.flushed = open.at;
  }
  const handle = await openFile(directory, name);
  try {
    handle.truncate(0);
    handle.write(new TextEncoder().encode(text), { at: 0 });
    handle.flush();
  } finally {
    handle.close();
  }
}

function close(output: number): void {
  files.get(output)?.handle.close();
  files.delete(output);
}

async function carryOut(command: Command): Promise<void> {
  const { output } = command;
  switch (command.kind) {
    case "create":
      return create(command);
    case "write":
      return write(output, command.buffer, command.len);
    case "mark":
      // Without it an interrupted merge goes on from an earlier one.
      return mark(command).catch(() => {});
    case "finish":
      opened(output).handle.flush();
      return close(output);
    case "close":
      return close(output);
  }
}

async function answer(command: Command): Promise<void> {
  try {
    await carryOut(command);
  } catch (error) {
    const open = files.get(command.output);
    if (open && command.kind === "write") open.failed = true;
    send(failed(error));
  }
  if (command.kind === "mark") return;
  if (command.kind !== "write") return send({ kind: "done" });
  send({ kind: "spare", buffer: command.buffer }, [command.buffer]);
  nudgeCollector(command.len);
}

function send(answer: Answer, transfer: Transferable[] = []): void {
  self.postMessage(answer, { transfer });
}

/** Commands are carried out in their order, also after one that waits. */
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<Command>) => {
  last = last.then(() => answer(data));
};
