import { beforeEach, expect, test, vi } from "vitest";
import type { SyncHandle } from "./opfs";
import type { Answer, Command } from "./opfs-worker";
import { OpfsWriter } from "./opfs-writer";

const MIB = 1024 * 1024;

/** A worker that answers when the test says so. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: (event: { data: Answer }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  readonly commands: Command[] = [];
  ended = false;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(command: Command): void {
    this.commands.push(command);
  }

  terminate(): void {
    this.ended = true;
  }

  answer(data: Answer): void {
    this.onmessage({ data });
  }
}

const file = {} as FileSystemFileHandle;

async function created(): Promise<[OpfsWriter, FakeWorker]> {
  const writer = new OpfsWriter();
  const create = writer.create(file, 100 * MIB);
  FakeWorker.last.answer({ kind: "done" });
  await create;
  return [writer, FakeWorker.last];
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

beforeEach(() => {
  vi.stubGlobal("Worker", FakeWorker);
});

test("writes a mebibyte at once, as long as there are buffers", async () => {
  const [writer, worker] = await created();
  let taken = 0;
  while (await settled(writer.ready())) {
    expect(writer.write(new Uint8Array(2 * MIB).fill(taken))).toBe(MIB);
    taken += 1;
  }
  expect(taken).toBe(16);
  const ready = writer.ready();
  const { buffer } = worker.commands[1] as Extract<Command, { kind: "write" }>;
  worker.answer({ kind: "spare", buffer });
  await ready;
  expect(writer.write(new Uint8Array([7]))).toBe(1);
  expect(worker.commands.at(-1)).toMatchObject({ kind: "write", buffer, len: 1 });
  expect(new Uint8Array(buffer)[0]).toBe(7);
});

test("tells a failed write to whoever asks next, and can still close the file", async () => {
  const [writer, worker] = await created();
  await writer.ready();
  writer.write(new Uint8Array(1));
  worker.answer({ kind: "failed", name: "QuotaExceededError", message: "full" });
  const full = { name: "QuotaExceededError", message: "full" };
  await expect(writer.ready()).rejects.toMatchObject(full);
  const finish = writer.finish();
  worker.answer({ kind: "done" });
  await expect(finish).rejects.toMatchObject(full);
  const close = writer.close();
  expect(worker.commands.at(-1)).toEqual({ kind: "close" });
  expect(await settled(close)).toBe(false);
  worker.answer({ kind: "done" });
  await close;
  expect(await settled(writer.ready())).toBe(true);
  await writer.ready();
});

test("a worker that dies is an error, not a wait for ever", async () => {
  const [writer, worker] = await created();
  const finish = writer.finish();
  worker.onerror({ message: "out of memory", preventDefault: () => {} });
  await expect(finish).rejects.toThrow("out of memory");
  await expect(writer.ready()).rejects.toThrow("out of memory");
  expect(worker.ended).toBe(true);
  await writer.close();
  const anew = FakeWorker.last;
  expect(anew).not.toBe(worker);
  const create = writer.create(file, 1);
  anew.answer({ kind: "done" });
  await create;
});

/** The worker's program, with a handle that takes `most` bytes at once, `room` in all. */
async function program(most: number, room: number) {
  const answers: Answer[] = [];
  const disk = new Uint8Array(room);
  const calls: string[] = [];
  const handle: SyncHandle = {
    truncate: (size) => void calls.push(`truncate ${size}`),
    write(bytes, { at }) {
      const len = Math.min(bytes.length, most, room - at);
      disk.set(bytes.subarray(0, len), at);
      return len;
    },
    flush: () => void calls.push("flush"),
    close: () => void calls.push("close"),
  };
  const self = { postMessage: (answer: Answer) => answers.push(answer), onmessage: (_: object) => {} };
  vi.stubGlobal("self", self);
  vi.resetModules();
  await import("./opfs-worker");
  const ask = async (command: Command | { kind: "create"; file: object; size: number }) => {
    self.onmessage({ data: command });
    await new Promise((resolve) => setTimeout(resolve));
    return answers.splice(0);
  };
  const file = { createSyncAccessHandle: async () => handle };
  return { ask, calls, disk, file };
}

test("the worker writes on where the disk has taken only a part", async () => {
  const { ask, calls, disk, file } = await program(3, 20);
  expect(await ask({ kind: "create", file, size: 20 })).toEqual([{ kind: "done" }]);
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer;
  expect(await ask({ kind: "write", buffer, len: 8 })).toEqual([{ kind: "spare", buffer }]);
  await ask({ kind: "write", buffer, len: 2 });
  expect([...disk.subarray(0, 11)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 0]);
  expect(await ask({ kind: "finish" })).toEqual([{ kind: "done" }]);
  expect(calls).toEqual(["truncate 20", "flush", "close"]);
});

test("the worker says when the disk takes nothing more", async () => {
  const { ask, calls, file } = await program(3, 4);
  await ask({ kind: "create", file, size: 4 });
  const [failed, spare] = await ask({ kind: "write", buffer: new ArrayBuffer(9), len: 9 });
  expect(failed).toMatchObject({ kind: "failed", name: "QuotaExceededError" });
  expect(spare).toMatchObject({ kind: "spare" });
  await ask({ kind: "close" });
  expect(calls).toEqual(["truncate 4", "close"]);
});

test("the worker brings bytes to the disk while more are to come", async () => {
  const { ask, calls, file } = await program(MIB, 40 * MIB);
  await ask({ kind: "create", file, size: 40 * MIB });
  for (let i = 0; i < 40; i += 1) await ask({ kind: "write", buffer: new ArrayBuffer(MIB), len: MIB });
  expect(calls.filter((call) => call === "flush")).toHaveLength(2);
});
