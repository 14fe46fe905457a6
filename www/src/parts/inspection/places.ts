// Where a tensor lies in a model, by its name: in which layer, and what it is there.

export type Place = {
  /** Null outside of layers. */
  layer: number | null;
  /** What comes before the layer's number: `model.layers`. */
  stack: string;
  /** What it is in its layer, `self_attn.q_proj`, or its name where it is in none. */
  module: string;
};

/** `model.layers.3.self_attn.q_proj.weight` is `self_attn.q_proj` in layer 3 of `model.layers`. */
export function placeOf(tensor: string): Place {
  const parts = tensor.split(".");
  const at = parts.findIndex((part, i) => i > 0 && i < parts.length - 1 && /^\d{1,6}$/.test(part));
  const short = (parts: string[]) =>
    (parts.length > 1 && parts.at(-1) === "weight" ? parts.slice(0, -1) : parts).join(".");
  if (at < 0) return { layer: null, stack: "", module: short(parts) };
  return {
    layer: Number(parts[at]),
    stack: parts.slice(0, at).join("."),
    module: short(parts.slice(at + 1)),
  };
}

/** Tensors as a grid of layers and modules, and those that are in no layer. */
export type Grid = {
  layers: number[];
  modules: string[];
  /** For each layer and each module the tensor, by its place; −1 where there is none. */
  cells: number[][];
  others: number[];
  /** More cells than can be drawn: there is no grid. */
  isTooLarge: boolean;
};

/** The most cells of a grid. */
const MOST = 20_000;

export function gridOf(tensors: readonly string[]): Grid {
  const places = tensors.map(placeOf);
  const stacks = new Set(places.filter(({ layer }) => layer !== null).map(({ stack }) => stack));
  // Several stacks, such as an encoder and a decoder, have modules of the same names.
  const nameOf = ({ stack, module }: Place) => (stacks.size > 1 ? `${stack} … ${module}` : module);
  const modules = new Map<string, number>();
  const rows = new Map<number, Map<number, number>>();
  const others: number[] = [];
  places.forEach((place, tensor) => {
    if (place.layer === null) {
      others.push(tensor);
      return;
    }
    const name = nameOf(place);
    const at = modules.get(name) ?? modules.size;
    modules.set(name, at);
    const row = rows.get(place.layer) ?? new Map<number, number>();
    rows.set(place.layer, row);
    row.set(at, tensor);
  });
  if (rows.size * modules.size > MOST) {
    return { layers: [], modules: [], cells: [], others: [], isTooLarge: true };
  }
  const layers = [...rows.keys()].sort((a, b) => a - b);
  const names = [...modules.keys()];
  // Alphabetical order puts what belongs together side by side.
  const order = names.map((_, i) => i).sort((a, b) => compare(names[a] ?? "", names[b] ?? ""));
  return {
    layers,
    modules: order.map((i) => names[i] ?? ""),
    cells: layers.map((layer) => order.map((i) => rows.get(layer)?.get(i) ?? -1)),
    others,
    isTooLarge: false,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
