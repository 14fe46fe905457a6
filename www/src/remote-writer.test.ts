import { beforeEach, expect, test, vi } from "vitest";
import { type FakeWorker, fakeWorkers, program } from "./fake-worker";
import type { SyncHandle } from "./opfs";
import { RemoteWriter } from "./remote-writer";
import type { Answer, Command } from "./writer-worker";

const MIB = 1024 * 1024;
const FULL = { name: "QuotaExceededError", message: "full" };
let workers: FakeWorker<Command, Answer>[];

function last(): FakeWorker<Command, Answer> {
  const worker = workers.at(-1);
  if (!worker) throw new Error("no worker was started");
  return worker;
}

/** A writer, its worker, and a file. */
async function created(): Promise<[RemoteWriter, FakeWorker<Command, Answer>]> {
  const writer = new RemoteWriter();
  await create(writer);
  return [writer, last()];
}

async function create(writer: RemoteWriter): Promise<void> {
  const creating = writer.create(0, "merge", "a.safetensors", 100 * MIB, 0);
  last().answer({ kind: "done" });
  await creating;
}

/** Whether a promise is settled once all that is due has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setTimeout(resolve));
  return settled;
}

/** Writes until there is no buffer left, and says how often. */
async function writeAll(writer: RemoteWriter): Promise<number> {
  let taken = 0;
  while (await settled(writer.ready())) {
    expect(writer.write(0, new Uint8Array(2 * MIB).fill(taken))).toBe(MIB);
    taken += 1;
  }
  return taken;
}

beforeEach(() => {
  workers = fakeWorkers(vi.stubGlobal);
});

test("writes a mebibyte at once, as long as there are buffers", async () => {
  const [writer, worker] = await created();
  expect(await writeAll(writer)).toBe(16);
  const ready = writer.ready();
  const { buffer } = worker.commands[1] as Extract<Command, { kind: "write" }>;
  worker.answer({ kind: "spare", buffer });
  await ready;
  expect(writer.write(0, new Uint8Array([7]))).toBe(1);
  expect(worker.commands.at(-1)).toMatchObject({ kind: "write", buffer, len: 1 });
  expect(new Uint8Array(buffer)[0]).toBe(7);
});

test("keeps no buffers when a file is finished", async () => {
  const [writer, worker] = await created();
  await writer.ready();
  writer.write(0, new Uint8Array(1));
  const { buffer } = worker.commands[1] as Extract<Command, { kind: "write" }>;
  worker.answer({ kind: "spare", buffer });
  const finish = writer.finish(0);
  worker.answer({ kind: "done" });
  await finish;
  await create(writer);
  await writer.ready();
  writer.write(0, new Uint8Array(1));
  const other = worker.commands.at(-1) as Extract<Command, { kind: "write" }>;
  expect(other.buffer).not.toBe(buffer);
});

test("tells the first failure to whoever asks next, and can still close the file", async () => {
  const [writer, worker] = await created();
  await writer.ready();
  writer.write(0, new Uint8Array(1));
  worker.answer({ kind: "failed", ...FULL });
  worker.answer({ kind: "failed", name: "Error", message: "no file of output 0 is open" });
  await expect(writer.ready()).rejects.toMatchObject(FULL);
  const finish = writer.finish(0);
  worker.answer({ kind: "done" });
  await expect(finish).rejects.toMatchObject(FULL);
  const close = writer.close(0);
  expect(worker.commands.at(-1)).toEqual({ kind: "close", output: 0 });
  expect(await settled(close)).toBe(false);
  worker.answer({ kind: "done" });
  await close;
  await writer.ready();
});

test("a failure ends the wait for a buffer", async () => {
  const [writer, worker] = await created();
  await writeAll(writer);
  const ready = writer.ready();
  worker.answer({ kind: "failed", ...FULL });
  await expect(ready).rejects.toMatchObject(FULL);
});

test("a worker that dies is an error, not a wait for ever, and the next file has a new one", async () => {
  const [writer, worker] = await created();
  expect(await writeAll(writer)).toBe(16);
  const finish = writer.finish(0);
  worker.die("out of memory");
  await expect(finish).rejects.toThrow("out of memory");
  await expect(writer.ready()).rejects.toThrow("out of memory");
  await writer.close(0);
  expect(worker.ended).toBe(true);
  await create(writer);
  expect(last()).not.toBe(worker);
  expect(await writeAll(writer)).toBe(16);
});

test("a worker that has died while nothing was written is replaced unnoticed", async () => {
  const writer = new RemoteWriter();
  last().die("");
  await create(writer);
  await writer.ready();
  expect(workers).toHaveLength(2);
});

/** The worker's program, with a disk that takes `most` bytes at once, `room` in all. */
async function onDisk(most: number, room: number) {
  const disk = new Uint8Array(room);
  const calls: string[] = [];
  const handle: SyncHandle = {
    getSize: () => room,
    truncate: (size) => void calls.push(`truncate ${size}`),
    write(bytes, { at }) {
      const len = Math.min(bytes.length, most, room - at);
      disk.set(bytes.subarray(0, len), at);
      return len;
    },
    flush: () => void calls.push("flush"),
    close: () => void calls.push("close"),
  };
  let held = 0;
  const hold = (times: number) => {
    held = times;
  };
  const file = {
    async createSyncAccessHandle() {
      held -= 1;
      if (held >= 0) throw new DOMException("held", "NoModificationAllowedError");
      return handle;
    },
  };
  const folder = (path: string): object => ({
    getDirectoryHandle: async (name: string) => folder(`${path}${name}/`),
    getFileHandle: async (name: string) => {
      calls.push(path + name);
      return file;
    },
  });
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => folder("/") } });
  vi.resetModules();
  const ask = await program<Command, Answer>(vi.stubGlobal, () => import("./writer-worker"));
  const create = (done = 0) =>
    ask({ kind: "create", output: 0, directory: "merge", name: "a", size: room, done });
  return { ask, calls, create, disk, hold };
}

