// The formula of the merge, as it stands with the λ that are typed.
import { parseWeight, weightText } from "./weight";

export type Term = { sign: "+" | "−"; weight: string; chat: string };
export type Formula = { start: "target" | "base"; terms: Term[] };

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** λ with a number below: `λ₁₂` for 12. */
export function lambda(number: number): string {
  return `λ${[...String(number)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")}`;
}

export function formula(hasTarget: boolean, weights: string[]): Formula {
  return {
    start: hasTarget ? "target" : "base",
    terms: weights.map((text, index) => {
      const weight = parseWeight(text);
      return {
        sign: weight !== null && weight < 0 ? "−" : "+",
        weight: weight === null ? lambda(index + 1) : weightText(Math.abs(weight)),
        chat: `chat model ${index + 1}`,
      };
    }),
  };
}

/** The formula as one line of text. */
export function formulaText({ start, terms }: Formula): string {
  const sum = terms.map(({ sign, weight, chat }) => ` ${sign} ${weight} × (${chat} − base)`);
  return `merged = ${start}${sum.join("")}`;
}
