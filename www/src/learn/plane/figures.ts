// Numbers of the plane as they are read, with true minus signs.
import type { Vector } from "./geometry";

/** At least so many digits, and all of them where there are more, up to three. */
export function decimal(value: number, least = 1): string {
  const text = value.toFixed(3);
  const cut = text.replace(/0+$/, "");
  const digits = Math.max(least, cut.length - cut.indexOf(".") - 1);
  const told = value.toFixed(digits);
  return (Number(told) === 0 ? told.replace("-", "") : told).replace("-", "−");
}

/** `(2.0, −1.5)` */
export function point({ x, y }: Vector): string {
  return `(${decimal(x)}, ${decimal(y)})`;
}

export function weight(lambda: number): string {
  return decimal(lambda, 2);
}

/** Lengths and cosines: two digits. */
export function measure(value: number): string {
  const told = value.toFixed(2);
  return (Number(told) === 0 ? told.replace("-", "") : told).replace("-", "−");
}
