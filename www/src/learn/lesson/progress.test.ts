// Tests of what is noted of the miniature, and of the progress that is kept of it.
import { beforeEach, expect, test, vi } from "vitest";
import type { Measured, State } from "../protocol";

const STATE: State = { weights: [1, 0], embeddings: true, part: "all", layers: null };

function measures(instructions: number): Measured[] {
  return [
    { name: "instructions", value: instructions, count: 24 },
    { name: "language", value: 1, count: 24 },
  ];
}

/** The modules as they are when the page is loaded. */
async function loaded() {
  vi.resetModules();
  const bridge = await import("./bridge");
  return { ...bridge, ...(await import("./progress")) };
}

let kept: Map<string, string>;

beforeEach(() => {
  kept = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

test("measures are noted with their state, and never with another", async () => {
  const { miniatureState, mergedMeasures, tries } = await loaded();
  mergedMeasures.value = measures(0);
  expect(tries.value).toEqual([]);
  mergedMeasures.value = null;
  miniatureState.value = STATE;
  mergedMeasures.value = measures(0.6);
  // The slider moves before the next measures are there.
  const next = { ...STATE, weights: [0.5, 0] };
  miniatureState.value = next;
  expect(tries.value).toEqual([{ state: STATE, measures: measures(0.6) }]);
  mergedMeasures.value = measures(0.1);
  expect(tries.value.map(({ state }) => state)).toEqual([STATE, next]);
  // What is measured again is the last one again.
  miniatureState.value = { ...STATE };
  mergedMeasures.value = measures(0.7);
  expect(tries.value.map(({ state }) => state)).toEqual([next, STATE]);
});

test("what was done is kept, until a person wants it forgotten", async () => {
  const first = await loaded();
  first.miniatureState.value = STATE;
  first.mergedMeasures.value = measures(0.6);
  expect(first.done.value).toEqual(["both"]);
  // A worse try takes nothing away.
  first.mergedMeasures.value = measures(0);
  expect(first.done.value).toEqual(["both"]);

  const second = await loaded();
  expect(second.done.value).toEqual(["both"]);
  second.startAgain();
  expect([second.done.value, second.tries.value, kept.size]).toEqual([[], [], 0]);
  expect((await loaded()).done.value).toEqual([]);
});

test("what is kept may be anything, or nothing", async () => {
  kept.set("chat-vector exercises", "both constructor  nonsense both");
  expect((await loaded()).done.value).toEqual(["both"]);
  vi.stubGlobal("localStorage", undefined);
  const { miniatureState, mergedMeasures, done, startAgain } = await loaded();
  expect(done.value).toEqual([]);
  miniatureState.value = STATE;
  mergedMeasures.value = measures(0.6);
  expect(done.value).toEqual(["both"]);
  startAgain();
  expect(done.value).toEqual([]);
});
