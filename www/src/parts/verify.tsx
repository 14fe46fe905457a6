// Verification of the result: how much of it, how far it is, and what was found.
import { useEffect, useRef, useState } from "preact/hooks";
import { stopVerifying, verify } from "../state/checking";
import { isBusy, result, type Verification, verification } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import type { Sentence, Words } from "../text/sentence";
import { Said } from "./said";

export function Verify() {
  const [all, setAll] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const t = text.value.verify;
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
      <h3>{t.title}</h3>
      {verifying ? (
        <Progress state={state} />
      ) : (
        <>
          <p id="verify-about">{t.about}</p>
          <div class="verify-line">
            <label for="verify-share">{t.compare}</label>
            <select
              id="verify-share"
              disabled={isBusy.value}
              onChange={(event) => setAll(event.currentTarget.value === "all")}
            >
              <option value="sample" selected={!all}>
                {t.sample}
              </option>
              <option value="all" selected={all}>
                {t.all}
              </option>
            </select>
            <button
              type="button"
              class="button"
              disabled={isBusy.value}
              aria-describedby="verify-about"
              onClick={() => void verify(all)}
            >
              {t.button}
            </button>
          </div>
        </>
      )}
      <p class={state.kind === "wrong" ? "verify-status wrong" : "verify-status"} role="status">
        <Said sentence={told(state)} />
      </p>
    </div>
  );
}

function Progress({ state }: { state: Extract<Verification, { kind: "verifying" }> }) {
  const t = text.value;
  const { progress, stopping, output } = state;
  const label = result.value?.outputs[output]?.label;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <>
      <progress aria-label={t.verify.progress} {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">
          {label && `${label}: `}
          {progress ? t.doneOf(byteSize(progress.done), byteSize(progress.total)) : t.starting}
        </p>
        <button type="button" class="button" aria-disabled={stopping} onClick={stopVerifying}>
          {t.stop}
        </button>
      </div>
    </>
  );
}

function told(state: Verification): Sentence {
  switch (state.kind) {
    case "none":
      return [];
    case "verifying":
      return [(t) => (state.stopping ? t.stopping : t.verify.running)];
    case "wrong":
    case "failed":
      return state.message;
    case "verified":
      return [share(state), ...leftOut()];
  }
}

function share({ compared, of }: { compared: number; of: number }): Words {
  return ({ verify }) =>
    compared === of
      ? verify.wholeIsRight(byteSize(of))
      : verify.sampleIsRight(byteSize(compared), byteSize(of));
}

/** Shards that were saved and let go while the merge went on. */
function leftOut(): Sentence {
  const kept = result.value?.kept;
  const gone = kept?.kind === "downloads" ? kept.before.length : 0;
  return gone === 0 ? [] : [({ verify }) => verify.leftOut(gone)];
}
