import { beforeEach, expect, test, vi } from "vitest";
import type { Answer, Command } from "./reader-worker";
import { RemoteStreams } from "./remote-streams";

/** A worker that answers when the test says so. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: (event: { data: Answer }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  readonly commands: Command[] = [];

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(command: Command): void {
    this.commands.push(command);
  }

  terminate(): void {}

  answer(data: Answer): void {
    this.onmessage({ data });
  }
}

const file = new File([], "f.bin");

beforeEach(() => {
  vi.stubGlobal("Worker", FakeWorker);
});

test("reads of several streams are answered in the order of each", async () => {
  const streams = new RemoteStreams();
  const [one, two] = [streams.open(file, 0, 9), streams.open(file, 9, 99)];
  const reads = [one, one, two].map((reader, i) => reader?.read(new Uint8Array(i + 1)));
  expect(FakeWorker.last.commands).toMatchObject([
    { kind: "open", stream: 1, file, start: 0, end: 9 },
    { kind: "open", stream: 2, file, start: 9, end: 99 },
    { kind: "read", stream: 1, len: 1 },
    { kind: "read", stream: 1, len: 2 },
    { kind: "read", stream: 2, len: 3 },
  ]);
  const answers = [2, 1, 1].map((stream, i) => ({ stream, value: new Uint8Array([i]) }));
  for (const answer of answers) FakeWorker.last.answer({ kind: "block", ...answer });
  const values = (await Promise.all(reads)).map((result) => result?.value?.[0]);
  expect(values).toEqual([1, 2, 0]);
});

test("an error of the disk reaches the read that met it", async () => {
  const reader = new RemoteStreams().open(file, 0, 9);
  const read = reader?.read(new Uint8Array(9));
  FakeWorker.last.answer({ kind: "failed", stream: 1, name: "NotReadableError", message: "gone" });
  await expect(read).rejects.toMatchObject({ name: "NotReadableError", message: "gone" });
});

test("what a cancelled stream still answers is nobody's", async () => {
  const streams = new RemoteStreams();
  const read = streams.open(file, 0, 9)?.read(new Uint8Array(9));
  const reader = streams.open(file, 0, 9);
  const stalled = reader?.read(new Uint8Array(9));
  await reader?.cancel();
  expect(await stalled).toEqual({ value: undefined });
  FakeWorker.last.answer({ kind: "block", stream: 2, value: new Uint8Array([2]) });
  FakeWorker.last.answer({ kind: "block", stream: 1, value: new Uint8Array([1]) });
  expect((await read)?.value?.[0]).toBe(1);
});

test("a worker that dies is an error, and the next stream has a new one", async () => {
  const streams = new RemoteStreams();
  const read = streams.open(file, 0, 9)?.read(new Uint8Array(9));
  const dead = FakeWorker.last;
  dead.onerror({ message: "out of memory", preventDefault: () => {} });
  await expect(read).rejects.toThrow("out of memory");
  streams.open(file, 0, 9);
  expect(FakeWorker.last).not.toBe(dead);
  expect(FakeWorker.last.commands).toHaveLength(1);
});

test("the worker reads each range to its end, and says why it can't", async () => {
  const answers: Answer[] = [];
  const self = { postMessage: (answer: Answer) => answers.push(answer), onmessage: (_: object) => {} };
  vi.stubGlobal("self", self);
  await import("./reader-worker");
  const ask = async (command: Command) => {
    self.onmessage({ data: command });
    await vi.waitFor(() => expect(answers).not.toHaveLength(0));
    return answers.splice(0)[0];
  };
  const file = new File([new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7])], "f.bin");
  self.onmessage({ data: { kind: "open", stream: 5, file, start: 2, end: 7 } });
  const read = (len: number): Command => ({ kind: "read", stream: 5, buffer: new ArrayBuffer(4), len });
  expect(await ask(read(3))).toMatchObject({ kind: "block", stream: 5, value: new Uint8Array([2, 3, 4]) });
  expect(await ask(read(2))).toMatchObject({ kind: "block", stream: 5, value: new Uint8Array([5, 6]) });
  self.onmessage({ data: { kind: "open", stream: 5, file: new Unreadable(), start: 0, end: 1 } });
  const failed = { kind: "failed", stream: 5, name: "NotReadableError", message: "it has changed" };
  expect(await ask(read(1))).toEqual(failed);
});

class Unreadable {
  slice() {
    return this;
  }

  stream() {
    const type = "bytes" as const;
    return new ReadableStream({
      type,
      pull() {
        throw new DOMException("it has changed", "NotReadableError");
      },
    });
  }
}
