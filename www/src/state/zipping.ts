// All merged files as one zip: their CRC-32 first, then a link to save it by.
import { zip } from "../zip";
import { startHasher } from "./checking";
import { result, zipped } from "./store";

/** The folder within the zip, and the zip's name. */
const FOLDER = "merged-model";
export const ZIP = `${FOLDER}.zip`;

let stop = new AbortController();

/** Gets the zip ready; what it holds is read once, for its checksums. */
export async function makeZip(): Promise<void> {
  const kept = result.peek()?.kept;
  if (kept?.kind !== "downloads" || kept.before.length > 0) return;
  forgetZip();
  stop = new AbortController();
  const { signal } = stop;
  const total = kept.files.reduce((sum, { size }) => sum + size, 0);
  zipped.value = { kind: "making", done: 0, total };
  try {
    const entries = [];
    let before = 0;
    for (const { name, open } of kept.files) {
      const file = await open();
      signal.throwIfAborted();
      const crc = await startHasher().hash(
        "crc32",
        file,
        (done) => {
          if (!signal.aborted) zipped.value = { kind: "making", done: before + done, total };
        },
        signal,
      );
      before += file.size;
      entries.push({ name: `${FOLDER}/${name}`, file, crc: Number.parseInt(crc, 16) });
    }
    signal.throwIfAborted();
    const blob = zip(entries, new Date());
    zipped.value = { kind: "made", url: URL.createObjectURL(blob), size: blob.size, taken: false };
  } catch (error) {
    if (signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    zipped.value = { kind: "failed", message };
  }
}

/** Forgets the zip, whose files go. */
export function forgetZip(): void {
  stop.abort();
  const state = zipped.peek();
  if (state.kind === "made") URL.revokeObjectURL(state.url);
  zipped.value = { kind: "none" };
}

/** Notes that the zip's link was used: all files are in it. */
export function markZipTaken(): void {
  const state = zipped.peek();
  const old = result.peek();
  const kept = old?.kept;
  if (state.kind !== "made" || !old || kept?.kind !== "downloads") return;
  zipped.value = { ...state, taken: true };
  const files = kept.files.map((file) => ({ ...file, taken: true }));
  result.value = { ...old, kept: { ...kept, files } };
}
