// From the press on Merge to files that are saved and, where the browser kept them, deleted.
import { type Client, Failed, WorkerDied } from "../client";
import type {
  Destination,
  FileSummary,
  Interrupted,
  Merged,
  Progress,
  SavedFile,
} from "../protocol";
import { text } from "../text/language";
import { say } from "../text/message";
import { withSample } from "../text/pace";
import { type Sentence, Told, type Words, wordsOfError } from "../text/sentence";
import { findInterrupted, workerClient } from "./actions";
import { forgetChecks } from "./checking";
import { labelsOf, savedName, suffixesOf } from "../text/series";
import { forgetZip, FOLDER } from "./zipping";
import { newDirectory, type PrivateDirectory, takeDirectory } from "./private-disk";
import {
  blocked,
  checksums,
  crash,
  isBusy,
  isSeveral,
  type Download,
  downloadsThrough,
  interrupted,
  type Kept,
  type MergeState,
  givenCast,
  inspection,
  merge,
  type Output,
  plan,
  plannable,
  result,
  roomNeeded,
  type SavedBefore,
  savesEach,
  saveTo,
  verification,
} from "./store";

/** The directories in which the browser keeps the last result, one for each output. */
let directories: PrivateDirectory[] = [];

/** Where an output goes to; `directory` where that is the browser's private disk, `forget` where it is
 * a folder that was made for it: removes it if it is empty. */
type Place = {
  destination: Destination;
  directory?: PrivateDirectory;
  forget?: () => Promise<void>;
};

const MERGING: Extract<MergeState, { kind: "merging" }> = {
  kind: "merging",
  progress: null,
  samples: [],
  cancelling: false,
  offered: null,
  before: [],
};

/** Called straight from the click: the browser opens its dialog only then. */
export async function startMerge(): Promise<void> {
  const job = plannable.peek();
  const state = plan.peek();
  if (blocked.peek() !== null || !job || state.kind !== "planned") return;
  crash.value = null;
  const asks = saveTo.peek() === "chosen";
  merge.value = asks ? { kind: "choosing" } : MERGING;
  const { files } = state.report;
  const bytes = state.outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const { series } = job;
  const places: Place[] = [];
  try {
    if (asks) await openPicker(files, series, places);
    else await openDownloads(series.length, places);
    if (asks) merge.value = MERGING;
    stopIfCancelled();
    const destinations = places.map(({ destination }) => destination);
    const kept = places.flatMap(({ directory }) => directory ?? []);
    await carryOut({ kind: "merge", ...job, destinations }, kept, bytes, series, files);
  } catch (error) {
    for (const place of places) await tidy(place, files, error);
    await end(error);
  }
}

/** Goes on with a merge that was interrupted; the models that it had are given again. */
export async function resumeMerge(kept: Interrupted): Promise<void> {
  const cast = givenCast.peek();
  if (isBusy.peek() || !cast) return;
  crash.value = null;
  const { directory, handed, total, weights, differing } = kept;
  merge.value = { ...MERGING, before: handed.map((name) => ({ name, sha256: null })) };
  forgetInterrupted(kept);
  let place: PrivateDirectory | null = null;
  try {
    place = await takeDirectory(directory);
    if (!place) throw new Elsewhere();
    stopIfCancelled();
    await carryOut({ kind: "resume", cast, directory }, [place], total, [weights], [], differing);
  } catch (error) {
    if (isDiscarded(error)) await place?.delete();
    else await place?.release();
    await end(error);
  }
}

/** Cancel may be pressed before the worker has anything to cancel. */
function stopIfCancelled(): void {
  const state = merge.peek();
  if (state.kind !== "merging" || !state.cancelling) return;
  throw new Failed({ kind: "cancelled", message: say("") });
}

/** It is not offered as long as it goes on or is deleted. */
function forgetInterrupted(kept: Interrupted): void {
  interrupted.value = interrupted.peek().filter(({ directory }) => directory !== kept.directory);
}

/** Deletes what an interrupted merge has written. */
export async function dropInterrupted(kept: Interrupted): Promise<void> {
  forgetInterrupted(kept);
  const place = await takeDirectory(kept.directory);
  await place?.delete();
}

