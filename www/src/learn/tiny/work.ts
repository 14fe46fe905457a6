// What the models are asked while a person makes their choices: the merge follows each of them, dropping
// those that come while another merge is under way but for the last.
import { computed, effect, signal } from "@preact/signals";
import { type LessonClient, LessonDied } from "../client";
import type { LessonSummary, State } from "../protocol";
import { ask, forget as forgetAnswers } from "./answers";
import { promptOf, unknownIn } from "./conversation";
import { drawCurve, forget as forgetMeasures, measured, measureMerged, measureOriginals, mergedHasChanged } from "./measures";
import { norms } from "./norms";
import { mergeState, prompt, tiny } from "./state";

/** Until a person is taken to have made up their mind, in milliseconds. */
const REST = 300;

/** What the merged card shows. */
export const merged = signal<State | null>(null);

/** Works until it is stopped. */
export function work(client: LessonClient, summary: LessonSummary): () => void {
  let isOver = false;
  const report = (error: unknown) => {
    if (isOver || error instanceof LessonDied) return;
    client.end(error instanceof Error ? error.message : String(error));
  };

  // The same object as long as it says the same.
  const key = computed(() => JSON.stringify(mergeState(summary)));
  const state = computed(() => JSON.parse(key.value) as State);
  const curveKey = computed(() => JSON.stringify({ ...state.value, weights: state.value.weights.with(0, 0) }));
  // A text with unknown words is not asked: what was asked before it stands.
  const question = signal(promptOf(tiny.peek().turns, tiny.peek().tongue));

  type Wish = { state: State; prompt: string };
  let wish: Wish | null = null;
  let isMerging = false;
  const follow = async () => {
    if (isMerging) return;
    isMerging = true;
    let asked: Wish | null = null;
    try {
      while (!isOver && wish && wish !== asked) {
        const now: Wish = wish;
        if (merged.peek() !== now.state) await client.merge(now.state);
        if (isOver) return;
        merged.value = now.state;
        // Nobody waits for the reply: the next merge, or the next question, drops what is left of it.
        void ask(client, "merged", now.prompt);
        asked = now;
      }
    } catch (error) {
      report(error);
    } finally {
      isMerging = false;
    }
  };

  const stops = [
    effect(() => {
      const asked = prompt.value;
      if (unknownIn(tiny.peek().text, summary.words).length === 0) question.value = asked;
    }),
    effect(() => {
      wish = { state: state.value, prompt: question.value };
      void follow();
    }),
    effect(() => {
      for (const which of ["base", "chat", "target"] as const) void ask(client, which, question.value);
    }),
    effect(() => {
      const now = state.value;
      mergedHasChanged(now);
      if (measured.peek().merged) return;
      return later(() => {
        measureMerged(client, now, () => state.peek() === now).catch(report);
      });
    }),
    effect(() => {
      // λ itself is what the curve is drawn over.
      void curveKey.value;
      client.cancelCurve();
      return later(() => void drawCurve(client, state.peek()).catch(report));
    }),
  ];
  client.norms().then((found) => {
    norms.value = found;
  }, report);
  measureOriginals(client).catch(report);

  return () => {
    isOver = true;
    for (const stop of stops) stop();
    merged.value = null;
    norms.value = [];
    forgetAnswers();
    forgetMeasures();
  };
}

function later(action: () => void): () => void {
  const timer = setTimeout(action, REST);
  return () => clearTimeout(timer);
}
