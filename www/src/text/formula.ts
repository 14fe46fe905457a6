// The formula of the merge, as it stands with the names and the λ that are given.
import { shortName } from "./model-name";
import { parseWeight, weightText } from "./weight";

export type Term = { sign: "+" | "−"; weight: string; chat: string };
export type Formula = { start: string; base: string; terms: Term[] };
/** What models are called; empty where nobody has said. */
export type Names = { base: string; target: string; chats: string[] };

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** λ with a number below: `λ₁₂` for 12. */
export function lambda(number: number): string {
  return `λ${[...String(number)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")}`;
}

/** `curves`: λ by layer, as it is typed; empty where there is none. */
export function formula(
  hasTarget: boolean,
  weights: string[],
  names: Names,
  curves: string[] = [],
): Formula {
  const base = shortName(names.base) || "base";
  return {
    start: hasTarget ? shortName(names.target) || "target" : base,
    base,
    terms: weights.map((text, index) => {
      const chat = shortName(names.chats[index] ?? "") || `chat model ${index + 1}`;
      if (curves[index]?.trim()) return { sign: "+", weight: `${lambda(index + 1)}(layer)`, chat };
      const weight = parseWeight(text);
      return {
        sign: weight !== null && weight < 0 ? "−" : "+",
        weight: weight === null ? lambda(index + 1) : weightText(Math.abs(weight)),
        chat,
      };
    }),
  };
}

/** The formula as one line of text. */
export function formulaText({ start, base, terms }: Formula): string {
  const sum = terms.map(({ sign, weight, chat }) => ` ${sign} ${weight} × (${chat} − ${base})`);
  return `merged = ${start}${sum.join("")}`;
}
