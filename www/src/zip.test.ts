// Tests of zips, read back by the rules of the format; other readers open them end to end.
import { expect, test } from "vitest";
import { zip, zipParts } from "./zip";

const DATE = new Date(2026, 10, 25, 13, 45, 58);

/** A blob that says that it is of some size, and holds nothing. */
function huge(size: number): Blob {
  const blob = new Blob([]);
  Object.defineProperty(blob, "size", { value: size });
  return blob;
}

async function view(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}

const text = (view: DataView, at: number, len: number) =>
  new TextDecoder().decode(new Uint8Array(view.buffer, at, len));

test("small files make a plain zip", async () => {
  const files = [
    { name: "m/config.json", file: new Blob(["{}"]), crc: 0xdead_beef },
    { name: "m/層.txt", file: new Blob(["abc"]), crc: 1 },
  ];
  const zipped = await view(zip(files, DATE));
  const u16 = (at: number) => zipped.getUint16(at, true);
  const u32 = (at: number) => zipped.getUint32(at, true);
  expect(u32(0)).toBe(0x0403_4b50);
  expect([u16(4), u16(6), u16(8)]).toEqual([20, 0x0800, 0]);
  expect([u16(10), u16(12)]).toEqual([(13 << 11) | (45 << 5) | 29, (46 << 9) | (11 << 5) | 25]);
  expect([u32(14), u32(18), u32(22)]).toEqual([0xdead_beef, 2, 2]);
  expect(text(zipped, 30, u16(26)) + text(zipped, 30 + u16(26), 2)).toBe("m/config.json{}");

  const end = zipped.byteLength - 22;
  expect(u32(end)).toBe(0x0605_4b50);
  expect([u16(end + 8), u16(end + 10)]).toEqual([2, 2]);
  const [size, at] = [u32(end + 12), u32(end + 16)];
  expect(at + size).toBe(end);
  const second = at + 46 + u16(at + 28);
  expect(u32(second)).toBe(0x0201_4b50);
  expect(text(zipped, second + 46, u16(second + 28))).toBe("m/層.txt");
  const offset = u32(second + 42);
  expect(u32(offset)).toBe(0x0403_4b50);
  expect(text(zipped, offset + 30 + u16(offset + 26), 3)).toBe("abc");
});

test("what does not fit 32 bits stands in zip64 fields", async () => {
  const GIB = 2 ** 30;
  const files = [
    { name: "a", file: huge(5 * GIB), crc: 7 },
    { name: "b", file: huge(3), crc: 8 },
  ];
  const own = zipParts(files, DATE).filter((part) => part instanceof Uint8Array);
  const zipped = await view(new Blob(own));
  const u16 = (at: number) => zipped.getUint16(at, true);
  const u32 = (at: number) => zipped.getUint32(at, true);
  const u64 = (at: number) => Number(zipped.getBigUint64(at, true));
  // The first local header, and the second right behind it: their bytes are not there.
  expect([u16(4), u32(18), u32(22), u16(28)]).toEqual([45, 0xffff_ffff, 0xffff_ffff, 20]);
  expect([u16(31), u16(33), u64(35), u64(43)]).toEqual([1, 16, 5 * GIB, 5 * GIB]);
  const second = 51;
  expect([u32(second), u16(second + 4), u32(second + 18), u16(second + 28)]).toEqual([
    0x0403_4b50, 20, 3, 0,
  ]);
  // Its place in the file is past 4 GiB all the same.
  const directory = second + 31;
  const entry = directory + 46 + 1 + 28;
  expect([u32(entry), u32(entry + 42)]).toEqual([0x0201_4b50, 0xffff_ffff]);
  expect([u16(entry + 47), u64(entry + 51), u64(entry + 59), u64(entry + 67)]).toEqual([
    1, 3, 3, 5 * GIB + 51,
  ]);
  const end64 = entry + 46 + 1 + 28;
  expect([u32(end64), u64(end64 + 4), u64(end64 + 24), u64(end64 + 32)]).toEqual([
    0x0606_4b50, 44, 2, 2,
  ]);
  const start = 5 * GIB + 51 + 31 + 3;
  expect([u64(end64 + 40), u64(end64 + 48)]).toEqual([150, start]);
  expect([u32(end64 + 56), u64(end64 + 64)]).toEqual([0x0706_4b50, start + 150]);
  expect(u32(end64 + 76)).toBe(0x0605_4b50);
});
