// What the models are measured at: for the table, and for the curve. A merge that was measured once is
// not measured again.
import { batch, signal } from "@preact/signals";
import type { LessonClient } from "../client";
import { mergedMeasures, miniatureState } from "../lesson/bridge";
import type { CurveRow, Measured, State } from "../protocol";
import type { Shown } from "./answers";
import { LAMBDAS } from "./lambdas";

export type Measures = readonly Measured[];
/** Nothing where it is not known yet. */
export const measured = signal<Partial<Record<Shown, Measures>>>({});
/** By λ, from the lowest. */
export const curve = signal<readonly CurveRow[]>([]);

const known = new Map<string, Measured[]>();

export async function measureOriginals(client: LessonClient): Promise<void> {
  for (const which of ["target", "chat", "base"] as const) {
    const measures = await client.measure(which);
    measured.value = { ...measured.peek(), [which]: measures };
  }
}

/** `isWanted`: asked again once it is there. */
export async function measureMerged(client: LessonClient, state: State, isWanted: () => boolean): Promise<void> {
  const measures = known.get(keyOf(state)) ?? (await client.measureMerged(state));
  known.set(keyOf(state), measures);
  if (!isWanted()) return;
  measured.value = { ...measured.peek(), merged: measures };
  mergedMeasures.value = [...measures];
}

/** What was merged is no longer what is measured. */
export function mergedHasChanged(state: State): void {
  const { merged: _, ...others } = measured.peek();
  const merged = known.get(keyOf(state));
  measured.value = merged ? { ...others, merged } : others;
  // The exercises note measures with the state of that moment: both change at once.
  batch(() => {
    miniatureState.value = state;
    mergedMeasures.value = merged ? [...merged] : null;
  });
}

/** Draws the curve of a state for whatever λ: at once where it was measured before. */
export async function drawCurve(client: LessonClient, state: State): Promise<void> {
  const at = (lambda: number): State => ({ ...state, weights: state.weights.with(0, lambda) });
  const measures = (lambda: number) => known.get(keyOf(at(lambda)));
  const show = () => {
    curve.value = LAMBDAS.toSorted((a, b) => a - b).flatMap((lambda) => {
      const row = measures(lambda);
      return row ? [{ lambda, measures: row }] : [];
    });
  };
  show();
  const missing = LAMBDAS.filter((lambda) => !measures(lambda));
  for await (const row of client.curve(state, missing)) {
    known.set(keyOf(at(row.lambda)), row.measures);
    show();
  }
}

export function forget(): void {
  known.clear();
  measured.value = {};
  curve.value = [];
  batch(() => {
    miniatureState.value = null;
    mergedMeasures.value = null;
  });
}

function keyOf(state: State): string {
  return JSON.stringify([state.weights, state.embeddings, state.part, state.layers]);
}
