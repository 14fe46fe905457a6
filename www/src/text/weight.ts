// λ as it is typed and as it is shown.

/** The λ that was typed; null unless it is finite as an f32, in which the merge computes. */
export function parseWeight(text: string): number | null {
  if (text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(Math.fround(value)) ? value : null;
}

/** One λ, or several with a comma, a semicolon or a space between them; null where one is none. A comma
 * without a space may have been meant as a decimal one, unless there is a decimal point: it is none. */
export function parseWeights(text: string): number[] | null {
  const between = text.includes(".") ? /\s*[;,]\s*|\s+/ : /\s*;\s*|\s*,\s+|\s+/;
  const parts = text.trim().replace(/[,;]$/, "").split(between);
  const weights = parts.flatMap((part) => parseWeight(part) ?? []);
  return weights.length === parts.length ? weights : null;
}

/** A λ with a true minus sign. */
export function weightText(weight: number): string {
  return String(weight).replaceAll("-", "−");
}

/** `1, −0.5` for a tensor's λ per chat model. */
export function weightsText(weights: number[]): string {
  return weights.map(weightText).join(", ");
}
