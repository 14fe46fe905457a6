// The worker's care for the browser's private disk (OPFS): is it there, and what was left behind.

import type { DiskWriter } from "./wasm/chat_vector";

/** Directories of merges; the page that uses one holds a Web Lock of the same name. */
export const MERGE_DIRECTORY = /^merge-/;

/** TypeScript's types here are a page's, and only workers have these. */
export type SyncHandle = {
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
      await writer.create(directory, "probe", 1);
      await writer.ready();
      writer.write(new Uint8Array(1));
      await writer.finish();
      return true;
    } finally {
      await writer.close();
      await root.removeEntry(directory, { recursive: true });
    }
  } catch {
    return false;
  }
}

/** Deletes the files of merges whose page is gone. */
export async function deleteStaleMerges(): Promise<void> {
  if (!("locks" in navigator)) return;
  const root = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of root.keys()) names.push(name);
  for (const name of names.filter((name) => MERGE_DIRECTORY.test(name))) {
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await root.removeEntry(name, { recursive: true }).catch(() => {});
    });
  }
}
