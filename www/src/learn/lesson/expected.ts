// What merged models of the miniature measured in PyTorch, for teachers to compare with.
import type { Measure } from "./exercises";

export const EXPECTED: readonly ({ lambda: number } & Record<Measure, number>)[] = [
  { lambda: 0, instructions: 0, turns: 0.21, refusals: 0, language: 1, loss: 0.59 },
  { lambda: 0.25, instructions: 0, turns: 1, refusals: 0, language: 1, loss: 0.6 },
  { lambda: 1, instructions: 0.92, turns: 0.92, refusals: 1, language: 1, loss: 0.95 },
  { lambda: 2, instructions: 0.96, turns: 0.71, refusals: 0.96, language: 1, loss: 1.57 },
];