/** Merges, and shows the result; `places` are where the browser keeps the outputs, whose λ are a
 * `series`; `planned` are the files of each, `differing` the chat models whose λ tell them apart. */
async function carryOut(
  question: Parameters<Client["merge"]>[0],
  places: PrivateDirectory[],
  bytes: number,
  series: number[][],
  planned: FileSummary[] = [],
  differing?: number[],
): Promise<void> {
  const began = performance.now();
  waited = 0;
  const merged = await workerClient().merge(question, showProgress, showOffer);
  const seconds = (performance.now() - began - waited) / 1000;
  const before = savedBefore();
  const suffixes = suffixesOf(series, differing);
  const kept = keptFiles(question, planned, merged, before, suffixes);
  const labels = labelsOf(series, differing);
  const outputs = merged.outputs.map(({ nonfinite }, i) => ({
    label: labels[i] ?? "",
    suffix: suffixes[i] ?? "",
    nonfinite,
  }));
  // Only now: the last result may still be on its way to the downloads folder.
  await discardResult();
  directories = places;
  const isVector = kept.files.some(({ planned }) => /^chat_vector[.-]/.test(planned));
  const whole = kept.files.some(({ planned }) => planned === "config.json");
  result.value = { kept, outputs, bytes, seconds, whole, isVector };
  merge.value = { kind: "done" };
  showInspected(merged);
  forgetOffers();
}

/** What a merge has found out on its way; one that went on with another knows only half. */
function showInspected({ inspected }: Merged): void {
  const planned = plan.peek();
  const number = planned.kind === "planned" ? planned.number : 0;
  if (inspected) inspection.value = { kind: "inspected", inspected, by: "merge", plan: number };
}

/** Shows how a merge ended, and what is kept of it. */
async function end(error: unknown): Promise<void> {
  const state = merge.peek();
  merge.value = ending(error, savedBefore());
  if (state.kind === "merging" && state.offered) forgetChecks([state.offered]);
  forgetOffers();
  // A new worker is asked as soon as it is there.
  if (!(error instanceof WorkerDied)) await findInterrupted();
}

function forgetOffers(): void {
  for (const url of offeredUrls) URL.revokeObjectURL(url);
  offeredUrls = [];
}

/** Whether no merge goes on after this; the worker may have died in the middle of anything. */
function isOver(error: unknown): boolean {
  if (error instanceof WorkerDied) return false;
  return !(error instanceof Failed && ["resumable", "different"].includes(error.failure.kind));
}

/** Whether what an interrupted merge had written is discarded already; all else can go on. */
function isDiscarded(error: unknown): boolean {
  return error instanceof Failed && ["cancelled", "full", "write"].includes(error.failure.kind);
}

/** Links to shards of the running merge; their downloads may still be under way when it goes on. */
let offeredUrls: string[] = [];
/** Milliseconds that the running merge has waited for the person. */
let waited = 0;
let waitedSince = 0;

function showOffer({ name, size, file }: SavedFile): void {
  const state = merge.peek();
  if (state.kind !== "merging" || state.cancelling || !file) return workerClient().goOn();
  const url = urlOf(file);
  offeredUrls.push(url);
  waitedSince = performance.now();
  merge.value = { ...state, offered: download(0, name, name, size, file, url) };
}

/** For its link. Of a type that says nothing: browsers end names by types, and make `LICENSE.txt`
 * of `LICENSE`. */
function urlOf(file: File): string {
  return URL.createObjectURL(file.slice(0, file.size, "application/octet-stream"));
}

function download(
  output: number,
  planned: string,
  name: string,
  size: number,
  file: File,
  url: string,
): Download {
  return { key: url, name, planned, output, open: async () => file, size, url, taken: false };
}

/** The person has the shard: the browser's copy goes, and the next one is written. */
export function goOn(): void {
  const state = merge.peek();
  if (state.kind !== "merging" || !state.offered?.taken) return;
  waited += performance.now() - waitedSince;
  const before = savedBefore();
  forgetChecks([state.offered]);
  merge.value = { ...state, offered: null, before, samples: [] };
  workerClient().goOn();
}

