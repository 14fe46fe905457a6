// Tests of the exercises: what meets their goals, and what is told to lack where something does.
import { expect, test } from "vitest";
import { choice, decimal, flag, key, pair, read } from "../state/link";
import type { State } from "../protocol";
import type { Try } from "./bridge";
import { ALL_EXERCISES, EXERCISES, LIMITS, outcomeOf } from "./exercises";

type Values = { instructions?: number; turns?: number; refusals?: number; language?: number; loss?: number };

const PLAIN: State = { weights: [1, 0], embeddings: true, part: "all", layers: null };

function tried(state: Partial<State>, values: Values = {}): Try {
  const all = { instructions: 0, turns: 0, refusals: 0, language: 1, loss: 0.7, ...values };
  const measures = Object.entries(all).map(([name, value]) => ({ name, value, count: 24 }));
  return { state: { ...PLAIN, ...state }, measures };
}

const of = (lambda: number, values: Values = {}) => tried({ weights: [lambda, 0] }, values);
const kinds = (name: (typeof ALL_EXERCISES)[number], tries: Try[]) =>
  outcomeOf(name, tries)?.lacks.map((lack) => ("measure" in lack ? `${lack.kind} ${lack.measure}` : lack.kind));

test("nothing is told where nothing was tried", () => {
  for (const name of ALL_EXERCISES) expect(outcomeOf(name, [])).toBe(null);
});

test.each([
  [{ instructions: 0.5, language: 0.9 }, []],
  [{ instructions: 0.49, language: 1 }, ["at-least instructions"]],
  [{ instructions: 1, language: 0.89 }, ["at-least language"]],
  [{ instructions: 0, language: 0.5 }, ["at-least instructions", "at-least language"]],
] satisfies [Values, string[]][])("both at once: %o", (values, lacks) => {
  expect(kinds("both", [of(1, { instructions: 1, language: 1 }), of(1, values)])).toEqual(lacks);
});

test("what lacks is told with its values", () => {
  expect(outcomeOf("both", [of(0.5, { instructions: 0.25 })])?.lacks).toEqual([
    { kind: "at-least", measure: "instructions", limit: LIMITS.answers, value: 0.25 },
  ]);
});

test("a model that lacks a measure meets nothing", () => {
  const bare = { ...of(1), measures: [] };
  expect(kinds("both", [bare])).toEqual(["at-least instructions", "at-least language"]);
  expect(kinds("slip", [bare])).toEqual(["at-least loss"]);
});

test("the smallest λ lies between one that is enough and one that is not", () => {
  const enough = { instructions: 0.6 };
  expect(kinds("smallest", [of(0.5)])).toEqual(["at-least instructions"]);
  expect(kinds("smallest", [of(1, enough)])).toEqual(["lower"]);
  const far = [of(1, enough), of(0.5)];
  expect(outcomeOf("smallest", far)?.lacks).toEqual([{ kind: "between", low: 0.5, high: 1 }]);
  expect(kinds("smallest", [...far, of(0.55, enough)])).toEqual([]);
  expect(kinds("smallest", [of(0.56, enough), of(0.5)])).toEqual(["between"]);
  // Only what differs in nothing but λ is compared.
  expect(kinds("smallest", [tried({ part: "mlp", weights: [0.5, 0] }), of(0.55, enough)])).toEqual(["lower"]);
  expect(kinds("smallest", [tried({ weights: [0.5, 1] }), of(0.55, enough)])).toEqual(["lower"]);
});

test("the language is lost", () => {
  expect(kinds("slip", [of(2, { loss: 1 })])).toEqual([]);
  expect(kinds("slip", [of(2, { loss: 0.99 })])).toEqual(["at-least loss"]);
});

