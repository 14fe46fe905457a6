// How far a merge is, and the way to stop it.
import { useEffect, useRef } from "preact/hooks";
import { cancelMerge, goOn, markTaken } from "../state/merging";
import { checksums, type Download, type MergeState } from "../state/store";
import { byteRate, byteSize } from "../text/bytes";
import { text } from "../text/language";
import { duration, pace } from "../text/pace";
import { Checksum } from "./checksum";
import { Icon } from "./icon";
import { Coded } from "./said";

type Merging = Extract<MergeState, { kind: "merging" }>;

export function MergeProgress({ state }: { state: Merging }) {
  const { progress, cancelling } = state;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <div class="merge-progress">
      <progress aria-label={text.value.merge.progress} {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">{numbers(state)}</p>
        <button
          type="button"
          class="button"
          id="cancel"
          aria-disabled={cancelling}
          onClick={cancelMerge}
        >
          {text.value.merge.cancel}
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
      <p>{text.value.merge.waits}</p>
      <p class="offer-line">
        <a
          class="save-link"
          ref={link}
          href={url}
          download={name}
          onClick={() => markTaken(file)}
        >
          <Icon name="save" />
          <span>{text.value.result.save(name)}</span>
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
          {text.value.merge.goOn}
        </button>
      </p>
    </div>
  );
}

/** Kept to quarters: a screen reader should not count along. */
function spoken({ progress, cancelling, offered }: Merging): string {
  const t = text.value.merge;
  if (cancelling) return t.cancelling;
  if (offered) return t.offered(offered.name);
  if (!progress) return t.running;
  if (progress.tensor === null) return t.finishing;
  const quarter = Math.floor((progress.done / progress.total) * 4) * 25;
  return quarter > 0 ? t.percent(quarter) : t.running;
}

function numbers({ progress, samples, offered }: Merging) {
  if (!progress) return text.value.starting;
  const done = text.value.doneOf(byteSize(progress.done), byteSize(progress.total));
  const now = offered || progress.tensor === null ? null : pace(samples, progress.total);
  if (!now) return done;
  return text.value.merge.pace(done, byteRate(now.bytesPerSecond), duration(now.secondsLeft));
}

function inHand({ progress, cancelling }: Merging) {
  if (cancelling) return text.value.merge.cancelling;
  if (!progress) return "";
  if (progress.tensor !== null) return <code>{progress.tensor}</code>;
  return <Coded text={text.value.merge.finishingFile(progress.file)} />;
}
