// The page's state as it stands in a link: `#plane.chat=2,1.5&plane.lambda=0.5`. Each part of the page
// has a name and its own keys; only what differs from a key's usual value is written. What can't be
// understood is taken for the usual value: a link never breaks the page.

/** How a value stands in a link; `parse` gives nothing for what is none. */
export type Kind<T> = { parse(text: string): T | undefined; write(value: T): string };
export type Key<T> = Kind<T> & { usual: T };
/** What a part keeps in a link, by the keys' names. */
export type Keys<V> = { readonly [N in keyof V]: Key<V[N]> };

export function key<T>(kind: Kind<T>, usual: T): Key<T> {
  return { ...kind, usual };
}

/** A number within limits, rounded to so many digits. */
export function decimal(low: number, high: number, digits: number): Kind<number> {
  return {
    parse: (text) => {
      if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) return undefined;
      const value = rounded(Number(text), digits);
      return value >= low && value <= high ? value : undefined;
    },
    write: (value) => String(rounded(value, digits)),
  };
}

/** Two numbers, `2,-1.5`. */
export function pair(x: Kind<number>, y: Kind<number>): Kind<{ x: number; y: number }> {
  return {
    parse: (text) => {
      const [first = "", second = "", ...more] = text.split(",");
      const [left, right] = [x.parse(first), y.parse(second)];
      const isPair = left !== undefined && right !== undefined && more.length === 0;
      return isPair ? { x: left, y: right } : undefined;
    },
    write: (value) => `${x.write(value.x)},${y.write(value.y)}`,
  };
}

export const flag: Kind<boolean> = {
  parse: (text) => (text === "yes" || text === "no" ? text === "yes" : undefined),
  write: (value) => (value ? "yes" : "no"),
};

/** One of a few words. */
export function choice<T extends string>(...words: readonly T[]): Kind<T> {
  return { parse: (text) => words.find((word) => word === text), write: (word) => word };
}

/** Any text up to so many characters, such as a prompt. */
export function words(most: number): Kind<string> {
  return { parse: (text) => (text.length <= most ? text : undefined), write: (text) => text };
}

/** What a part has where a link says nothing. */
export function usual<V extends object>(keys: Keys<V>): V {
  return Object.fromEntries(namesOf(keys).map((name) => [name, keys[name].usual])) as V;
}

/** What a link says of a part. */
export function read<V extends object>(hash: string, part: string, keys: Keys<V>): V {
  const told = entries(hash);
  const values = namesOf(keys).map((name) => {
    const text = told.get(`${part}.${String(name)}`);
    const value = text === undefined ? undefined : keys[name].parse(text);
    return [name, value ?? keys[name].usual];
  });
  return Object.fromEntries(values) as V;
}

/** Whether a link says anything of a part. */
export function speaksOf(hash: string, part: string): boolean {
  return [...entries(hash).keys()].some((name) => name.startsWith(`${part}.`));
}

/** What a part puts into a link: pairs with `&` between them, or nothing. */
export function write<V extends object>(part: string, keys: Keys<V>, values: V): string {
  const pairs = namesOf(keys).flatMap((name) => {
    const [text, usual] = [values[name], keys[name].usual].map((value) => keys[name].write(value));
    // Commas and spaces are to be read by people.
    const plain = encodeURIComponent(text ?? "").replaceAll("%2C", ",");
    return text === usual ? [] : [`${part}.${String(name)}=${plain}`];
  });
  return pairs.join("&");
}

function namesOf<V>(keys: Keys<V>): (keyof V)[] {
  return Object.keys(keys) as (keyof V)[];
}

function entries(hash: string): Map<string, string> {
  const pairs = hash.replace(/^#/, "").split("&");
  return new Map(
    pairs.flatMap((pair) => {
      const [name = "", ...rest] = pair.split("=");
      const text = decoded(rest.join("="));
      return text === null || rest.length === 0 ? [] : [[name, text] as const];
    }),
  );
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function rounded(value: number, digits: number): number {
  // Never −0, which reads as another number.
  return Number(value.toFixed(digits)) + 0;
}
