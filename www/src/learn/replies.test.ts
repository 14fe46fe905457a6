// Tests of the replies that a worker is saying: in turns, dropped between words, and failing alone.
import { beforeEach, expect, test } from "vitest";
import type { LessonResponse } from "./protocol";
import { type Reply, Replies } from "./replies";

let told: LessonResponse[];
let failed: [request: number, error: unknown][];
let freed: string[];
let replies: Replies;

beforeEach(() => {
  told = [];
  failed = [];
  freed = [];
  replies = new Replies(
    (response) => told.push(response),
    (request, error) => failed.push([request, error]),
  );
});

/** A reply of these words, which fails where one is an error. */
function reply(...words: (string | Error)[]): Reply {
  const said: string[] = [];
  return {
    next_word: () => {
      const word = words.shift();
      if (word instanceof Error) throw word;
      if (word !== undefined) said.push(word);
      return word;
    },
    answer: () => ({ words: said, ended: true, first: 1, milliseconds: 2 }),
    free: () => freed.push(said.join(" ")),
  };
}

const endless = (): Reply => ({ ...reply(), next_word: () => "on" });
const words = () => told.flatMap((response) => (response.kind === "word" ? [response.word] : []));
const ends = () => told.flatMap(({ kind, request }) => (kind === "word" ? [] : [`${kind} ${request}`]));
const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve));
};

test("several models speak in turns, and each is told whole", async () => {
  replies.begin("base", 1, reply("a", "b", "c"));
  replies.begin("chat", 2, reply("x"));
  await until(() => ends().length === 2);
  expect(words()).toEqual(["a", "x", "b", "c"]);
  expect(ends()).toEqual(["answered 2", "answered 1"]);
  expect(told.at(-1)).toMatchObject({ answer: { words: ["a", "b", "c"], ended: true } });
  expect(freed).toEqual(["x", "a b c"]);
  // Once all were silent the next one is heard too.
  replies.begin("base", 3, reply("d"));
  await until(() => ends().length === 3);
  expect(words().at(-1)).toBe("d");
});

test("a newer reply of the same model ends the older one, and no other", async () => {
  replies.begin("merged", 1, endless());
  replies.begin("target", 2, endless());
  await until(() => words().length > 1);
  const before = told.length;
  replies.begin("merged", 3, reply("e"));
  expect(told.slice(before)).toEqual([{ kind: "dropped", request: 1 }]);
  await until(() => ends().length === 2);
  expect(ends()).toEqual(["dropped 1", "answered 3"]);
  expect(told.slice(before + 1).map(({ request }) => request)).not.toContain(1);
  replies.drop("target");
  expect(ends().at(-1)).toBe("dropped 2");
});

test("messages are heard between words", async () => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => replies.drop("merged");
  replies.begin("merged", 1, endless());
  port2.postMessage(null);
  await until(() => ends().length > 0);
  expect(ends()).toEqual(["dropped 1"]);
  port1.close();
});

test("a reply that fails leaves the others alone", async () => {
  const error = new Error("not computed");
  replies.begin("base", 1, reply("a", error));
  replies.begin("chat", 2, reply("x", "y", "z"));
  await until(() => ends().length === 1);
  expect(failed).toEqual([[1, error]]);
  expect(ends()).toEqual(["answered 2"]);
  replies.drop("base");
  expect(ends()).toHaveLength(1);
});
