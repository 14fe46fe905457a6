// What is loaded once the page is ready, and whether the page works without a network.
import { effect, signal } from "@preact/signals";
import type { Offline } from "../offline";
import { isBusy, worker } from "./store";

export const offline = signal<Offline>("no");
let begun: Promise<void> | undefined;

/** Loaded at once when the page is ready, so that it is there when the host is not. */
export function later() {
  return import("../later");
}

/** Once the page is ready. */
export function workOffline(): void {
  effect(() => {
    if (worker.value.kind !== "ready") return;
    begun ??= later()
      .then(({ keepOffline, followRecipeLinks }) => {
        followRecipeLinks();
        return keepOffline(isBusy, offline);
      })
      // Without it the page works as well as before.
      .catch(() => {});
  });
}
