// Writes the files of one merge to the browser's private disk, one after the other. In a worker of
// its own, since a sync access handle lets nothing else happen while the disk is busy.
import type { SyncFile, SyncHandle } from "./opfs";

export type Command =
  | { kind: "create"; file: FileSystemFileHandle; size: number }
  /** Appends the buffer's first `len` bytes. */
  | { kind: "write"; buffer: ArrayBuffer; len: number }
  /** Brings the file to the disk and closes it. */
  | { kind: "finish" }
  /** Closes a file that is given up. */
  | { kind: "close" };

export type Answer =
  /** A buffer that was written, to be filled again. */
  | { kind: "spare"; buffer: ArrayBuffer }
  | { kind: "failed"; name: string; message: string }
  /** Everything but a write was carried out, or has failed. */
  | { kind: "done" };

/** After so many bytes they are brought to the disk: all of them at the end would take as long, and
 * nothing else would be left to do meanwhile. */
const FLUSH = 16 * 1024 * 1024;

let open: { handle: SyncHandle; at: number; flushed: number } | null = null;

async function create(file: SyncFile, size: number): Promise<void> {
  const handle = await file.createSyncAccessHandle();
  open = { handle, at: 0, flushed: 0 };
  // A file that grows with every write is half as fast.
  handle.truncate(size);
}

function write(buffer: ArrayBuffer, len: number): void {
  if (!open) return;
  for (let from = 0; from < len; ) {
    const written = open.handle.write(new Uint8Array(buffer, from, len - from), { at: open.at });
    if (written === 0) throw new DOMException("nothing more was written", "QuotaExceededError");
    from += written;
    open.at += written;
  }
  if (open.at - open.flushed >= FLUSH) {
    open.handle.flush();
    open.flushed = open.at;
  }
}

function close(): void {
  open?.handle.close();
  open = null;
}

async function carryOut(command: Command): Promise<void> {
  switch (command.kind) {
    case "create":
      return create(command.file as SyncFile, command.size);
    case "write":
      return write(command.buffer, command.len);
    case "finish":
      try {
        open?.handle.flush();
      } finally {
        close();
      }
      return;
    case "close":
      return close();
  }
}

async function answer(command: Command): Promise<void> {
  try {
    await carryOut(command);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ kind: "failed", name, message });
  }
  if (command.kind === "write") send({ kind: "spare", buffer: command.buffer }, [command.buffer]);
  else send({ kind: "done" });
}

function send(answer: Answer, transfer: Transferable[] = []): void {
  self.postMessage(answer, { transfer });
}

self.onmessage = ({ data }: MessageEvent<Command>) => {
  void answer(data);
};
