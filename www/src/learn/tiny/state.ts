// What a person has chosen of the tiny models, which a link opens.
import { computed } from "@preact/signals";
import { choice, decimal, flag, key, type Keys, type Kind, usual, words } from "../state/link";
import { linked } from "../state/linked";
import type { State as MergeState } from "../protocol";
import { FIRST, lines, MOST_TURNS, promptOf, promptOfText, topics, type Topic, type Turn, turnsKind } from "./conversation";
import { HIGH, LOW } from "./lambdas";
import type { Tongue } from "./language";

/** The first and the last that take part, counted from 0. */
export type Layers = [first: number, last: number] | null;
export const PARTS = ["all", "attention", "mlp"] as const;

export type State = {
  tongue: Tongue;
  turns: readonly Turn[];
  /** Asked in place of the turns; empty where these are. */
  text: string;
  lambda: number;
  lambda2: number;
  embeddings: boolean;
  part: (typeof PARTS)[number];
  layers: Layers;
};

export type Weight = "lambda" | "lambda2";
export const WEIGHTS = {
  lambda: { low: LOW, high: HIGH },
  lambda2: { low: -2, high: 2 },
} as const;
/** Of a text of a person's own. */
export const LONGEST = 300;

const layersKind: Kind<Layers> = {
  parse: (text) => {
    const [, first, last] = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
    if (first === undefined || Number(first) > Number(last)) return undefined;
    return [Number(first), Number(last)];
  },
  write: (layers) => layers?.join("-") ?? "all",
};

const KEYS: Keys<State> = {
  tongue: key(choice<Tongue>("A", "B"), "B"),
  turns: key(turnsKind, FIRST),
  text: key(words(LONGEST), ""),
  lambda: key(decimal(LOW, HIGH, 2), 1),
  lambda2: key(decimal(-2, 2, 2), 0),
  embeddings: key(flag, true),
  part: key(choice(...PARTS), "all"),
  layers: key(layersKind, null),
};

export const PART = "tiny";
export const tiny = linked(PART, KEYS);

export function change(changes: Partial<State>): void {
  tiny.value = { ...tiny.peek(), ...changes };
}

export function weigh(which: Weight, value: number): void {
  const { low, high } = WEIGHTS[which];
  change({ [which]: Math.min(high, Math.max(low, value)) });
}

export function startOver(): void {
  tiny.value = usual(KEYS);
}

export const prompt = computed(() => {
  const { text, turns, tongue } = tiny.value;
  return text.trim() === "" ? promptOf(turns, tongue) : promptOfText(text);
});

/** What the models should tell; nobody knows it of a text of a person's own. */
export const topic = computed<Topic | null>(() => {
  const { text, turns } = tiny.value;
  return text.trim() === "" ? (topics(turns).at(-1) ?? null) : null;
});

export const conversation = computed(() => lines(tiny.value.turns, tiny.value.tongue));
export const isFull = computed(() => tiny.value.turns.length >= MOST_TURNS);

/** What is merged, of models with so many layers and vectors. */
export function mergeState({ layers, vectors }: { layers: number; vectors: number }): MergeState {
  const { lambda, lambda2, embeddings, part, layers: chosen } = tiny.value;
  const last = layers - 1;
  return {
    weights: [lambda, lambda2].slice(0, vectors),
    embeddings,
    part,
    // A link may speak of layers that these models don't have.
    layers: chosen && [Math.min(chosen[0], last), Math.min(chosen[1], last)],
  };
}

/** Whether a chat vector is added to a module at all. */
export function takesPart(module: string, layer: number | null, state: State): boolean {
  const { embeddings, part, layers } = state;
  if (part === "attention" && !module.startsWith("self_attn.")) return false;
  if (part === "mlp" && !module.startsWith("mlp.")) return false;
  if (!embeddings && (module === "embed_tokens" || module === "lm_head")) return false;
  return layer === null || layers === null || (layer >= layers[0] && layer <= layers[1]);
}
