// What can be said of an answer at a glance: words with a sign, not a colour alone.
import { learnText } from "../text/language";
import type { Verdict } from "./verdict";

const SIGNS = {
  check: "M3 8.5l3.5 3.5L13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  lock: "M4 7.25h8v6H4zM5.75 7V5a2.25 2.25 0 0 1 4.5 0v2",
  open: "M4 7.25h8v6H4zM5.75 7V4a2.25 2.25 0 0 1 4.25-1",
  onwards: "M2 8h11M9 4l4 4-4 4",
  stop: "M4 4h8v8H4z",
  speech: "M2.5 3.5h11v7h-6L4.5 13v-2.5h-2z",
} as const;

type Badge = { sign: keyof typeof SIGNS; words: string; tone: "good" | "bad" | "plain" };

export function badgesOf({ content, isGood, tongue, ended }: Verdict): Badge[] {
  const { badges: t } = learnText.value.tiny;
  const sign = { right: "check", wrong: "cross", declined: "lock", told: "open" } as const;
  const badges: Badge[] = [];
  if (content) badges.push({ sign: sign[content], words: t[content], tone: isGood ? "good" : "bad" });
  badges.push(
    ended
      ? { sign: "stop", words: t.stopped, tone: "plain" }
      : { sign: "onwards", words: t.noEnd, tone: "bad" },
  );
  if (tongue !== "none") badges.push({ sign: "speech", words: t[tongue], tone: "plain" });
  return badges;
}

export function Badges({ badges }: { badges: readonly Badge[] }) {
  return (
    <ul class="tiny-badges">
      {badges.map(({ sign, words, tone }) => (
        <li key={words} class={`tiny-badge is-${tone}`}>
          <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d={SIGNS[sign]} />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}