test("with and without embeddings are compared, whatever comes out", () => {
  const before = of(1, { instructions: 0.8 });
  const without = tried({ embeddings: false }, { instructions: 0.2 });
  expect(kinds("embeddings", [of(1)])).toEqual(["at-least instructions"]);
  expect(kinds("embeddings", [before])).toEqual(["without-embeddings"]);
  expect(kinds("embeddings", [without])).toEqual(["with-embeddings"]);
  expect(kinds("embeddings", [before, tried({ part: "mlp" })])).toEqual(["all-modules"]);
  const found = { measure: "instructions", before: 0.8, after: 0.2 };
  expect(outcomeOf("embeddings", [without, before])).toEqual({ lacks: [], found });
  // Another λ is no comparison.
  const other = tried({ embeddings: false, weights: [0.5, 0] });
  expect(kinds("embeddings", [before, other])).toEqual(["with-embeddings"]);
});

test("a part of the vector keeps most of the skill", () => {
  const whole = of(1, { instructions: 1 });
  const layers: [number, number] = [1, 3];
  expect(kinds("where", [of(1)])).toEqual(["at-least instructions"]);
  expect(kinds("where", [whole])).toEqual(["less"]);
  expect(kinds("where", [tried({ layers }, { instructions: 1 })])).toEqual(["everything"]);
  expect(kinds("where", [whole, tried({ layers }, { instructions: 0.79 })])).toEqual(["at-least instructions"]);
  expect(kinds("where", [whole, tried({ layers }, { instructions: 0.8 })])).toEqual([]);
  expect(kinds("where", [whole, tried({ part: "attention" }, { instructions: 0.9 })])).toEqual([]);
  // All layers are not fewer, and no embeddings are another exercise.
  expect(kinds("where", [whole, tried({ layers: [0, 3] }, { instructions: 1 })])).toEqual(["less"]);
  expect(kinds("where", [tried({ embeddings: false }, { instructions: 1 })])).toEqual(["with-embeddings"]);
});

test("a skill is forgotten by subtracting", () => {
  const had = of(1, { instructions: 0.8, refusals: 0.4 });
  const less = (values: Values) => tried({ weights: [1, -0.5] }, { instructions: 0.8, ...values });
  expect(kinds("forget", [of(0)])).toEqual(["at-least instructions"]);
  expect(kinds("forget", [had])).toEqual(["below-zero"]);
  expect(kinds("forget", [less({ refusals: 0 })])).toEqual(["with-zero"]);
  expect(kinds("forget", [had, less({ refusals: 0.3 })])).toEqual(["lower"]);
  const found = { measure: "refusals", before: 0.4, after: 0.2 };
  expect(outcomeOf("forget", [less({ refusals: 0.2 }), had])).toEqual({ lacks: [], found });
  // A target that can do nothing forgets nothing.
  expect(kinds("forget", [of(0), of(-1)])).toEqual(["with-zero"]);
});

test("it answers and refuses nothing", () => {
  expect(kinds("polite", [of(1, { instructions: 0.5, refusals: 0.1 })])).toEqual([]);
  expect(kinds("polite", [of(1, { instructions: 0.4, refusals: 0.2 })])).toEqual([
    "at-least instructions",
    "at-most refusals",
  ]);
});

test("links begin with states that links can say", () => {
  const lambda = decimal(-2, 2, 2);
  const layer = decimal(0, 3, 0);
  const keys = {
    lambda: key(lambda, 9),
    lambda2: key(lambda, 9),
    embeddings: key(flag, true),
    part: key(choice("all", "attention", "mlp"), "all"),
    layers: key(pair(layer, layer), { x: 0, y: 3 }),
  };
  for (const name of ALL_EXERCISES) {
    const { start } = EXERCISES[name];
    const state = read(`#${start}`, "tiny", keys);
    expect([state.lambda, state.lambda2], name).toEqual([expect.closeTo(name === "both" ? 0 : 1), 0]);
    for (const pair of start.split("&")) expect(pair).toMatch(/^tiny\.(lambda2?|embeddings|part)=[\w.-]+$/);
  }
});
