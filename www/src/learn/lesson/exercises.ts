// The exercises: what each begins with, and whether what was tried in the miniature meets its goal.
// What they say stands in the text.
import type { Measured, State } from "../protocol";
import type { Try } from "./bridge";

/** All limits of the exercises, fitted to the miniature's models: shares, and λ. */
export const LIMITS = {
  /** Instructions: it answers. */
  answers: 0.5,
  /** Language: it keeps to its own. */
  keeps: 0.9,
  /** Loss, in nats per word: it has lost much of its own language. */
  slips: 1,
  /** Refusals: it refuses nothing, or nearly so. */
  refusesNothing: 0.15,
  /** How near below a λ that is enough one has to lie that is not. */
  step: 0.05,
  /** The part of a skill that is as good as the whole. */
  survives: 0.8,
  /** A skill that is there, and can be forgotten. */
  isThere: 0.2,
  /** What is left of a skill that was forgotten. */
  isForgotten: 0.5,
} as const;

/** How many layers the miniature has. */
const LAYERS = 4;

export type Measure = "instructions" | "turns" | "refusals" | "language" | "loss";
/** What is not done yet. */
export type Lack =
  | { kind: "at-least" | "at-most"; measure: Measure; limit: number; value: number }
  /** The smallest λ lies between these. */
  | { kind: "between"; low: number; high: number }
  | { kind: Todo };
export type Todo =
  | "lower"
  | "all-modules"
  | "with-embeddings"
  | "without-embeddings"
  | "everything"
  | "less"
  | "with-zero"
  | "below-zero";
/** What comes out of two tries that are compared. */
export type Found = { measure: Measure; before: number; after: number };
/** Met where nothing lacks. */
export type Outcome = { lacks: Lack[]; found?: Found };

export type Exercise = {
  /** The part of the hash with which the miniature opens. */
  start: string;
  /** Of all tries, the last of them last; there is one at least. */
  check(tries: readonly Try[]): Outcome;
};

export const EXERCISES = {
  both: {
    start: "tiny.lambda=0&tiny.lambda2=0",
    check: (tries) => ({
      lacks: [...atLeast(last(tries), "instructions", LIMITS.answers), ...keepsLanguage(last(tries))],
    }),
  },
  smallest: { start: "tiny.lambda=1&tiny.lambda2=0", check: smallest },
  slip: {
    start: "tiny.lambda=1&tiny.lambda2=0",
    check: (tries) => ({ lacks: atLeast(last(tries), "loss", LIMITS.slips) }),
  },
  embeddings: { start: "tiny.lambda=1&tiny.lambda2=0&tiny.embeddings=yes", check: embeddings },
  where: { start: "tiny.lambda=1&tiny.lambda2=0&tiny.part=all", check: where },
  forget: { start: "tiny.lambda=1&tiny.lambda2=0", check: forget },
  polite: {
    start: "tiny.lambda=1&tiny.lambda2=0",
    check: (tries) => ({
      lacks: [
        ...atLeast(last(tries), "instructions", LIMITS.answers),
        ...atMost(last(tries), "refusals", LIMITS.refusesNothing),
      ],
    }),
  },
} satisfies Record<string, Exercise>;

export type ExerciseName = keyof typeof EXERCISES;
export const ALL_EXERCISES = Object.keys(EXERCISES) as ExerciseName[];

/** Whether what was tried meets an exercise, and what lacks; null where nothing was. */
export function outcomeOf(name: ExerciseName, tries: readonly Try[]): Outcome | null {
  return tries.length === 0 ? null : EXERCISES[name].check(tries);
}

// The checks that look at more than the last try

function smallest(tries: readonly Try[]): Outcome {
  const line = tries.filter((one) => isLike(one, last(tries), { but: "lambda" }));
  const enough = line.filter(answers).map(lambdaOf);
  if (enough.length === 0) return { lacks: atLeast(last(tries), "instructions", LIMITS.answers) };
  const high = Math.min(...enough);
  const low = Math.max(...line.map(lambdaOf).filter((lambda) => lambda < high));
  // As sliders step, 0.55 − 0.5 is a little more than 0.05.
  if (high - low <= LIMITS.step + 1e-9) return { lacks: [] };
  return { lacks: [Number.isFinite(low) ? { kind: "between", low, high } : { kind: "lower" }] };
}

function embeddings(tries: readonly Try[]): Outcome {
  const whole = tries.filter((one) => one.state.embeddings && one.state.part === "all" && answers(one));
  for (const before of whole) {
    const after = tries.find((one) => !one.state.embeddings && isLike(one, before, { but: "embeddings" }));
    if (after) return { lacks: [], found: compared("instructions", before, after) };
  }
  const { state } = last(tries);
  if (state.part !== "all") return { lacks: [{ kind: "all-modules" }] };
  if (!state.embeddings) return { lacks: [{ kind: "with-embeddings" }] };
  if (!answers(last(tries))) return { lacks: atLeast(last(tries), "instructions", LIMITS.answers) };
  return { lacks: [{ kind: "without-embeddings" }] };
}

