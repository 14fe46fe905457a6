// The lesson's worker: fetches the models, and hands requests to the wasm and its answers back.
import type { LessonFailure, LessonRequest, LessonResponse } from "./protocol";
import { Replies } from "./replies";
import init, { Lesson } from "./wasm/chat_vector_learn";

/** For each file, in milliseconds. */
const PATIENCE = 60_000;

/** There once it was loaded. */
let lesson: Lesson | null = null;

function send(response: LessonResponse, transfer: Transferable[] = []): void {
  self.postMessage(response, { transfer });
}

/** After a panic the lesson's memory cannot be trusted: the page starts a new worker. */
function isFatal(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

function isFailure(error: unknown): error is LessonFailure {
  return typeof error === "object" && error !== null && "kind" in error && "message" in error;
}

function failureOf(error: unknown): LessonFailure {
  if (isFailure(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "internal", message, words: [] };
}

function fail(request: number, error: unknown): void {
  if (isFatal(error)) return reportError(error);
  send({ kind: "failed", request, failure: failureOf(error) });
}

const replies = new Replies(send, fail);

async function fetched(folder: string, path: string): Promise<Response> {
  const answer = await fetch(new URL(path, folder), { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

async function weights(folder: string, model: string): Promise<Uint8Array> {
  const answer = await fetched(folder, `${model}/model.safetensors`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function text(folder: string, name: string): Promise<string> {
  return (await fetched(folder, name)).text();
}

async function load(folder: string): Promise<Lesson> {
  const [, base, target, chat, second, config, tokenizer, prompts] = await Promise.all([
    init(),
    weights(folder, "base"),
    weights(folder, "target"),
    weights(folder, "chat"),
    weights(folder, "second"),
    text(folder, "config.json"),
    text(folder, "tokenizer.json"),
    text(folder, "prompts.json"),
  ]);
  return new Lesson(base, target, chat, second, config, tokenizer, prompts);
}

async function answer(message: LessonRequest): Promise<void> {
  const { request } = message;
  if (message.kind === "load") {
    lesson?.free();
    lesson = null;
    lesson = await load(message.folder);
    return send({ kind: "loaded", request, summary: lesson.summary() });
  }
  if (!lesson) throw new Error(`${message.kind} before load`);
  switch (message.kind) {
    case "merge":
      replies.drop("merged");
      return send({ kind: "merged", request, summary: lesson.merge(message.state) });
    case "answer": {
      const { which, prompt, most } = message;
      return replies.begin(which, request, lesson.ask(which, prompt, most));
    }
    case "measure":
      return send({ kind: "measured", request, measures: lesson.measure(message.which) });
    case "row":
      lesson.merge(message.state);
      return send({ kind: "measured", request, measures: lesson.measure("merged") });
    case "norms":
      return send({ kind: "norms", request, norms: lesson.norms() });
    case "recipe-file":
      return send({ kind: "recipe-file", request, text: lesson.recipe_file(message.state) });
    case "merged-file": {
      lesson.merge(message.state);
      const bytes = new Uint8Array(lesson.merged_file());
      return send({ kind: "merged-file", request, bytes }, [bytes.buffer]);
    }
  }
}

async function serve(message: LessonRequest): Promise<void> {
  try {
    await answer(message);
  } catch (error) {
    fail(message.request, error);
  }
}

/** One request after the other: what is asked while the models are loading waits for them. */
let last = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<LessonRequest>) => {
  last = last.then(() => serve(data));
};
