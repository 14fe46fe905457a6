// Keeps the page in the browser by the service worker, and tells what came of it.

export type Offline =
  /** The browser keeps nothing, or not yet. */
  | "no"
  | "works"
  /** A newer version is kept as well. */
  | "newer";

type Signal<T> = { value: T };

/** Milliseconds between two looks whether the page has nothing to do. */
const PAUSE = 1000;

/** Where there are no service workers — no https, some private windows — nothing happens. */
export async function keepOffline(
  busy: Readonly<Signal<boolean>>,
  offline: Signal<Offline>,
): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // A merge has the network and the disk to itself.
  do await pause();
  while (busy.value);
  const registration = await container?.register("./sw.js");
  if (!registration) return;
  const look = async () => {
    const { waiting, active } = registration;
    if (!active) return;
    // A page from the host may be newer than both.
    const newer = waiting && (await isOurs(active)) && !(await isOurs(waiting));
    offline.value = newer ? "newer" : "works";
  };
  const follow = (worker: ServiceWorker | null) => {
    worker?.addEventListener("statechange", () => void look());
  };
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  follow(registration.waiting);
  await look();
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE);
  });
}

/** Whether the page's own program is of this version. */
function isOurs(worker: ServiceWorker): Promise<boolean> {
  const program = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(Boolean(data));
    worker.postMessage(program, [port2]);
  });
}
