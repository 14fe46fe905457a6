// Where the miniature of part 2 tells what it is set to and what its merged model measures, and the
// exercises read it. Nothing else of part 2 is known here.
import { effect, signal, untracked } from "@preact/signals";
import type { Measured, State } from "../protocol";

/** What the miniature is set to; null until its models are loaded. */
export const miniatureState = signal<State | null>(null);
/** Those of the model merged by that state; null until they are computed. */
export const mergedMeasures = signal<Measured[] | null>(null);

/** A state, and what its merged model measured. */
export type Try = { state: State; measures: readonly Measured[] };

/** More than a person makes; a slider that is drawn along makes many. */
const MOST = 500;

/** All that was measured since the page was loaded: each state once, the last one last. */
export const tries = signal<readonly Try[]>([]);

// New measures are of the state of now. A state that has changed still has those of the last one
// beside it, for a moment: these were noted with that one.
effect(() => {
  const measures = mergedMeasures.value;
  const state = untracked(() => miniatureState.value);
  if (!measures || !state) return;
  const others = tries.peek().filter((other) => !isSame(other.state, state));
  tries.value = [...others.slice(1 - MOST), { state, measures }];
});

function isSame(one: State, other: State): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered({ weights, embeddings, part, layers }: State) {
  return [weights, embeddings, part, layers];
}
