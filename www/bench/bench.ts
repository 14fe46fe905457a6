// The bench's page: runs one thing at a time when the driver in `benches/` asks for it, each in a
// worker of its own, and returns milliseconds.
import type { Destination, GivenFile, Recipe, Request, Response } from "../src/protocol";
import { english, inEnglish } from "../src/text/message";
import type { CopyTask } from "./copy-worker";
import type { HeapAnswer, HeapQuestion } from "./merge-worker";
import type { ProbeTask } from "./probe-worker";
import { WAYS } from "./ways";

type Sink = "opfs" | "writable";

/** Files by name, base first, then target if there is one, then chat models. */
type Models = { base: string[]; target: string[] | null; chats: string[][] };

type MergeTask = {
  models: Models;
  weights: number[];
  outputDtype: Recipe["output_dtype"];
  sink: Sink;
  /** Whether each shard is let go before the next is written. */
  each?: boolean;
  /** What to look at in the result; its output is F32. */
  sampled?: { tensors: string[]; elements: number };
};

/** Elements of a merged tensor, from one on. */
type Sample = { tensor: string; first: number; base64: string };

type Took = { took: number };
/** `stalls`: how often a stream had to be opened anew. */
type Copied = Took & { stalls: number };
type Merged = Took & { heap: number; samples: Sample[] };

const input = document.getElementById("files") as HTMLInputElement;

function file(name: string): File {
  for (const file of input.files ?? []) if (file.name === name) return file;
  throw new Error(`no file ${name} was given`);
}

/** Chromium's streams were seen to stall for good: a worker that is silent for so long (in
 * milliseconds) has. */
const STALLED = 60_000;

/** What a worker says now and then, so that it is not taken for stalled. */
export type Alive = "alive";

/** Asks a fresh worker one thing. */
function ask<Answer>(worker: Worker, task: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stalled = () => {
      worker.terminate();
      reject(new Error("stalled"));
    };
    let silence = setTimeout(stalled, STALLED);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<(Answer & { error?: string }) | Alive>) => {
      clearTimeout(silence);
      if (data === "alive") {
        silence = setTimeout(stalled, STALLED);
        return;
      }
      worker.terminate();
      if (data.error) reject(new Error(data.error));
      else resolve(data);
    };
    worker.postMessage(task);
  });
}

function copy(task: Omit<CopyTask, "inputs"> & { inputs: string[][] }): Promise<Copied> {
  const worker = new Worker(new URL("./copy-worker.ts", import.meta.url), { type: "module" });
  const inputs = task.inputs.map((names) => names.map(file));
  return ask(worker, { ...task, inputs });
}

function probe(task: ProbeTask): Promise<Took> {
  const worker = new Worker(new URL("./probe-worker.ts", import.meta.url), { type: "module" });
  return ask(worker, task);
}

function read(inputs: string[]): Promise<Took> {
  return probe({ kind: "read", inputs: inputs.map(file) });
}

function kernel(task: Omit<Extract<ProbeTask, { kind: "kernel" }>, "kind">): Promise<Took> {
  return probe({ kind: "kernel", ...task });
}

/** No name that the worker takes for a stale merge. It stays until the browser is closed, as the
 * copy's file does: each merge writes over the last one. */
const DIRECTORY = "bench-merge";

async function destination(sink: Sink, each: boolean): Promise<Destination> {
  if (sink === "opfs") return { kind: "downloads", directory: DIRECTORY, each };
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle("merge-bench.safetensors", { create: true });
  return { kind: "file", handle };
}

/** A merge as the page's own worker does it, from the press on Merge to files that can be saved. */
async function merge({ models, weights, outputDtype, sink, each, sampled }: MergeTask): Promise<Merged> {
  const samples: Sample[] = [];
  const look = async (file: File | null) => {
    if (file && sampled) samples.push(...(await samplesOf(file, sampled)));
  };
  const worker = new Worker(new URL("./merge-worker.ts", import.meta.url), { type: "module" });
  const answer = <Kind extends (Response | HeapAnswer)["kind"]>(kind: Kind) =>
    new Promise<Extract<Response | HeapAnswer, { kind: Kind }>>((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<Response | HeapAnswer>) => {
        if (data.kind === kind) resolve(data as Extract<Response | HeapAnswer, { kind: Kind }>);
        if (data.kind === "failed") reject(new Error(english(data.failure.message)));
        if (data.kind === "unreadable") reject(new Error(JSON.stringify(inEnglish(data.problems))));
        if (data.kind === "offered") void look(data.file.file).then(() => send({ kind: "go-on" }), reject);
      };
    });
  const send = (request: Request | HeapQuestion) => worker.postMessage(request);
  try {
    await answer("ready");
    const all = [models.base, ...(models.target ? [models.target] : []), ...models.chats];
    for (const [model, names] of all.entries()) {
      const files = names.map((name): GivenFile => ({ file: file(name), path: name }));
      send({ kind: "open", request: model, model, files });
      await answer("opened");
    }
    const before = models.target ? 2 : 1;
    const cast = {
      base: 0,
      target: models.target ? 1 : null,
      chats: models.chats.map((_, i) => before + i),
    };
    const recipe: Recipe = {
      weights,
      rules: [],
      output_dtype: outputDtype,
      embedding_rows: "copy the target's",
      unmatched: "refuse",
      shards: { kind: "as-target" },
    };
    // The page has planned, too, before Merge can be pressed.
    const series = [weights];
    send({ kind: "plan", request: 98, cast, recipe, series });
    await answer("planned");
    const place = await destination(sink, each ?? false);
    const merged = answer("merged");
    const began = performance.now();
    send({ kind: "merge", request: 99, cast, recipe, series, destinations: [place] });
    const { outputs } = await merged;
    const saved = outputs.flatMap(({ saved }) => saved);
    const took = performance.now() - began;
    const heap = answer("heap");
    send({ kind: "heap" });
    const { bytes } = await heap;
    for (const { file } of saved) await look(file);
    return { took, heap: bytes, samples };
  } finally {
    worker.terminate();
  }
}

/** The beginning, the middle and the end of some tensors of a merged file. */
async function samplesOf(
  file: File,
  { tensors, elements }: NonNullable<MergeTask["sampled"]>,
): Promise<Sample[]> {
  if (!file.name.endsWith(".safetensors")) return [];
  const prefix = new DataView(await file.slice(0, 8).arrayBuffer());
  const start = 8 + Number(prefix.getBigUint64(0, true));
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
    await file.slice(8, start).text(),
  );
  const samples = [];
  for (const tensor of tensors) {
    const info = header[tensor];
    if (!info) continue;
    const [begin, end] = info.data_offsets;
    const all = (end - begin) / 4;
    const len = Math.min(elements, all);
    for (const first of [0, Math.floor((all - len) / 2), all - len]) {
      const at = start + begin + first * 4;
      const bytes = new Uint8Array(await file.slice(at, at + len * 4).arrayBuffer());
      samples.push({ tensor, first, base64: btoa(String.fromCharCode(...bytes)) });
    }
  }
  return samples;
}

/** Gives the space of merged files back. */
async function clean(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(DIRECTORY, { recursive: true });
}

const bench = { clean, copy, kernel, merge, read, ways: () => Object.keys(WAYS) };
declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
