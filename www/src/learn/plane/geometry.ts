// The arithmetic of the plane: vectors of two numbers, the merge, and what is drawn of it.

export type Vector = { x: number; y: number };

export function plus(a: Vector, b: Vector): Vector {
  return tidy({ x: a.x + b.x, y: a.y + b.y });
}

export function minus(a: Vector, b: Vector): Vector {
  return tidy({ x: a.x - b.x, y: a.y - b.y });
}

export function times(factor: number, a: Vector): Vector {
  return tidy({ x: factor * a.x, y: factor * a.y });
}

export function length({ x, y }: Vector): number {
  return Math.hypot(x, y);
}

/** Of the angle between two vectors; null where one has no direction. */
export function cosine(a: Vector, b: Vector): number | null {
  const lengths = length(a) * length(b);
  if (lengths === 0) return null;
  return (a.x * b.x + a.y * b.y) / lengths;
}

/** Tenths times hundredths have three digits: what is more is an error of binary fractions. */
function tidy({ x, y }: Vector): Vector {
  return { x: rounded(x, 3), y: rounded(y, 3) };
}

export function rounded(value: number, digits: number): number {
  // Never −0.
  return Number(value.toFixed(digits)) + 0;
}

/** Two chat models at most; the second one takes part if it is `two`. */
export type Plane = {
  base: Vector;
  target: Vector;
  chat: Vector;
  second: Vector;
  two: boolean;
  lambda: number;
  lambda2: number;
};

/** merged = target + λτ + λ₂τ₂, with all that it is made of. */
export type Merge = {
  tau: Vector;
  scaled: Vector;
  /** The target with the first vector added. */
  between: Vector;
  tau2: Vector | null;
  scaled2: Vector | null;
  merged: Vector;
};

export function merge({ base, target, chat, second, two, lambda, lambda2 }: Plane): Merge {
  const tau = minus(chat, base);
  const scaled = times(lambda, tau);
  const between = plus(target, scaled);
  if (!two) return { tau, scaled, between, tau2: null, scaled2: null, merged: between };
  const tau2 = minus(second, base);
  const scaled2 = times(lambda2, tau2);
  return { tau, scaled, between, tau2, scaled2, merged: plus(between, scaled2) };
}

/** How far the points may be moved; the plane that is drawn is a little larger. */
export const LIMIT: Vector = { x: 6, y: 4 };
const EDGE = 0.8;
const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8, 12];

/** How many times as much of the plane must be drawn for all these points to be seen. */
export function zoomFor(points: Vector[]): number {
  const needed = Math.max(
    ...points.map(({ x, y }) => Math.max(Math.abs(x) / LIMIT.x, Math.abs(y) / LIMIT.y)),
  );
  return ZOOMS.find((zoom) => zoom >= needed) ?? Math.ceil(needed);
}

/** The plane as it is drawn: 0, 0 is in the middle, and y goes up. */
export type View = { width: number; height: number; unit: number };

export function viewOf(width: number, zoom: number): View {
  const unit = width / (2 * (LIMIT.x + EDGE) * zoom);
  return { width, height: 2 * (LIMIT.y + EDGE) * zoom * unit, unit };
}

export function toScreen({ width, height, unit }: View, { x, y }: Vector): Vector {
  return { x: width / 2 + x * unit, y: height / 2 - y * unit };
}

/** The nearest point that a model can be moved to, in tenths. */
export function toPlane({ width, height, unit }: View, { x, y }: Vector): Vector {
  return within({ x: (x - width / 2) / unit, y: (height / 2 - y) / unit });
}

export function within({ x, y }: Vector): Vector {
  const near = (value: number, limit: number) =>
    rounded(Math.min(limit, Math.max(-limit, value)), 1);
  return { x: near(x, LIMIT.x), y: near(y, LIMIT.y) };
}

/** `above` and `below` are places for the arrow's name. */
export type Arrow = {
  from: Vector;
  to: Vector;
  head: [Vector, Vector, Vector];
  above: Vector;
  below: Vector;
};
/** How far the name is from the arrow. */
const NAME = 16;

/** An arrow on the screen that leaves room for the points at its ends; null where there is none for it. */
export function arrow(from: Vector, to: Vector, room: { start: number; end: number }, head = 10): Arrow | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const long = Math.hypot(dx, dy);
  if (long < room.start + room.end + head / 2) return null;
  const [ux, uy] = [dx / long, dy / long];
  const at = (along: number, aside = 0): Vector => ({
    x: from.x + ux * along - uy * aside,
    y: from.y + uy * along + ux * aside,
  });
  const tip = long - room.end;
  const neck = tip - head;
  return {
    from: at(Math.min(room.start, neck)),
    to: at(neck),
    head: [at(tip), at(neck, head / 2), at(neck, -head / 2)],
    above: at((room.start + tip) / 2, ux < 0 ? NAME : -NAME),
    below: at((room.start + tip) / 2, ux < 0 ? -NAME : NAME),
  };
}
