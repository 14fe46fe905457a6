// All files of an output as one zip: their CRC-32 first, then a link to save it by.
import { zip } from "../zip";
import { wordsOfError } from "../text/sentence";
import { startHasher } from "./checking";
import { result, type Zipped, zipped } from "./store";

/** The folder within the zip, and the zip's name, before what tells it from others. */
export const FOLDER = "merged-model";

let stop = new AbortController();

function show(output: number, state: Zipped): void {
  zipped.value = new Map(zipped.peek()).set(output, state);
}

/** Gets the zip of an output ready; what it holds is read once, for its checksums. */
export async function makeZip(output: number): Promise<void> {
  const known = result.peek();
  const kept = known?.kept;
  if (kept?.kind !== "downloads" || kept.before.length > 0) return;
  const files = kept.files.filter((file) => file.output === output);
  const folder = FOLDER + (known?.outputs[output]?.suffix ?? "");
  const { signal } = stop;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  show(output, { kind: "making", done: 0, total });
  try {
    const entries = [];
    let before = 0;
    for (const { planned, open } of files) {
      const file = await open();
      signal.throwIfAborted();
      const crc = await startHasher().hash(
        "crc32",
        file,
        (done) => {
          if (!signal.aborted) show(output, { kind: "making", done: before + done, total });
        },
        signal,
      );
      before += file.size;
      entries.push({ name: `${folder}/${planned}`, file, crc: Number.parseInt(crc, 16) });
    }
    signal.throwIfAborted();
    const blob = zip(entries, new Date());
    const url = URL.createObjectURL(blob);
    const name = `${folder}.zip`;
    show(output, { kind: "made", name, url, size: blob.size, taken: false });
  } catch (error) {
    if (signal.aborted) return;
    show(output, { kind: "failed", message: wordsOfError(error) });
  }
}

/** Forgets all zips, whose files go. */
export function forgetZip(): void {
  stop.abort();
  stop = new AbortController();
  for (const state of zipped.peek().values()) {
    if (state.kind === "made") URL.revokeObjectURL(state.url);
  }
  zipped.value = new Map();
}

/** Notes that a zip's link was used: all files of its output are in it. */
export function markZipTaken(output: number): void {
  const state = zipped.peek().get(output);
  const old = result.peek();
  const kept = old?.kept;
  if (state?.kind !== "made" || !old || kept?.kind !== "downloads") return;
  show(output, { ...state, taken: true });
  const files = kept.files.map((file) => (file.output === output ? { ...file, taken: true } : file));
  result.value = { ...old, kept: { ...kept, files } };
}
