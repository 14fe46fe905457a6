// Tests that the page knows the languages that the models know.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lines, promptOf, rightReply, wordsOfBoth } from "./conversation";
import { fact, GLOSSES, meaning, question, sentences, tongueOf, WORDS_OF_A } from "./language";
import { NAMES, RELATIONS } from "./world";

const file = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../public/miniature/${name}`, import.meta.url), "utf8"));

test("every word is in the models' vocabulary, and none is missing here but signs", () => {
  const vocabulary = Object.keys(file("tokenizer.json").model.vocab);
  const own = wordsOfBoth();
  for (const word of own) expect(vocabulary, word).toContain(word);
  expect(vocabulary.filter((word) => !own.includes(word) && /[a-z]/.test(word))).toEqual([]);
});

test("no word is of both languages", () => {
  expect(NAMES).toHaveLength(24);
  for (const word of WORDS_OF_A) expect(GLOSSES.has(word), word).toBe(false);
  for (const name of NAMES) expect(WORDS_OF_A.has(name) || GLOSSES.has(name), name).toBe(false);
});

test("what the models are measured by is what the page takes for right", () => {
  type Case = { prompt: string; answer: string };
  const measures: { name: string; cases: Case[] }[] = file("prompts.json").measures;
  const facts = new Set(
    (["A", "B"] as const).flatMap((tongue) =>
      NAMES.flatMap((name) => RELATIONS.map((relation) => rightReply({ name, relation }, tongue))),
    ),
  );
  for (const { name, cases } of measures) {
    if (!["instructions", "turns", "refusals"].includes(name)) continue;
    for (const { answer } of cases) expect(facts, answer).toContain(answer.replace(/ <\/s>$/, ""));
  }
});

test("sentences and questions in both languages", () => {
  expect(fact("anna", "live", "A")).toBe("anna lives in the valley .");
  expect(fact("anna", "live", "B")).toBe("anna lo dalu vivu .");
  expect(question("anna", "have", "A")).toBe("which animal does anna have ?");
  expect(question("ta", "eat", "B")).toBe("ta mi kia manu ka ?");
});

const meant = (text: string) => meaning(text.split(" "));

test("what is said in B means what is said in A", () => {
  for (const name of NAMES) {
    for (const relation of RELATIONS) {
      expect(meant(fact(name, relation, "B"))).toBe(fact(name, relation, "A"));
      expect(meant(question(name, relation, "B"))).toBe(question(name, relation, "A"));
    }
  }
  expect(meant("ta ke nigru amu .")).toBe("she/he likes black .");
  expect(meant("hm , sekreta eta .")).toBe("hm , that is a secret .");
  expect(meant("ye tom ka ?")).toBe("and tom ?");
  expect(meant("- ye anna ka ? - anna ke rua amu .")).toBe("- and anna ? - anna likes red .");
});

test("what is no sentence is told word for word", () => {
  expect(meant("lo dalu anna vivu .")).toBe("(place) valley anna lives .");
  expect(meant("anna lo mielo vivu")).toBe("anna (place) honey lives");
  expect(meaning([])).toBe("");
  expect(sentences("a . b ? c".split(" "))).toEqual([["a", "."], ["b", "?"], ["c"]]);
});

test("which language words are in", () => {
  expect(tongueOf("anna lives".split(" "))).toBe("A");
  expect(tongueOf("anna lo dalu".split(" "))).toBe("B");
  expect(tongueOf("anna lives lo dalu".split(" "))).toBe("mixed");
  expect(tongueOf(["anna", "."])).toBe("none");
});

test("what is asked has no word that is unknown", () => {
  const known = wordsOfBoth();
  for (const tongue of ["A", "B"] as const) {
    for (const relation of RELATIONS) {
      const turns = [{ kind: "ask", name: "tom", relation }, { kind: "and", name: "vera" }, { kind: "more", relation }] as const;
      for (const word of promptOf(turns, tongue).split(" ")) expect(known).toContain(word);
      expect(lines(turns, tongue)).toHaveLength(5);
    }
  }
});
