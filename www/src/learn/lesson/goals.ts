// What the exercises ask for and what lacks, in words: their numbers are those of the limits.
import { measure, weight } from "../plane/figures";
import type { LessonText } from "../text/lesson/en";
import { type ExerciseName, type Found, type Lack, LIMITS } from "./exercises";

export function goalOf(name: ExerciseName, { exercises: { exercise: t } }: LessonText): string {
  const told = measure;
  const goals: Record<ExerciseName, () => string> = {
    both: () => t.both.goal(told(LIMITS.answers), told(LIMITS.keeps)),
    smallest: () => t.smallest.goal(told(LIMITS.answers), told(LIMITS.step)),
    slip: () => t.slip.goal(told(LIMITS.slips)),
    embeddings: () => t.embeddings.goal(told(LIMITS.answers)),
    where: () => t.where.goal(told(LIMITS.survives)),
    forget: () => t.forget.goal(told(LIMITS.isThere), told(LIMITS.isForgotten)),
    polite: () => t.polite.goal(told(LIMITS.answers), told(LIMITS.refusesNothing)),
  };
  return goals[name]();
}

export function lackOf(lack: Lack, { exercises: { measures, lack: t } }: LessonText): string {
  switch (lack.kind) {
    case "at-least":
      return t.atLeast(measures[lack.measure], measure(lack.value), measure(lack.limit));
    case "at-most":
      return t.atMost(measures[lack.measure], measure(lack.value), measure(lack.limit));
    case "between":
      return t.between(weight(lack.low), weight(lack.high));
    default:
      return t.todo[lack.kind];
  }
}

export function foundOf(found: Found, { exercises: t }: LessonText): string {
  return t.found(t.measures[found.measure], measure(found.before), measure(found.after));
}
