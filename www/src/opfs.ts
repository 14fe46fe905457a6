// The worker's care for the browser's private disk (OPFS): is it there, and what was left behind.

import type { Interrupted } from "./protocol";
import type { DiskWriter, InterruptedSummary } from "./wasm/chat_vector";

/** Directories of merges; the page that uses one holds a Web Lock of the same name. */
export const MERGE_DIRECTORY = /^merge-/;

/** TypeScript's types here are a page's, and only workers have these. */
export type SyncHandle = {
  getSize(): number;
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
};
export type SyncFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> };

/** Whether files can be written there, in the way in which a merge writes them: tried, not guessed. */
export async function opfsWorks(writer: DiskWriter): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    const directory = `probe-${crypto.randomUUID()}`;
    await root.getDirectoryHandle(directory, { create: true });
    try {
      await writer.create(0, directory, "probe", 1, 0);
      await writer.ready();
      writer.write(0, new Uint8Array(1));
      await writer.finish(0);
      return true;
    } finally {
      await writer.close(0);
      await root.removeEntry(directory, { recursive: true });
    }
  } catch {
    return false;
  }
}

const MARKS = ["mark-0.json", "mark-1.json"];

/** Reads what a journal and its marks say; null when no merge can go on there. */
type Read = (journal: unknown, marks: unknown[]) => InterruptedSummary | null;

/** The merges whose page is gone and that can go on; the files of the others are deleted. */
export async function interruptedMerges(read: Read): Promise<Interrupted[]> {
  if (!("locks" in navigator)) return [];
  const root = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of root.keys()) names.push(name);
  const found: Interrupted[] = [];
  for (const name of names.filter((name) => MERGE_DIRECTORY.test(name))) {
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      try {
        const interrupted = await interruptedIn(name, read);
        if (interrupted) found.push(interrupted);
        else await root.removeEntry(name, { recursive: true });
      } catch {
        // What can't be read or removed now may be so later.
      }
    });
  }
  return found;
}

/** The merge that can go on in a directory; null where none can, now or ever. */
export async function interruptedIn(name: string, read: Read): Promise<Interrupted | null> {
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle(name);
  /** Null where it is not there, or was not written to its end. */
  const parsed = async (file: string): Promise<unknown> => {
    try {
      const handle = await directory.getFileHandle(file);
      return JSON.parse(await (await handle.getFile()).text());
    } catch (error) {
      const missing = error instanceof DOMException && error.name === "NotFoundError";
      if (missing || error instanceof SyntaxError) return null;
      throw error;
    }
  };
  const journal = await parsed("journal.json");
  const marks = await Promise.all(MARKS.map(parsed));
  const summary = read(journal, marks);
  return summary && { ...summary, directory: name, journal, mark: marks[summary.mark] };
}
