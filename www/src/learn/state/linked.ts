// The parts of the page whose state a link opens, and the link to the state of now.
import { type Signal, signal } from "@preact/signals";
import { type Keys, read, speaksOf, write } from "./link";

type Part = {
  name: string;
  open(hash: string): void;
  written(): string;
};

const parts: Part[] = [];

/** The state of a part, by its keys; it begins as the page's own link says. Call it in a module that is
 * loaded with the page: a link says nothing of parts that are not known yet. */
export function linked<V extends object>(name: string, keys: Keys<V>): Signal<V> {
  const state = signal(read(location.hash, name, keys));
  parts.push({
    name,
    open: (hash) => {
      state.value = read(hash, name, keys);
    },
    written: () => write(name, keys, state.peek()),
  });
  return state;
}

/** The link to the state of all parts. */
export function linkHere(): string {
  const written = parts.map((part) => part.written()).filter(Boolean);
  return location.href.replace(/#.*/, "") + (written.length > 0 ? `#${written.join("&")}` : "");
}

/** A link to another state, opened on the page itself. Others lead to places on it. */
export function followLinks(): void {
  window.addEventListener("hashchange", () => {
    const { hash } = location;
    if (!parts.some(({ name }) => speaksOf(hash, name))) return;
    for (const part of parts) part.open(hash);
  });
}