test("the worker writes on where the disk has taken only a part", async () => {
  const { ask, calls, create, disk } = await onDisk(3, 20);
  expect(await create()).toEqual([{ kind: "done" }]);
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer;
  expect(await ask({ kind: "write", output: 0, buffer, len: 8 })).toEqual([{ kind: "spare", buffer }]);
  await ask({ kind: "write", output: 0, buffer, len: 2 });
  expect([...disk.subarray(0, 11)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 0]);
  expect(await ask({ kind: "finish", output: 0 })).toEqual([{ kind: "done" }]);
  expect(calls).toEqual(["/merge/a", "truncate 20", "flush", "close"]);
});

test("the worker says when the disk takes nothing more", async () => {
  const { ask, calls, create } = await onDisk(3, 4);
  await create();
  const [failed, spare] = await ask({ kind: "write", output: 0, buffer: new ArrayBuffer(9), len: 9 });
  expect(failed).toMatchObject({ kind: "failed", name: "QuotaExceededError" });
  expect(spare).toMatchObject({ kind: "spare" });
  await ask({ kind: "close", output: 0 });
  expect(calls).toEqual(["/merge/a", "truncate 4", "close"]);
});

test("the worker brings bytes to the disk while more are to come", async () => {
  const { ask, calls, create } = await onDisk(MIB, 40 * MIB);
  await create();
  for (let i = 0; i < 40; i += 1) await ask({ kind: "write", output: 0, buffer: new ArrayBuffer(MIB), len: MIB });
  expect(calls.filter((call) => call === "flush")).toHaveLength(2);
});

const MARK: Command = { kind: "mark", output: 0, directory: "merge", name: "mark-0.json", text: "{}" };

test("the worker brings what was written to the disk before it notes that", async () => {
  const { ask, calls, create } = await onDisk(9, 20);
  await create();
  await ask({ kind: "write", output: 0, buffer: new ArrayBuffer(9), len: 9 });
  calls.splice(0);
  expect(await ask(MARK)).toEqual([]);
  expect(calls).toEqual(["flush", "/merge/mark-0.json", "truncate 0", "flush", "close"]);
});

test("the worker notes nothing after a write that failed", async () => {
  const { ask, calls, create } = await onDisk(9, 4);
  await create();
  await ask({ kind: "write", output: 0, buffer: new ArrayBuffer(9), len: 9 });
  calls.splice(0);
  await ask(MARK);
  expect(calls).toEqual([]);
});

test("the worker goes on with a file where it ended", async () => {
  const { ask, create, disk } = await onDisk(9, 20);
  await create(7);
  await ask({ kind: "write", output: 0, buffer: new Uint8Array([1, 2]).buffer, len: 2 });
  expect([...disk.subarray(6, 10)]).toEqual([0, 1, 2, 0]);
});

test("the worker waits for a file that another one still holds", async () => {
  const { calls, create, hold } = await onDisk(9, 20);
  vi.stubGlobal("setTimeout", (then: () => void) => queueMicrotask(then));
  hold(3);
  void create();
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  vi.unstubAllGlobals();
  expect(calls).toEqual(["/merge/a", "truncate 20"]);
});

test("commands are carried out in their order, also after one that waits", async () => {
  const { ask, calls } = await onDisk(9, 20);
  void ask({ kind: "create", output: 0, directory: "merge", name: "a", size: 20, done: 0 });
  await ask({ kind: "finish", output: 0 });
  expect(calls).toEqual(["/merge/a", "truncate 20", "flush", "close"]);
});

test("each output has a file of its own", async () => {
  const { ask, calls, disk } = await onDisk(9, 20);
  for (const [output, name] of ["a", "b"].entries()) {
    await ask({ kind: "create", output, directory: "merge", name, size: 20, done: 10 * output });
  }
  for (const output of [1, 0, 1]) {
    const buffer = new Uint8Array([output + 1, output + 3]).buffer;
    await ask({ kind: "write", output, buffer, len: 2 });
  }
  expect([...disk.subarray(0, 3), ...disk.subarray(10, 15)]).toEqual([1, 3, 0, 2, 4, 2, 4, 0]);
  calls.splice(0);
  expect(await ask({ kind: "finish", output: 0 })).toEqual([{ kind: "done" }]);
  const buffer = new ArrayBuffer(1);
  expect(await ask({ kind: "write", output: 1, buffer, len: 1 })).toMatchObject([{ kind: "spare" }]);
  expect(await ask({ kind: "write", output: 0, buffer, len: 1 })).toMatchObject([
    { kind: "failed" },
    { kind: "spare" },
  ]);
  await ask({ kind: "close", output: 1 });
  expect(calls).toEqual(["flush", "close", "close"]);
});

test("the worker never takes bytes for written that have no file", async () => {
  const { ask } = await onDisk(3, 4);
  const [failed] = await ask({ kind: "write", output: 0, buffer: new ArrayBuffer(1), len: 1 });
  expect(failed).toMatchObject({ kind: "failed", message: "no file of output 0 is open" });
  expect(await ask({ kind: "finish", output: 0 })).toMatchObject([{ kind: "failed" }, { kind: "done" }]);
});
