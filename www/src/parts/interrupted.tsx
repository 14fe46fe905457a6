// Merges that were interrupted: what each was about, and the ways to go on or to drop it.
import { useRef } from "preact/hooks";
import type { Interrupted as Kept } from "../protocol";
import { dropInterrupted, resumeMerge } from "../state/merging";
import { differences, givenCast, interrupted, isBusy } from "../state/store";
import { byteSize } from "../text/bytes";

/** Where the files are given that it needs. */
export function InterruptedHint() {
  if (interrupted.value.length === 0 || isBusy.value) return null;
  return (
    <p class="notice">
      To go on with <a href="#interrupted">the merge that was interrupted</a>, give the same files
      again.
    </p>
  );
}

export function Interrupted() {
  if (interrupted.value.length === 0 || isBusy.value) return null;
  return (
    <div class="interrupted-merges" id="interrupted">
      {interrupted.value.map((kept) => (
        <One kept={kept} key={kept.directory} />
      ))}
    </div>
  );
}

function One({ kept }: { kept: Kept }) {
  const { directory, done, total, models } = kept;
  const difference = differences.value.get(directory);
  return (
    <section class="interrupted" aria-label="Interrupted merge">
      <h3>A merge was interrupted</h3>
      <p>
        {byteSize(done)} of {byteSize(total)} are done. Give the same files again to go on where it
        stopped:
      </p>
      <ul>
        {models.map(({ role, files }) => (
          <li key={role}>
            {role}: <code>{files[0]}</code>
            {files.length > 1 && <span class="quiet"> and {files.length - 1} more</span>}
          </li>
        ))}
      </ul>
      {givenCast.value && difference && <p class="warning">{difference}</p>}
      <div class="interrupted-buttons">
        <button
          type="button"
          class="button-primary"
          disabled={difference !== null}
          onClick={() => void resumeMerge(kept)}
        >
          Resume
        </button>
        <Delete kept={kept} />
      </div>
    </section>
  );
}

function Delete({ kept }: { kept: Kept }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = `delete-${kept.directory}`;
  return (
    <>
      <button type="button" class="button" onClick={() => dialog.current?.showModal()}>
        Delete the interrupted merge
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <h3 id={id}>Delete the interrupted merge?</h3>
        <p>The {byteSize(kept.done)} that are done are deleted. Your own files are not touched.</p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep
          </button>
          <button
            type="button"
            class="button-primary"
            onClick={() => {
              dialog.current?.close();
              void dropInterrupted(kept);
              document.getElementById("merge")?.focus();
            }}
          >
            Delete
          </button>
        </div>
      </dialog>
    </>
  );
}
