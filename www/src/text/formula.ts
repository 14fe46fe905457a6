// The formula of the merge, as it stands with the names and the λ that are given.
import { text } from "./language";
import { shortName } from "./model-name";
import { parseWeights, weightsText, weightText } from "./weight";

/** `vector`: what is added, such as `(chat − base)`. */
export type Term = { sign: "+" | "−"; weight: string; vector: string };
/** `start` is empty where the vector alone is made; `where` says what symbols stand for, such as
 * `λ₁ ∈ {0.5, 1}`. */
export type Formula = { start: string; terms: Term[]; where: string[] };
/** A chat model of the formula: λ and λ by layer as they are typed, and whether it is a vector already. */
export type Chat = { weight: string; curve: string; isVector: boolean };
/** What models are called; empty where nobody has said. */
export type Names = { base: string; target: string; chats: string[] };

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** λ with a number below: `λ₁₂` for 12. */
export function lambda(number: number): string {
  return `λ${[...String(number)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")}`;
}

export function formula(start: "target" | "base" | "none", chats: Chat[], names: Names): Formula {
  const { role, formula: words } = text.value;
  const base = shortName(names.base) || role.base;
  const starts = { target: shortName(names.target) || role.target, base, none: "" };
  return {
    start: starts[start],
    terms: chats.map(({ weight: text, curve, isVector }, index) => {
      const chat = shortName(names.chats[index] ?? "") || role.chat(index + 1);
      const vector = isVector ? chat : `(${chat} − ${base})`;
      if (curve.trim()) return { sign: "+", weight: `${lambda(index + 1)}(${words.layer})`, vector };
      const weights = parseWeights(text);
      const weight = weights?.length === 1 ? (weights[0] ?? null) : null;
      return {
        sign: weight !== null && weight < 0 ? "−" : "+",
        weight: weight === null ? lambda(index + 1) : weightText(Math.abs(weight)),
        vector,
      };
    }),
    where: chats.flatMap(({ weight, curve }, index) => {
      const weights = parseWeights(weight);
      if (!weights || weights.length === 1) return [];
      const where = `${lambda(index + 1)} ∈ {${weightsText(weights)}}`;
      return [curve.trim() ? words.outsideOfLayers(where) : where];
    }),
  };
}

/** What stands before a term: nothing before the first of a vector alone. */
export function signOf({ start }: Formula, { sign }: Term, index: number): string {
  return start === "" && index === 0 ? (sign === "−" ? "−" : "") : sign;
}

/** The formula as one line of text. */
export function formulaText(formula: Formula): string {
  const { start, terms, where } = formula;
  const sum = terms.map((term, index) => {
    const sign = signOf(formula, term, index);
    return ` ${sign}${sign && " "}${term.weight} × ${term.vector}`;
  });
  const { merged, vector } = text.value.formula;
  const sums = `${start === "" ? vector : merged} =${start && ` ${start}`}${sum.join("")}`;
  return [sums, ...where].join(", ");
}
