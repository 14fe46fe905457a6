// Where things lie in the numbers of an inspection: see `Inspected` in the worker's messages.
import type { Inspected } from "../protocol";

/** The columns that are there once. */
export const fixedColumn = {
  elements: 0,
  base: 1,
  target: 2,
  loss: 3,
  baseNan: 4,
  baseInfinite: 5,
  targetNan: 6,
  targetInfinite: 7,
} as const;

/** The columns of each chat model. */
export const chatColumn = {
  norm: 0,
  ratio: 1,
  largest: 2,
  cosine: 3,
  nan: 4,
  infinite: 5,
} as const;

const FIXED = 8;
const PER_CHAT = 6;

/** The place of a chat model's number in a row. */
export function column(chat: number, of: keyof typeof chatColumn): number {
  return FIXED + PER_CHAT * chat + chatColumn[of];
}

/** The place of the cosine between two chat models' vectors. */
export function pairColumn(chats: number, one: number, other: number): number {
  const [i, j] = one < other ? [one, other] : [other, one];
  return FIXED + PER_CHAT * chats + (j * (j - 1)) / 2 + i;
}

export function width(chats: number): number {
  return FIXED + PER_CHAT * chats + (chats * (chats - 1)) / 2;
}

/** The numbers of a tensor; after the last one, those of all together. */
export function rowOf({ chats, values }: Inspected, tensor: number): Float64Array {
  const columns = width(chats);
  return values.subarray(tensor * columns, (tensor + 1) * columns);
}