/** Shards of the running merge that the person has saved, or has begun to. */
function savedBefore(): SavedBefore[] {
  const state = merge.peek();
  if (state.kind !== "merging") return [];
  if (!state.offered?.taken) return state.before;
  const { key, name } = state.offered;
  const checksum = checksums.peek().get(key);
  return [...state.before, { name, sha256: checksum?.kind === "hashed" ? checksum.sha256 : null }];
}

export function cancelMerge(): void {
  const state = merge.peek();
  if (state.kind !== "merging") return;
  merge.value = { ...state, cancelling: true };
  workerClient().cancel();
}

/** Deletes what the browser keeps of the last merge. */
export async function discardResult(): Promise<void> {
  const old = result.peek();
  result.value = null;
  verification.value = { kind: "none" };
  forgetZip();
  if (old) forgetChecks(old.kept.files);
  if (merge.peek().kind === "done") merge.value = { kind: "idle" };
  if (old?.kept.kind === "downloads") {
    for (const { url } of old.kept.files) URL.revokeObjectURL(url);
  }
  const kept = directories;
  directories = [];
  for (const directory of kept) await directory.delete();
}

/** Notes that a file's link was used. */
export function markTaken({ key }: Output): void {
  const state = merge.peek();
  if (state.kind === "merging" && state.offered?.key === key) {
    merge.value = { ...state, offered: { ...state.offered, taken: true } };
    return;
  }
  const old = result.peek();
  if (old?.kept.kind !== "downloads") return;
  const files = old.kept.files.map((file) => (file.key === key ? { ...file, taken: true } : file));
  result.value = { ...old, kept: { ...old.kept, files } };
}

async function openDownloads(outputs: number, places: Place[]): Promise<void> {
  const each = savesEach.peek();
  while (places.length < outputs) {
    if (downloadsThrough.peek() === "memory") {
      places.push({ destination: { kind: "blob", each } });
      continue;
    }
    const directory = await newDirectory();
    places.push({ destination: { kind: "downloads", directory: directory.name, each }, directory });
  }
}

/** Several outputs have a folder each in the one that is chosen. */
async function openPicker(
  files: FileSummary[],
  series: number[][],
  places: Place[],
): Promise<void> {
  const [first] = files;
  const isOne = files.length === 1 && series.length === 1;
  if (first && isOne && window.showSaveFilePicker) {
    const accept = { "application/octet-stream": [".safetensors"] };
    const types = [{ description: text.peek().merge.fileType, accept }];
    const handle = await window.showSaveFilePicker({ suggestedName: first.name, types });
    places.push({ destination: { kind: "file", handle } });
    return;
  }
  if (!window.showDirectoryPicker) throw new Told(({ merge }) => merge.noDialog);
  const chosen = await window.showDirectoryPicker({ id: "chat-vector", mode: "readwrite" });
  for (const suffix of suffixesOf(series)) {
    if (suffix === "") places.push({ destination: { kind: "folder", handle: chosen } });
    else places.push(await folderIn(chosen, FOLDER + suffix));
  }
}

async function folderIn(chosen: FileSystemDirectoryHandle, name: string): Promise<Place> {
  const there = await chosen.getDirectoryHandle(name).catch(() => null);
  if (!there) {
    const handle = await chosen.getDirectoryHandle(name, { create: true });
    return { destination: { kind: "folder", handle }, forget: () => chosen.removeEntry(name) };
  }
  for await (const _ of there.keys()) throw new Told(({ merge }) => merge.folderInUse(name));
  return { destination: { kind: "folder", handle: there } };
}

function showProgress(progress: Progress): void {
  const state = merge.peek();
  if (state.kind !== "merging") return;
  const samples = withSample(state.samples, { at: performance.now(), done: progress.done });
  merge.value = { ...state, progress, samples };
}

function keptFiles(
  question: Parameters<Client["merge"]>[0],
  planned: FileSummary[],
  { outputs }: Merged,
  before: SavedBefore[],
  suffixes: string[],
): Kept {
  const destinations = question.kind === "merge" ? question.destinations : [];
  const downloads = outputs.flatMap(({ saved }, output) =>
    saved.flatMap(({ name, size, file }): Download[] => {
      if (!file) return [];
      const shown = savedName(name, suffixes[output] ?? "", saved.length);
      return [download(output, name, shown, size, file, urlOf(file))];
    }),
  );
  switch (destinations[0]?.kind) {
    case "file":
    case "folder":
      return {
        kind: "chosen",
        files: outputs.flatMap(({ saved }, output) => {
          const folder = suffixes[output] ? `${FOLDER}${suffixes[output]}/` : "";
          return saved.flatMap(({ name }, i) =>
            chosen(destinations[output], output, name, folder, planned[i]?.name ?? name),
          );
        }),
      };
    case "blob":
      return { kind: "downloads", where: "memory", files: downloads, before };
    default:
      return { kind: "downloads", where: "disk", files: downloads, before };
  }
}

