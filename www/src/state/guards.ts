// What keeps a person from losing a merge by accident.
import { holding, isBusy } from "./store";

/** Asks before the page is left while it merges or holds files: a download may be under way. */
export function guardLeaving(): void {
  window.addEventListener("beforeunload", (event) => {
    if (isBusy.peek() || holding.peek()) event.preventDefault();
  });
}

/** A file dropped beside a card would replace the page. */
export function ignoreStrayDrops(): void {
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => {
      if (!event.defaultPrevented && event.dataTransfer) {
        event.preventDefault();
        event.dataTransfer.dropEffect = "none";
      }
    });
  }
}
