// Verification of the result: how much of it, how far it is, and what was found.
import { useEffect, useRef, useState } from "preact/hooks";
import { stopVerifying, verify } from "../state/checking";
import { isBusy, result, type Verification, verification } from "../state/store";
import { byteSize, counted } from "../text/bytes";

const SAMPLE = "a sample of each tensor";
const ALL = "everything";

export function Verify() {
  const [all, setAll] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const state = verification.value;
  const verifying = state.kind === "verifying";

  // The button that was pressed is gone: the one in its place takes the focus.
  const before = useRef(verifying);
  useEffect(() => {
    if (before.current !== verifying && document.activeElement === document.body) {
      panel.current?.querySelector("button")?.focus({ preventScroll: true });
    }
    before.current = verifying;
  }, [verifying]);

  return (
    <div class="verify" ref={panel}>
      <h3>Is it right?</h3>
      {verifying ? (
        <Progress state={state} />
      ) : (
        <>
          <p id="verify-about">
            Reads the result back, computes it once more from the models, and compares.
          </p>
          <div class="verify-line">
            <label for="verify-share">Compare</label>
            <select
              id="verify-share"
              disabled={isBusy.value}
              onChange={(event) => setAll(event.currentTarget.value === ALL)}
            >
              <option selected={!all}>{SAMPLE}</option>
              <option selected={all}>{ALL}</option>
            </select>
            <button
              type="button"
              class="button"
              disabled={isBusy.value}
              aria-describedby="verify-about"
              onClick={() => void verify(all)}
            >
              Verify
            </button>
          </div>
        </>
      )}
      <p class={state.kind === "wrong" ? "verify-status wrong" : "verify-status"} role="status">
        {told(state)}
      </p>
    </div>
  );
}

function Progress({ state }: { state: Extract<Verification, { kind: "verifying" }> }) {
  const { progress, stopping, output } = state;
  const label = result.value?.outputs[output]?.label;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <>
      <progress aria-label="Verification progress" {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">
          {label && `${label}: `}
          {progress ? `${byteSize(progress.done)} of ${byteSize(progress.total)}` : "Starting…"}
        </p>
        <button type="button" class="button" aria-disabled={stopping} onClick={stopVerifying}>
          Stop
        </button>
      </div>
    </>
  );
}

function told(state: Verification): string {
  switch (state.kind) {
    case "none":
      return "";
    case "verifying":
      return state.stopping ? "Stopping…" : "Verifying.";
    case "wrong":
    case "failed":
      return state.message;
    case "verified":
      return `Verified: ${share(state)}${leftOut()}`;
  }
}

function share({ compared, of }: { compared: number; of: number }): string {
  return compared === of
    ? `all ${byteSize(of)} are what the models give.`
    : `${byteSize(compared)} of ${byteSize(of)}, from the beginning, the middle and the end of every tensor, are what the models give.`;
}

/** Shards that were saved and let go while the merge went on. */
function leftOut(): string {
  const kept = result.value?.kept;
  const gone = kept?.kind === "downloads" ? kept.before.length : 0;
  if (gone === 0) return "";
  const are = gone === 1 ? "is" : "are";
  return ` The ${counted(gone, "file")} that you saved before ${are} not here any more, and ${are} not among them.`;
}
