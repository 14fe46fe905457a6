// What each model says, word by word as it comes.
import { signal } from "@preact/signals";
import { type LessonClient, LessonFailed } from "../client";
import type { LessonFailure, Which } from "../protocol";

export const SHOWN = ["base", "chat", "target", "merged"] as const;
export type Shown = (typeof SHOWN)[number];

export type Said = {
  words: readonly string[];
  /** Nothing while it is still speaking. */
  end: { ended: boolean } | { failure: LessonFailure } | null;
};

/** Nothing before a model was asked. */
export const answers = {
  base: signal<Said | null>(null),
  chat: signal<Said | null>(null),
  target: signal<Said | null>(null),
  merged: signal<Said | null>(null),
} satisfies Partial<Record<Which, unknown>>;

const asked: Partial<Record<Shown, number>> = {};

/** Its last answer stands until there is a word of the new one. So does what was said of one that is
 * dropped: something newer is on its way. */
export async function ask(client: LessonClient, which: Shown, prompt: string): Promise<void> {
  const number = (asked[which] ?? 0) + 1;
  asked[which] = number;
  const said = answers[which];
  let words: readonly string[] = [];
  const show = (end: Said["end"]) => {
    if (asked[which] === number) said.value = { words, end };
  };
  try {
    const answer = await client.answer(which, prompt, (word) => {
      words = [...words, word];
      show(null);
    });
    if (!answer) return;
    words = answer.words;
    show({ ended: answer.ended });
  } catch (error) {
    if (!(error instanceof LessonFailed)) return;
    words = [];
    show({ failure: error.failure });
  }
}

export function forget(): void {
  for (const which of SHOWN) answers[which].value = null;
}
