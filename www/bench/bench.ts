// The bench's page: runs one thing at a time when the driver in `benches/` asks for it, each in a
// worker of its own, and returns milliseconds.
import type { Destination, GivenFile, Recipe, Request, Response } from "../src/protocol";
import type { CopyTask } from "./copy-worker";
import type { HeapAnswer, HeapQuestion } from "./merge-worker";
import type { ProbeTask } from "./probe-worker";
import { sizeOf, WAYS } from "./ways";

type Sink = "opfs" | "writable";

/** Files by name, base first, then target if there is one, then chat models. */
type Models = { base: string[]; target: string[] | null; chats: string[][] };

type MergeTask = { models: Models; weights: number[]; outputDtype: Recipe["output_dtype"]; sink: Sink };

type Took = { took: number };
type Merged = Took & { heap: number; files: string[] };

const input = document.getElementById("files") as HTMLInputElement;

function file(name: string): File {
  for (const file of input.files ?? []) if (file.name === name) return file;
  throw new Error(`no file ${name} was given`);
}

/** Chromium's streams were seen to stall for good: a reading this slow (bytes per second) has. */
const STALLED = 30e6;

/** Asks a fresh worker one thing that reads so many bytes. */
function ask<Answer>(worker: Worker, task: unknown, bytes: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      worker.terminate();
      reject(new Error("stalled"));
    }, 30_000 + (bytes / STALLED) * 1000);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<Answer & { error?: string }>) => {
      worker.terminate();
      if (data.error) reject(new Error(data.error));
      else resolve(data);
    };
    worker.postMessage(task);
  });
}

function copy(task: Omit<CopyTask, "inputs"> & { inputs: string[][] }): Promise<Took> {
  const worker = new Worker(new URL("./copy-worker.ts", import.meta.url), { type: "module" });
  const inputs = task.inputs.map((names) => names.map(file));
  return ask(worker, { ...task, inputs }, sizeOf(inputs.flat()));
}

function probe(task: ProbeTask): Promise<Took> {
  const worker = new Worker(new URL("./probe-worker.ts", import.meta.url), { type: "module" });
  return ask(worker, task, task.kind === "read" ? sizeOf(task.inputs) : task.bytes);
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

async function destination(sink: Sink): Promise<Destination> {
  if (sink === "opfs") return { kind: "downloads", directory: DIRECTORY, each: false };
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle("merge-bench.safetensors", { create: true });
  return { kind: "file", handle };
}

/** A merge as the page's own worker does it, from the press on Merge to files that can be saved. */
async function merge({ models, weights, outputDtype, sink }: MergeTask): Promise<Merged> {
  const worker = new Worker(new URL("./merge-worker.ts", import.meta.url), { type: "module" });
  const answer = <Kind extends (Response | HeapAnswer)["kind"]>(kind: Kind) =>
    new Promise<Extract<Response | HeapAnswer, { kind: Kind }>>((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<Response | HeapAnswer>) => {
        if (data.kind === kind) resolve(data as Extract<Response | HeapAnswer, { kind: Kind }>);
        if (data.kind === "failed") reject(new Error(data.failure.message));
        if (data.kind === "unreadable") reject(new Error(JSON.stringify(data.problems)));
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
    send({ kind: "plan", request: 98, cast, recipe });
    await answer("planned");
    const place = await destination(sink);
    const merged = answer("merged");
    const began = performance.now();
    send({ kind: "merge", request: 99, cast, recipe, destination: place });
    const { saved } = await merged;
    const took = performance.now() - began;
    const heap = answer("heap");
    send({ kind: "heap" });
    return { took, heap: (await heap).bytes, files: saved.map(({ name }) => name) };
  } finally {
    worker.terminate();
  }
}

/** Bytes of a merged file, as numbers. */
async function sample(of: { file: string; at: number; len: number }): Promise<number[]> {
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle(DIRECTORY);
  const merged = await (await directory.getFileHandle(of.file)).getFile();
  const bytes = await merged.slice(of.at, of.at + of.len).arrayBuffer();
  return Array.from(new Uint8Array(bytes));
}

/** Gives the space of merged files back. */
async function clean(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(DIRECTORY, { recursive: true });
}

const bench = { clean, copy, kernel, merge, read, sample, ways: () => Object.keys(WAYS) };
declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
