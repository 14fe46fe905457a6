// Tests of what the workers are asked while a person makes their choices.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FakeWorker, fakeWorkers } from "../../fake-worker";
import type { LessonRequest, LessonResponse, LessonSummary } from "../protocol";

const SUMMARY: LessonSummary = {
  models: ["base", "target", "chat"],
  vectors: 1,
  layers: 4,
  words: [],
  measures: [],
};
const MADE = { merged: 1, copied: 0, milliseconds: 1 };

let workers: FakeWorker<LessonRequest, LessonResponse>[];
let stop: () => void;
let page: {
  change: typeof import("./state").change;
  answers: typeof import("./answers").answers;
  merged: typeof import("./work").merged;
};

beforeEach(async () => {
  vi.resetModules();
  workers = fakeWorkers(vi.stubGlobal);
  vi.stubGlobal("document", { baseURI: "http://localhost/" });
  vi.stubGlobal("location", { hash: "" });
  const { LessonClient } = await import("../client");
  const { work, merged } = await import("./work");
  const { change } = await import("./state");
  const { answers } = await import("./answers");
  page = { change, answers, merged };
  stop = work(new LessonClient(() => {}), SUMMARY);
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

/** Of the worker that a person waits for, with all that it was asked so far. */
function port() {
  const worker = workers[0];
  if (!worker) throw new Error("no worker was started");
  return worker;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const asked = (kind: "merge" | "answer") =>
  port().commands.filter((command) => command.kind === kind && (kind === "merge" || isOfMerged(command)));
const isOfMerged = (command: LessonRequest) => command.kind === "answer" && command.which === "merged";

async function tell(response: LessonResponse): Promise<void> {
  port().answer(response);
  await settled();
}

const last = (kind: "merge" | "answer") => asked(kind).at(-1)?.request ?? 0;
const merge = () => tell({ kind: "merged", request: last("merge"), summary: MADE });

test("a move in the middle of a reply is merged at once, and asked anew", async () => {
  await merge();
  const first = last("answer");
  await tell({ kind: "word", request: first, word: "anna" });
  page.change({ lambda: 0.5 });
  expect(asked("merge")).toHaveLength(2);
  expect(asked("merge")[1]).toMatchObject({ state: { weights: [0.5] } });
  await tell({ kind: "dropped", request: first });
  // What was said stands until there is a word of the new reply.
  expect(page.answers.merged.value).toEqual({ words: ["anna"], end: null });
  await merge();
  expect(page.merged.value?.weights).toEqual([0.5]);
  expect(asked("answer")).toHaveLength(2);
  await tell({ kind: "word", request: last("answer"), word: "tom" });
  expect(page.answers.merged.value).toEqual({ words: ["tom"], end: null });
});

test("of moves while a merge is under way only the last is merged", async () => {
  for (const lambda of [0.1, 0.2, 0.3]) page.change({ lambda });
  expect(asked("merge")).toHaveLength(1);
  await merge();
  const weights = asked("merge").map((command) => command.kind === "merge" && command.state.weights);
  expect(weights).toEqual([[1], [0.3]]);
  await merge();
  expect(asked("merge")).toHaveLength(2);
});

test("another question is asked without another merge", async () => {
  await merge();
  page.change({ turns: [{ kind: "ask", name: "tom", relation: "eat" }] });
  await settled();
  expect(asked("merge")).toHaveLength(1);
  expect(asked("answer")).toHaveLength(2);
});