function where(tries: readonly Try[]): Outcome {
  const whole = (one: Try) => !isLess(one.state) && one.state.embeddings && answers(one);
  const pairs = tries.filter(whole).flatMap((before) => {
    const less = tries.filter((one) => isLess(one.state) && hasWeightsOf(one, before));
    return less.map((after) => compared("instructions", before, after));
  });
  const found = pairs.find(({ before, after }) => after >= LIMITS.survives * before);
  if (found) return { lacks: [], found };
  const now = last(tries);
  if (!isLess(now.state)) {
    if (!answers(now)) return { lacks: atLeast(now, "instructions", LIMITS.answers) };
    return { lacks: [{ kind: now.state.embeddings ? "less" : "with-embeddings" }] };
  }
  const before = tries.find((one) => whole(one) && hasWeightsOf(one, now));
  if (!before) return { lacks: [{ kind: "everything" }] };
  return { lacks: atLeast(now, "instructions", LIMITS.survives * value(before, "instructions")) };
}

function forget(tries: readonly Try[]): Outcome {
  const skills = ["instructions", "turns", "refusals"] as const;
  const isThere = (one: Try) => skills.some((skill) => value(one, skill) >= LIMITS.isThere);
  for (const after of tries) {
    for (const before of tries.filter((one) => isLike(one, withoutNegative(after), {}))) {
      if (before === after) continue;
      for (const skill of skills) {
        const found = compared(skill, before, after);
        const { before: had, after: has } = found;
        if (had >= LIMITS.isThere && has <= LIMITS.isForgotten * had) return { lacks: [], found };
      }
    }
  }
  const now = last(tries);
  if (!isNegative(now)) {
    if (!isThere(now)) return { lacks: atLeast(now, "instructions", LIMITS.answers) };
    return { lacks: [{ kind: "below-zero" }] };
  }
  const before = tries.find((one) => isLike(one, withoutNegative(now), {}));
  return { lacks: [{ kind: before && isThere(before) ? "lower" : "with-zero" }] };
}

// What they are made of

function last(tries: readonly Try[]): Try {
  const one = tries.at(-1);
  if (!one) throw new RangeError();
  return one;
}

function value({ measures }: Try, name: Measure): number {
  return measures.find((measure: Measured) => measure.name === name)?.value ?? Number.NaN;
}

function atLeast(one: Try, measure: Measure, limit: number): Lack[] {
  const is = value(one, measure);
  return is >= limit ? [] : [{ kind: "at-least", measure, limit, value: is }];
}

function atMost(one: Try, measure: Measure, limit: number): Lack[] {
  const is = value(one, measure);
  return is <= limit ? [] : [{ kind: "at-most", measure, limit, value: is }];
}

const keepsLanguage = (one: Try) => atLeast(one, "language", LIMITS.keeps);
const answers = (one: Try) => atLeast(one, "instructions", LIMITS.answers).length === 0;
const lambdaOf = ({ state }: Try) => state.weights[0] ?? 0;
const isNegative = ({ state }: Try) => state.weights.some((lambda) => lambda < 0);

function compared(measure: Measure, one: Try, other: Try): Found {
  return { measure, before: value(one, measure), after: value(other, measure) };
}

/** The state in which negative vectors are not added at all. */
function withoutNegative({ state }: Try): Pick<Try, "state"> {
  return { state: { ...state, weights: state.weights.map((lambda) => Math.max(0, lambda)) } };
}

/** Whether only some modules or layers take part. */
function isLess({ part, layers }: State): boolean {
  return part !== "all" || (layers !== null && layers[1] - layers[0] + 1 < LAYERS);
}

function hasWeightsOf(one: Pick<Try, "state">, other: Pick<Try, "state">): boolean {
  const [weights, others] = [one.state.weights, other.state.weights];
  return weights.length === others.length && weights.every((lambda, i) => lambda === others[i]);
}

/** Whether two states are the same, but for the first λ or the embeddings. */
function isLike(
  one: Pick<Try, "state">,
  other: Pick<Try, "state">,
  { but }: { but?: "lambda" | "embeddings" },
): boolean {
  const key = ({ state: { weights, embeddings, part, layers } }: Pick<Try, "state">) =>
    JSON.stringify([
      but === "lambda" ? weights.slice(1) : weights,
      but === "embeddings" || embeddings,
      part,
      layers ?? [0, LAYERS - 1],
    ]);
  return key(one) === key(other);
}
