// Tests of walking dropped folders.
import { expect, test } from "vitest";
import { filesOfDrop, TooManyFiles } from "./given-files";

const file = (path: string) => ({
  isFile: true,
  isDirectory: false,
  fullPath: `/${path}`,
  file: (done: (file: File) => void) => done(new File([], path.split("/").at(-1) ?? "")),
});

/** A folder whose reader gives its entries two at a time. */
const folder = (path: string, entries: unknown[]) => ({
  isFile: false,
  isDirectory: true,
  fullPath: `/${path}`,
  createReader: () => {
    const left = [...entries];
    return { readEntries: (done: (entries: unknown[]) => void) => done(left.splice(0, 2)) };
  },
});

const drop = (...entries: unknown[]) => {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return { items } as unknown as DataTransfer;
};

test("folders are walked to their ends", async () => {
  const files = await filesOfDrop(
    drop(
      folder("m", [file("m/a"), file("m/b"), folder("m/sub", [file("m/sub/c")])]),
      null,
      file("d"),
    ),
  );
  expect(files.map(({ path }) => path).sort()).toEqual(["d", "m/a", "m/b", "m/sub/c"]);
});

test("a folder of thousands is given up", async () => {
  const many = Array.from({ length: 5001 }, (_, i) => file(`m/${i}`));
  await expect(filesOfDrop(drop(folder("m", many)))).rejects.toThrow(TooManyFiles);
});
