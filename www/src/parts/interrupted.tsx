// Merges that were interrupted: what each was about, and the ways to go on or to drop it.
import type { Interrupted as Kept } from "../protocol";
import { dropInterrupted, resumeMerge } from "../state/merging";
import { differences, givenCast, interrupted, isBusy } from "../state/store";
import { byteSize } from "../text/bytes";
import { weightsText } from "../text/weight";
import { Delete } from "./delete";

/** Where the files are given that it needs. */
export function InterruptedHint() {
  if (interrupted.value.length === 0 || isBusy.value) return null;
  return (
    <div class="samples">
      <p class="notice">
        To go on with <a href="#interrupted">the merge that was interrupted</a>, give the same files
        again.
      </p>
    </div>
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
  const { directory, done, total, models, weights } = kept;
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
        <li>λ: {weightsText(weights)}</li>
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
        <Delete
          id={`delete-${directory}`}
          button="Delete the interrupted merge"
          title="Delete the interrupted merge?"
          onDelete={() => void dropInterrupted(kept)}
        >
          The {byteSize(done)} that are done are deleted. Your own files are not touched.
        </Delete>
      </div>
    </section>
  );
}
