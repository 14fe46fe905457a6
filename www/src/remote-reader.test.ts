import { beforeEach, expect, test, vi } from "vitest";
import { type FakeWorker, fakeWorkers, program } from "./fake-worker";
import type { Answer, Command } from "./reader-worker";
import { RemoteReader } from "./remote-reader";

const file = new File([], "f.bin");
let workers: FakeWorker<Command, Answer>[];

function started(): [RemoteReader, FakeWorker<Command, Answer>] {
  const reader = new RemoteReader();
  const worker = workers.at(-1);
  if (!worker) throw new Error("no worker was started");
  return [reader, worker];
}

const read = (reader: ReturnType<RemoteReader["open"]>, len = 9) =>
  reader?.read(new ArrayBuffer(len), len);

beforeEach(() => {
  workers = fakeWorkers(vi.stubGlobal);
});

test("reads of several streams are answered in the order of each", async () => {
  const [remote, worker] = started();
  const [one, two] = [remote.open(file, 0, 9), remote.open(file, 9, 99)];
  const reads = [one, one, two].map((reader, i) => read(reader, i + 1));
  expect(worker.commands).toMatchObject([
    { kind: "open", stream: 1, file, start: 0, end: 9 },
    { kind: "open", stream: 2, file, start: 9, end: 99 },
    { kind: "read", stream: 1, len: 1 },
    { kind: "read", stream: 1, len: 2 },
    { kind: "read", stream: 2, len: 3 },
  ]);
  const answers = [2, 1, 1].map((stream, i) => ({ stream, value: new Uint8Array([i]) }));
  for (const answer of answers) worker.answer({ kind: "block", ...answer });
  const values = (await Promise.all(reads)).map((result) => result?.value?.[0]);
  expect(values).toEqual([1, 2, 0]);
});

test("an error of the disk reaches the read that met it", async () => {
  const [remote, worker] = started();
  const reading = read(remote.open(file, 0, 9));
  worker.answer({ kind: "failed", stream: 1, name: "NotReadableError", message: "gone" });
  await expect(reading).rejects.toMatchObject({ name: "NotReadableError", message: "gone" });
});

test("what a cancelled stream still answers is nobody's", async () => {
  const [remote, worker] = started();
  const first = read(remote.open(file, 0, 9));
  const second = remote.open(file, 0, 9);
  const stalled = read(second);
  second?.cancel();
  expect(worker.commands.at(-1)).toEqual({ kind: "cancel", stream: 2 });
  expect(await stalled).toEqual({ value: undefined });
  worker.answer({ kind: "block", stream: 2, value: new Uint8Array([2]) });
  worker.answer({ kind: "block", stream: 1, value: new Uint8Array([1]) });
  expect((await first)?.value?.[0]).toBe(1);
});

test("when the worker dies its streams fail, and those after them are slices", async () => {
  const [remote, worker] = started();
  const reader = remote.open(file, 0, 9);
  const reading = read(reader);
  worker.die("out of memory");
  await expect(reading).rejects.toThrow("out of memory");
  await expect(read(reader)).rejects.toThrow("out of memory");
  expect(remote.open(file, 0, 9)).toBeNull();
  expect(workers).toHaveLength(1);
});

test("a browser without byte streams has none here", async () => {
  vi.resetModules();
  vi.stubGlobal(
    "Blob",
    class {
      stream() {
        return new ReadableStream();
      }
    },
  );
  const { RemoteReader } = await import("./remote-reader");
  expect(new RemoteReader().open(file, 0, 9)).toBeNull();
  vi.unstubAllGlobals();
});

/** A file whose byte stream says when it is cancelled, or fails. */
function fileOf(source: { pull?(): void; cancel?(): void }): File {
  const stream = () => new ReadableStream({ type: "bytes", ...source });
  return { slice: () => ({ stream }) } as unknown as File;
}

test("the worker reads each range to its end, and says why it can't", async () => {
  const ask = await program<Command, Answer>(vi.stubGlobal, () => import("./reader-worker"));
  const file = new File([new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7])], "f.bin");
  const read = (len: number): Command => ({ kind: "read", stream: 5, buffer: new ArrayBuffer(4), len });
  const block = (...bytes: number[]) => [
    { kind: "block", stream: 5, value: new Uint8Array(bytes) },
  ];
  await ask({ kind: "open", stream: 5, file, start: 2, end: 7 });
  expect(await ask(read(3))).toEqual(block(2, 3, 4));
  expect(await ask(read(2))).toEqual(block(5, 6));

  const pull = () => {
    throw new DOMException("it has changed", "NotReadableError");
  };
  await ask({ kind: "open", stream: 5, file: fileOf({ pull }), start: 0, end: 1 });
  const failed = { kind: "failed", stream: 5, name: "NotReadableError", message: "it has changed" };
  expect(await ask(read(1))).toEqual([failed]);

  const cancel = vi.fn();
  await ask({ kind: "open", stream: 5, file: fileOf({ cancel }), start: 0, end: 1 });
  await ask(read(1));
  await ask({ kind: "cancel", stream: 5 });
  expect(cancel).toHaveBeenCalledOnce();
  expect(await ask(read(1))).toEqual([]);
});
