// The tensors of a vector as a map: modules from top to bottom, layers from left to right.
import type { TensorNorms } from "../protocol";

export type Heat = {
  layers: number[];
  rows: { module: string; cells: (TensorNorms | undefined)[] }[];
  /** Those that are in no layer. */
  outside: TensorNorms[];
};

/** From what a layer does first to what it does last. */
const ORDER = [
  "input_layernorm",
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "post_attention_layernorm",
  "mlp.gate_proj",
  "mlp.up_proj",
  "mlp.down_proj",
  "embed_tokens",
  "norm",
  "lm_head",
];
/** Shades, from nothing to the most. */
export const SHADES = 8;

const place = (module: string) => (ORDER.includes(module) ? ORDER.indexOf(module) : ORDER.length);

export function heatOf(norms: readonly TensorNorms[]): Heat {
  const inOrder = norms.toSorted((a, b) => place(a.module) - place(b.module));
  const inside = inOrder.filter(({ layer }) => layer !== null);
  const layers = [...new Set(inside.map(({ layer }) => layer ?? 0))].sort((a, b) => a - b);
  const modules = [...new Set(inside.map(({ module }) => module))];
  return {
    layers,
    rows: modules.map((module) => ({
      module,
      cells: layers.map((at) => inside.find((norm) => norm.module === module && norm.layer === at)),
    })),
    outside: inOrder.filter(({ layer }) => layer === null),
  };
}

export function shadeOf(value: number, most: number): number {
  return most > 0 ? Math.min(SHADES, Math.round((value / most) * SHADES)) : 0;
}

/** In percent, with two digits that say something. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value.toFixed(value < 10 ? (value < 1 ? 2 : 1) : 0)}%`;
}
