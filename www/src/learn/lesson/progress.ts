// Which exercises were done, kept in the browser for a person's next visit.
import { effect, signal } from "@preact/signals";
import { tries } from "./bridge";
import { ALL_EXERCISES, type ExerciseName, outcomeOf } from "./exercises";

const KEY = "chat-vector exercises";

export const done = signal<readonly ExerciseName[]>(saved());

effect(() => {
  const met = ALL_EXERCISES.filter((name) => outcomeOf(name, tries.value)?.lacks.length === 0);
  const before = done.peek();
  if (met.every((name) => before.includes(name))) return;
  keep(ALL_EXERCISES.filter((name) => before.includes(name) || met.includes(name)));
});

/** Forgets what was done and all that was tried: the last try would do some of it again. */
export function startAgain(): void {
  tries.value = [];
  keep([]);
}

function keep(names: readonly ExerciseName[]): void {
  done.value = names;
  try {
    if (names.length > 0) localStorage.setItem(KEY, names.join(" "));
    else localStorage.removeItem(KEY);
  } catch {
    // Some browsers keep nothing.
  }
}

function saved(): readonly ExerciseName[] {
  try {
    const names = (localStorage.getItem(KEY) ?? "").split(" ");
    return ALL_EXERCISES.filter((name) => names.includes(name));
  } catch {
    return [];
  }
}
