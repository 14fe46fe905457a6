import { expect, test } from "vitest";
import { gridOf, placeOf } from "./places";

test("places by name", () => {
  const place = (layer: number | null, stack: string, module: string) => ({ layer, stack, module });
  for (const [name, is] of [
    ["model.layers.12.self_attn.q_proj.weight", place(12, "model.layers", "self_attn.q_proj")],
    ["transformer.h.0.attn.c_attn.bias", place(0, "transformer.h", "attn.c_attn.bias")],
    ["layers.3.mlp.experts.7.w1.weight", place(3, "layers", "mlp.experts.7.w1")],
    ["model.embed_tokens.weight", place(null, "", "model.embed_tokens")],
    ["weight", place(null, "", "weight")],
    ["0.weight", place(null, "", "0")],
    ["a.9", place(null, "", "a.9")],
  ] as const) {
    expect(placeOf(name), name).toEqual(is);
  }
});

test("a grid of layers and modules", () => {
  const names = ["m.0.b.weight", "m.10.a.weight", "m.2.a.weight", "norm.weight", "m.2.b.weight"];
  expect(gridOf(names)).toEqual({
    layers: [0, 2, 10],
    modules: ["a", "b"],
    cells: [
      [-1, 0],
      [2, 4],
      [1, -1],
    ],
    others: [3],
    isTooLarge: false,
  });
  const { modules } = gridOf(["encoder.0.a.weight", "decoder.0.a.weight"]);
  expect(modules).toEqual(["decoder … a", "encoder … a"]);
});

test("what is too large to draw is no grid", () => {
  const names = Array.from({ length: 200 }, (_, i) => `m.${i}.k${i}.weight`);
  expect(gridOf(names)).toEqual({ layers: [], modules: [], cells: [], others: [], isTooLarge: true });
});
