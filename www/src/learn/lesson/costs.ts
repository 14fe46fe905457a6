// What a merge of Mistral-7B's size takes, by its number of parameters.

/** Those of Mistral-7B, as its safetensors headers count them. */
export const PARAMETERS = 7_241_732_096;
const BF16 = 2;
const F32 = 4;
const MODELS = 3;

/** In bytes. */
export const MODEL = PARAMETERS * BF16;
export const INPUT = MODEL * MODELS;
export const OUTPUT = PARAMETERS * F32;
/** To Downloads: the browser's copy, and the one that is saved. */
export const TWICE = OUTPUT * 2;

/** In bytes a second. */
export const DISKS = [100e6, 500e6, 2e9] as const;

/** To read the input and write the output, by a disk that does the one or the other. */
export function seconds(bytesPerSecond: number): number {
  return (INPUT + OUTPUT) / bytesPerSecond;
}
