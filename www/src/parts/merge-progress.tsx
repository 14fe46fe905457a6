// How far a merge is, and the way to stop it.
import { cancelMerge } from "../state/merging";
import type { MergeState } from "../state/store";
import { byteRate, byteSize } from "../text/bytes";
import { duration, pace } from "../text/pace";

type Merging = Extract<MergeState, { kind: "merging" }>;

export function MergeProgress({ state }: { state: Merging }) {
  const { progress, cancelling } = state;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <div class="merge-progress">
      <progress aria-label="Merge progress" {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">{numbers(state)}</p>
        <button
          type="button"
          class="button"
          id="cancel"
          aria-disabled={cancelling}
          onClick={cancelMerge}
        >
          Cancel
        </button>
      </div>
      <p class="tensor-in-hand">{inHand(state)}</p>
      <p class="visually-hidden" role="status">
        {spoken(state)}
      </p>
    </div>
  );
}

/** Kept to quarters: a screen reader should not count along. */
function spoken({ progress, cancelling }: Merging): string {
  if (cancelling) return "Cancelling…";
  if (!progress) return "Merging.";
  if (progress.tensor === null) return "Finishing the file.";
  const quarter = Math.floor((progress.done / progress.total) * 4) * 25;
  return quarter > 0 ? `${quarter} percent merged.` : "Merging.";
}

function numbers({ progress, samples }: Merging) {
  if (!progress) return "Starting…";
  const done = `${byteSize(progress.done)} of ${byteSize(progress.total)}`;
  const now = progress.tensor === null ? null : pace(samples, progress.total);
  if (!now) return done;
  return `${done} · ${byteRate(now.bytesPerSecond)} · about ${duration(now.secondsLeft)} left`;
}

function inHand({ progress, cancelling }: Merging) {
  if (cancelling) return "Cancelling…";
  if (!progress) return "";
  if (progress.tensor !== null) return <code>{progress.tensor}</code>;
  return (
    <>
      Finishing <code>{progress.file}</code>. The browser checks and closes the file, which can take
      a while.
    </>
  );
}
