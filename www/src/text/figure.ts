// Measured numbers for people: three digits.

/** `0.0123`, `1.23e-7`; a dash where nothing is known. */
export function figure(x: number): string {
  if (Number.isNaN(x)) return "–";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size < 1e-3 || size >= 1e5 ? x.toExponential(2) : plain(x);
  return text.replace("-", "\u2212").replace("e+", "e").replace("e-", "e\u2212");
}

function plain(x: number): string {
  return Number(x.toPrecision(3)).toString();
}

/** A share as a percentage: `1.23 %`. */
export function share(x: number): string {
  return Number.isNaN(x) ? "–" : `${figure(100 * x)}\u00a0%`;
}
