import { expect, test, vi } from "vitest";
import { newDirectory, takeDirectory } from "./private-disk";

/** Web Locks, and the directories that were deleted. */
function browser() {
  const held = new Set<string>();
  const deleted: string[] = [];
  const request = async (
    name: string,
    _options: { ifAvailable: true },
    act: (lock: object | null) => unknown,
  ): Promise<void> => {
    const free = !held.has(name);
    if (free) held.add(name);
    await act(free ? {} : null);
    if (free) held.delete(name);
  };
  const removeEntry = async (name: string) => void deleted.push(name);
  const getDirectoryHandle = async () => ({ removeEntry: async () => {} });
  const storage = { getDirectory: async () => ({ removeEntry, getDirectoryHandle }) };
  vi.stubGlobal("navigator", { locks: { request }, storage });
  return { held, deleted };
}

test("a new directory is locked until it is deleted", async () => {
  const { held, deleted } = browser();
  const directory = await newDirectory();
  expect([...held]).toEqual([directory.name]);
  await directory.delete();
  expect([...held]).toEqual([]);
  expect(deleted).toEqual([directory.name]);
});

test("a directory that is given free stays, and is free at once", async () => {
  const { held, deleted } = browser();
  const directory = await takeDirectory("merge-a");
  expect([...held]).toEqual(["merge-a"]);
  await directory?.release();
  expect([...held]).toEqual([]);
  expect(deleted).toEqual([]);
  expect(await takeDirectory("merge-a")).not.toBeNull();
});

test("a directory that another page uses is not taken", async () => {
  browser().held.add("merge-a");
  expect(await takeDirectory("merge-a")).toBeNull();
});
