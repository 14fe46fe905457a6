// Inspection of the models: its start, its progress, its end, and until when it holds.
import { effect } from "@preact/signals";
import { Failed, WorkerDied } from "../client";
import { wordsOfError } from "../text/sentence";
import { workerClient } from "./actions";
import { blocked, givenCast, inspection, type InspectionState, plan, plannable } from "./store";

/** Reads the models through, and says what their chat vectors are like. */
export async function inspect(): Promise<void> {
  const wanted = plannable.peek();
  const planned = plan.peek();
  if (blocked.peek() !== null || !wanted || planned.kind !== "planned") return;
  inspection.value = { kind: "inspecting", progress: null, stopping: false };
  try {
    const { cast, recipe } = wanted;
    const asked = { kind: "inspect", cast, recipe } as const;
    const inspected = await workerClient().inspect(asked, (progress) => {
      const state = inspection.peek();
      if (state.kind === "inspecting") inspection.value = { ...state, progress };
    });
    inspection.value = { kind: "inspected", inspected, by: "itself", plan: planned.number };
  } catch (error) {
    inspection.value = ending(error);
  }
}

function ending(error: unknown): InspectionState {
  if (error instanceof WorkerDied) {
    return { kind: "failed", message: [({ inspection }) => inspection.stoppedEarly] };
  }
  if (error instanceof Failed && error.failure.kind === "cancelled") return { kind: "none" };
  return { kind: "failed", message: [wordsOfError(error)] };
}

export function stopInspecting(): void {
  const state = inspection.peek();
  if (state.kind !== "inspecting") return;
  inspection.value = { ...state, stopping: true };
  workerClient().cancel();
}

/** What was found out is about models that were given: with other models it goes. */
export function keepInspectionTrue(): void {
  let known = "";
  effect(() => {
    const given = JSON.stringify(givenCast.value);
    if (given !== known && inspection.peek().kind !== "inspecting") {
      inspection.value = { kind: "none" };
    }
    known = given;
  });
}