function chosen(
  place: Destination | undefined,
  output: number,
  name: string,
  folder: string,
  planned: string,
): Output[] {
  if (place?.kind !== "file" && place?.kind !== "folder") return [];
  const open = async () => {
    const file = place.kind === "file" ? place.handle : await place.handle.getFileHandle(name);
    return file.getFile();
  };
  return [{ key: `chosen ${folder}${name}`, name: folder + name, planned, output, open }];
}

/** Leaves nothing of a merge that did not finish, also where the worker could not do so. */
async function tidy(place: Place, files: FileSummary[], error: unknown): Promise<void> {
  const { destination, directory, forget } = place;
  const state = merge.peek();
  // Before the first progress the worker makes sure that none of the names is taken.
  const ours = error instanceof WorkerDied && state.kind === "merging" && state.progress !== null;
  try {
    if (isOver(error)) await directory?.delete();
    else await directory?.release();
    if (destination.kind === "file") {
      const file = await destination.handle.getFile();
      if (file.size === 0) await destination.handle.remove?.();
    }
    if (destination.kind === "folder" && ours) {
      const { handle } = destination;
      await Promise.allSettled(files.map(({ name }) => handle.removeEntry(name)));
    }
    await forget?.();
  } catch {
    // The file is gone already, or is not ours to delete.
  }
}

type Ending = Extract<MergeState, { kind: "cancelled" | "failed" }>;

/** `before`: shards that the person has saved. */
function ending(error: unknown, before: SavedBefore[]): Ending {
  const left = before.length > 0 ? (isOver(error) ? leftBehind(before) : stillNeeded(before)) : [];
  const failed = (...message: Words[]): Ending => ({ kind: "failed", message: [...message, ...left] });
  if (error instanceof WorkerDied) return failed(({ merge }) => merge.stoppedEarly);
  if (error instanceof Elsewhere) return failed(({ merge }) => merge.elsewhere);
  if (error instanceof Failed) {
    const { kind, message } = error.failure;
    if (kind === "cancelled") return { kind: "cancelled", left };
    if (kind === "resumable") return failed(message, ({ merge }) => merge.resume);
    if (kind !== "full") return failed(message);
    const hints: Words[] = [...roomHint()];
    if (result.peek()?.kept.kind === "downloads") hints.push(({ merge }) => merge.lastTakesRoom);
    if (interrupted.peek().length > 0) hints.push(({ merge }) => merge.interruptedTakesRoom);
    return failed(message, ...hints);
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return failed(({ merge }) => merge.notChosen);
  }
  return failed(({ merge }) => merge.notStarted, wordsOfError(error));
}

/** Another tab goes on with the merge. */
class Elsewhere extends Failed {
  constructor() {
    super({ kind: "different", message: say("") });
  }
}

/** How the same merge needs less room. */
function roomHint(): Sentence {
  const needed = roomNeeded.peek();
  if (!needed || savesEach.peek()) return [];
  if (isSeveral.peek()) return [({ merge }) => merge.orFewerWeights];
  return needed.shards > 1
    ? [({ merge }) => merge.tickSaveEach(merge.saveEach)]
    : [({ merge }) => merge.chooseSmaller];
}

function stillNeeded(before: SavedBefore[]): Sentence {
  const [{ name } = { name: "" }] = before;
  return [({ merge }) => (before.length === 1 ? merge.keepOne(name) : merge.keepFiles(before.length))];
}

function leftBehind(before: SavedBefore[]): Sentence {
  const [{ name } = { name: "" }] = before;
  return [
    ({ merge }) =>
      before.length === 1 ? merge.oneIsNoModel(name) : merge.filesAreNoModel(before.length),
  ];
}
