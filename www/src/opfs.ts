// The worker's care for the browser's private disk (OPFS): is it there, and what was left behind.

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

/** Whether files can be written there through a sync access handle: tried, not guessed. */
export async function opfsWorks(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    const name = `probe-${crypto.randomUUID()}`;
    const file = (await root.getFileHandle(name, { create: true })) as SyncFile;
    try {
      const handle = await file.createSyncAccessHandle();
      const written = handle.write(new Uint8Array(1), { at: 0 });
      handle.close();
      return written === 1;
    } finally {
      await root.removeEntry(name);
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
