// How far a merge is, and the way to stop it.
import { useEffect, useRef } from "preact/hooks";
import { cancelMerge, goOn, markTaken } from "../state/merging";
import { checksums, type Download, type MergeState } from "../state/store";
import { byteRate, byteSize } from "../text/bytes";
import { duration, pace } from "../text/pace";
import { Checksum } from "./checksum";
import { Icon } from "./icon";

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
      {state.offered ? (
        <Offer file={state.offered} key={state.offered.name} cancelling={cancelling} />
      ) : (
        <p class="tensor-in-hand">{inHand(state)}</p>
      )}
      <p class="visually-hidden" role="status">
        {spoken(state)}
      </p>
    </div>
  );
}

/** A shard that is to be saved before the merge goes on. */
function Offer({ file, cancelling }: { file: Download; cancelling: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  const { key, name, size, url, taken } = file;
  const hashing = checksums.value.get(key)?.kind === "hashing";
  useEffect(() => link.current?.focus(), []);
  return (
    <div class="offer">
      <p>
        The merge waits. Save this shard, look into your downloads folder until it is there in full,
        and go on: then the browser deletes its copy and writes the next shard.
      </p>
      <p class="offer-line">
        <a
          class="save-link"
          ref={link}
          href={url}
          download={name}
          onClick={() => markTaken(file)}
        >
          <Icon name="save" />
          <span>Save {name}</span>
        </a>
        <span class="quiet">{byteSize(size)}</span>
        <Checksum output={file} />
        <button
          type="button"
          class="button-primary"
          disabled={!taken || cancelling || hashing}
          onClick={() => {
            goOn();
            document.getElementById("cancel")?.focus();
          }}
        >
          It is saved: go on
        </button>
      </p>
    </div>
  );
}

/** Kept to quarters: a screen reader should not count along. */
function spoken({ progress, cancelling, offered }: Merging): string {
  if (cancelling) return "Cancelling…";
  if (offered) return `${offered.name} is ready to be saved. The merge waits.`;
  if (!progress) return "Merging.";
  if (progress.tensor === null) return "Finishing the file.";
  const quarter = Math.floor((progress.done / progress.total) * 4) * 25;
  return quarter > 0 ? `${quarter} percent merged.` : "Merging.";
}

function numbers({ progress, samples, offered }: Merging) {
  if (!progress) return "Starting…";
  const done = `${byteSize(progress.done)} of ${byteSize(progress.total)}`;
  const now = offered || progress.tensor === null ? null : pace(samples, progress.total);
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
