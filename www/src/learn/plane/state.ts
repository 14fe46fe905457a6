// The state of the plane, which a link opens, and what a person changes of it.
import { computed, signal } from "@preact/signals";
import { choice, decimal, flag, key, type Keys, pair, usual } from "../state/link";
import { linked } from "../state/linked";
import type { LearnText } from "../text/en";
import { LIMIT, length, merge, type Plane, rounded, type Vector, within } from "./geometry";
import { measure, point, weight } from "./figures";
import { ALL_TRIES, TRIES, type Try } from "./tries";

export type Model = "base" | "chat" | "second" | "target";
export type Weight = "lambda" | "lambda2";
/** `tried`: what a person was shown to try, and may have changed since. */
export type State = Plane & { tried: Try | "nothing" };

/** What λ may be, for each chat model. */
export const WEIGHTS = {
  lambda: { low: -0.5, high: 2 },
  lambda2: { low: -2, high: 2 },
} as const;

const place = pair(decimal(-LIMIT.x, LIMIT.x, 1), decimal(-LIMIT.y, LIMIT.y, 1));
const weightOf = ({ low, high }: { low: number; high: number }) => decimal(low, high, 2);

const KEYS: Keys<State> = {
  base: key(place, { x: -3, y: -2 }),
  chat: key(place, { x: 1, y: -1 }),
  second: key(place, { x: -4, y: 0.5 }),
  target: key(place, { x: -2, y: 1.5 }),
  two: key(flag, false),
  lambda: key(weightOf(WEIGHTS.lambda), 1),
  lambda2: key(weightOf(WEIGHTS.lambda2), 0.5),
  tried: key(choice("nothing", ...ALL_TRIES), "nothing"),
};

export const plane = linked("plane", KEYS);
export const sums = computed(() => merge(plane.value));

/** The points that are there. */
export const models = computed<Model[]>(() =>
  plane.value.two ? ["base", "chat", "second", "target"] : ["base", "chat", "target"],
);

type Words = (text: LearnText) => string;
const told = signal<{ of: State; words: Words } | null>(null);

/** What the last change has made, to be said in whatever language; nothing once there was another. */
export const lastChange = computed(() => (told.value?.of === plane.value ? told.value.words : null));

function say(words: Words): void {
  told.value = { of: plane.peek(), words };
}

/** Moves a model. While it is on its way nothing is said. */
export function move(model: Model, to: Vector, isOnItsWay = false): void {
  plane.value = { ...plane.peek(), [model]: within(to) };
  if (!isOnItsWay) tell(model);
}

export function tell(model: Model): void {
  const at = point(plane.peek()[model]);
  const { tau, tau2, merged: sum } = sums.peek();
  const vector = model === "second" ? (tau2 ?? tau) : tau;
  const name = model === "second" ? "τ₂" : "τ";
  say(({ plane: t }) =>
    model === "target"
      ? t.movedTarget(at, point(sum))
      : t.moved(t.names[model], at, name, point(vector), measure(length(vector))),
  );
}

export function weigh(which: Weight, value: number): void {
  const { low, high } = WEIGHTS[which];
  const lambda = rounded(Math.min(high, Math.max(low, value)), 2);
  plane.value = { ...plane.peek(), [which]: lambda };
  const sum = point(sums.peek().merged);
  say(({ plane: t }) => t.weighed(which === "lambda" ? "λ" : "λ₂", weight(lambda), sum));
}

export function takeSecond(two: boolean): void {
  plane.value = { ...plane.peek(), two };
  const sum = point(sums.peek().merged);
  say(({ plane: t }) => t.merged(sum));
}

/** All as it is at first; a try begins there, too. */
export function startOver(changes: Partial<State> = {}): void {
  plane.value = { ...usual(KEYS), ...changes };
}

export function begin(tried: Try): void {
  startOver({ ...TRIES[tried], tried });
}
