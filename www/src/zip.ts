// A zip of files as they are, uncompressed: its own bytes around theirs, so that nothing is copied
// before the browser saves it. By PKWARE's APPNOTE 6.3.10, with zip64 where sizes ask for it.

/** A file for a zip; `crc` is its CRC-32. */
export type Entry = { name: string; file: Blob; crc: number };

/** What stands in a 32-bit field whose number is in the zip64 one. */
const MAX32 = 0xffff_ffff;
const MAX16 = 0xffff;
/** Versions of the format that a reader has to know: plain, and zip64. */
const [PLAIN, ZIP64] = [20, 45];
const UTF8 = 0x0800;
/** Made on Unix: the mode of a file stands in its attributes. */
const UNIX = 3 << 8;
const FILE_MODE = 0o100644 * 0x1_0000;

/** The zip; files may be of any size and number. */
export function zip(entries: Entry[], date: Date): Blob {
  return new Blob(zipParts(entries, date), { type: "application/zip" });
}

/** What it is made of: the files, and bytes of its own around them. */
export function zipParts(entries: Entry[], date: Date): (Blob | Uint8Array<ArrayBuffer>)[] {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { name, file, crc } of entries) {
    const path = new TextEncoder().encode(name);
    const header = localHeader(path, file.size, crc, date);
    directory.push(directoryEntry(path, file.size, crc, date, at));
    parts.push(header, file);
    at += header.length + file.size;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  return [...parts, ...directory, end(entries.length, size, at)];
}

function localHeader(path: Uint8Array, size: number, crc: number, date: Date) {
  const wide = size >= MAX32;
  const told = wide ? MAX32 : size;
  return bytes((write) => {
    write.u32(0x0403_4b50);
    write.u16(wide ? ZIP64 : PLAIN, UTF8, 0, dosTime(date), dosDate(date));
    write.u32(crc, told, told);
    write.u16(path.length, wide ? 20 : 0);
    write.raw(path);
    if (!wide) return;
    write.u16(1, 16);
    write.u64(size, size);
  });
}

function directoryEntry(path: Uint8Array, size: number, crc: number, date: Date, at: number) {
  const wide = size >= MAX32 || at >= MAX32;
  const told = wide ? MAX32 : size;
  return bytes((write) => {
    write.u32(0x0201_4b50);
    write.u16(UNIX | ZIP64, wide ? ZIP64 : PLAIN, UTF8, 0, dosTime(date), dosDate(date));
    write.u32(crc, told, told);
    write.u16(path.length, wide ? 28 : 0, 0, 0, 0);
    write.u32(FILE_MODE, wide ? MAX32 : at);
    write.raw(path);
    if (!wide) return;
    write.u16(1, 24);
    write.u64(size, size, at);
  });
}

function end(count: number, size: number, at: number) {
  const wide = count >= MAX16 || size >= MAX32 || at >= MAX32;
  return bytes((write) => {
    if (wide) {
      write.u32(0x0606_4b50);
      write.u64(44);
      write.u16(UNIX | ZIP64, ZIP64);
      write.u32(0, 0);
      write.u64(count, count, size, at);
      write.u32(0x0706_4b50, 0);
      write.u64(at + size);
      write.u32(1);
    }
    write.u32(0x0605_4b50);
    const few = wide ? MAX16 : count;
    write.u16(0, 0, few, few);
    write.u32(wide ? MAX32 : size, wide ? MAX32 : at);
    write.u16(0);
  });
}

/** Hours, minutes and every other second. */
function dosTime(date: Date): number {
  return (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
}

function dosDate(date: Date): number {
  return ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
}

type Write = {
  u16(...numbers: number[]): void;
  u32(...numbers: number[]): void;
  u64(...numbers: number[]): void;
  raw(bytes: Uint8Array): void;
};

/** What is written, little-endian. */
function bytes(fill: (write: Write) => void): Uint8Array<ArrayBuffer> {
  const all: number[] = [];
  const number = (width: number) => (...numbers: number[]) => {
    for (let value of numbers) {
      for (let i = 0; i < width; i += 1) {
        all.push(value % 256);
        value = Math.floor(value / 256);
      }
    }
  };
  fill({ u16: number(2), u32: number(4), u64: number(8), raw: (bytes) => all.push(...bytes) });
  return new Uint8Array(all);
}
