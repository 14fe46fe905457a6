// What keeps a person from losing a merge by accident.
import { isBusy, unsaved } from "./store";

/** Asks before the page is left while it merges or holds files that were not saved. */
export function guardLeaving(): void {
  window.addEventListener("beforeunload", (event) => {
    if (isBusy.peek() || unsaved.peek()) event.preventDefault();
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
