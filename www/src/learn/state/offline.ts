// Whether the learn page works without a network: once its own files are kept too, which the service
// worker does when it is asked.
import { effect, signal } from "@preact/signals";
import type { Offline } from "../../offline";
import { later } from "../../state/offline";

export const offline = signal<Offline>("no");

export function workOffline(): void {
  /** Of the files that both pages share. */
  const shared = signal<Offline>("no");
  effect(() => {
    const state = shared.value;
    if (state === "newer") offline.value = state;
    if (state === "works") {
      void keepLearn().then((kept) => {
        if (shared.peek() === "works") offline.value = kept ? "works" : "no";
      });
    }
  });
  later()
    .then(({ keepOffline }) => keepOffline({ value: false }, shared))
    // Without it the page works as well as before.
    .catch(() => {});
}

async function keepLearn(): Promise<boolean> {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === true);
    active?.postMessage({ keep: "learn" }, [port2]);
  });
}
