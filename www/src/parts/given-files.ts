// The files that a person gave, by a file input or by drag and drop.
import type { GivenFile } from "../protocol";
import { Told } from "../text/sentence";

/** A checkpoint's folder has a few dozen files; this many is a mistaken folder. */
const MOST_ENTRIES = 5000;

export class TooManyFiles extends Told {
  constructor() {
    super((text) => text.models.tooMany(MOST_ENTRIES));
  }
}

export function filesOfInput(input: HTMLInputElement): GivenFile[] {
  const files = [...(input.files ?? [])].map((file) => ({
    file,
    path: file.webkitRelativePath || file.name,
  }));
  if (files.length > MOST_ENTRIES) throw new TooManyFiles();
  return files;
}

/** Has to be called before the drop's event is over; folders are walked after it. */
export function filesOfDrop(transfer: DataTransfer): Promise<GivenFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return walk(entries);
}

async function walk(roots: FileSystemEntry[]): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  const queue = [...roots];
  let seen = 0;
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    seen += 1;
    if (seen + queue.length > MOST_ENTRIES) throw new TooManyFiles();
    if (isDirectory(entry)) queue.push(...(await entriesOf(entry)));
    else if (isFile(entry)) found.push({ file: await fileOf(entry), path: pathOf(entry) });
  }
  return found;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\//, "");
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives its entries in portions, the last of which is empty. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return all;
    all.push(...portion);
    if (all.length > MOST_ENTRIES) throw new TooManyFiles();
  }
}
