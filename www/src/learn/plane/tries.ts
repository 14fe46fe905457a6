// What there is to try on the plane: for each the state that it begins with, where that differs from
// the usual one. What is to be seen stands in the text.
import type { Plane } from "./geometry";

export const TRIES = {
  zero: { lambda: 0 },
  itself: { target: { x: -3, y: -2 } },
  orthogonal: { chat: { x: 1, y: -2 }, target: { x: -3, y: 1.5 } },
  opposing: {
    base: { x: 0, y: -2 },
    chat: { x: 3, y: -1 },
    second: { x: -3, y: -3 },
    target: { x: -1, y: 1.5 },
    two: true,
    lambda2: 1,
  },
  negative: { lambda: -0.5 },
  far: { lambda: 2 },
} as const satisfies Record<string, Partial<Plane>>;

export type Try = keyof typeof TRIES;
export const ALL_TRIES = Object.keys(TRIES) as Try[];
