// The models: fetched once a person wants them, and let go of when their worker dies.
import { computed, signal } from "@preact/signals";
import { LessonClient, LessonFailed } from "../client";
import type { LessonSummary } from "../protocol";
import { work } from "./work";

type Lesson =
  | { phase: "closed" | "loading" }
  | { phase: "open"; client: LessonClient; summary: LessonSummary }
  /** `why`: in English; empty where nobody knows. */
  | { phase: "failed"; why: string };

export const lesson = signal<Lesson>({ phase: "closed" });

export const opened = computed(() => (lesson.value.phase === "open" ? lesson.value : null));

let stop = () => {};

export async function open(): Promise<void> {
  const { phase } = lesson.peek();
  if (phase === "loading" || phase === "open") return;
  lesson.value = { phase: "loading" };
  const client: LessonClient = new LessonClient((why) => {
    fail(why);
    // One worker without the other is of no use.
    client.end(why);
  });
  try {
    const summary = await client.load();
    lesson.value = { phase: "open", client, summary };
    stop = work(client, summary);
  } catch (error) {
    // Of its death the client has told already.
    if (error instanceof LessonFailed) fail(error.message);
    client.end("");
  }
}

function fail(why: string): void {
  if (lesson.peek().phase === "failed") return;
  stop();
  stop = () => {};
  lesson.value = { phase: "failed", why };
}
