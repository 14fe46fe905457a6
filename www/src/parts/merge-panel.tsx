// The merge itself: its start, its progress and its end.
import { useEffect, useRef } from "preact/hooks";
import { startMerge } from "../state/merging";
import { later as whenReady } from "../state/offline";
import {
  blocked,
  downloadsThrough,
  eachChoice,
  interrupted,
  isBusy,
  isSeveral,
  merge,
  plan,
  result,
  room,
  roomNeeded,
  savesEach,
  saveTo,
  unsaved,
} from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import type { Sentence } from "../text/sentence";
import { later } from "./later";
import { MergeProgress } from "./merge-progress";
import { Said } from "./said";

const Interrupted = later(() => whenReady().then(({ Interrupted }) => Interrupted));

export function MergePanel() {
  const state = merge.value;
  const panel = useRef<HTMLDivElement>(null);
  const before = useRef(state.kind);

  useEffect(() => {
    const focused = document.activeElement;
    const free = !focused || focused === document.body || panel.current?.contains(focused);
    if (free && before.current !== state.kind) focusAfter(state.kind);
    before.current = state.kind;
  }, [state.kind]);

  const merging = state.kind === "merging";
  return (
    <div class="merge-panel" ref={panel}>
      {interrupted.value.length > 0 && !isBusy.value && <Interrupted />}
      {merging ? <MergeProgress state={state} /> : <Start />}
      <p class="merge-status" role="status">
        <Said sentence={status()} />
      </p>
    </div>
  );
}

function focusAfter(kind: string): void {
  if (kind === "merging") document.getElementById("cancel")?.focus();
  else if (kind === "done") document.getElementById("step-5")?.focus();
  else document.getElementById("merge")?.focus();
}

function Start() {
  const why = blocked.value;
  return (
    <>
      <div class="merge-start">
        <button
          type="button"
          class="button-primary"
          id="merge"
          disabled={why !== null || isBusy.value}
          aria-describedby="merge-why"
          onClick={() => void startMerge()}
        >
          {text.value.merge.button}
        </button>
        <p class="quiet" id="merge-why">
          {why ?? destinationText()}
        </p>
      </div>
      <SaveEach />
      <RoomWarning />
      {unsaved.value && (
        <p class="warning">{text.value.merge.unsaved}</p>
      )}
    </>
  );
}

function destinationText(): string {
  const t = text.value.merge;
  if (merge.value.kind === "choosing") return t.choosing;
  if (saveTo.value === "downloads") return t.toDownloads;
  if (isSeveral.value) return t.toFolders;
  const files = plan.value.kind === "planned" ? plan.value.report.files.length : 1;
  return files === 1 ? t.toFile : t.toFolder;
}

function SaveEach() {
  const needed = roomNeeded.value;
  if (!needed || needed.shards < 2) return null;
  return (
    <div class="check">
      <input
        id="save-each"
        type="checkbox"
        checked={savesEach.value}
        disabled={isBusy.value}
        aria-describedby="save-each-about"
        onChange={(event) => {
          eachChoice.value = event.currentTarget.checked;
        }}
      />
      <label for="save-each">{text.value.merge.saveEach}</label>
      <p class="quiet" id="save-each-about">
        {text.value.merge.saveEachAbout(needed.shards - 1)}
      </p>
    </div>
  );
}

function RoomWarning() {
  const needed = roomNeeded.value;
  if (!needed || room.value === null || downloadsThrough.value !== "disk") return null;
  const each = savesEach.value;
  const bytes = each ? needed.each : needed.all;
  if (bytes <= room.value) return null;
  const left = Math.max(0, room.value);
  const told = each ? "roomForShard" : "roomForAll";
  const isHelped = isSeveral.value || each || needed.shards < 2;
  const helped = isSeveral.value ? "fewerWeights" : "smallerShards";
  const hint: Sentence = isHelped ? [({ merge }) => merge[helped]] : [];
  return (
    <p class="warning">
      <Said sentence={[({ merge }) => merge[told](byteSize(left), byteSize(bytes)), ...hint]} />
    </p>
  );
}

function status(): Sentence {
  const state = merge.value;
  if (state.kind === "cancelled") return [({ merge }) => merge.cancelled, ...state.left];
  if (state.kind === "failed") return [({ merge }) => merge.failed];
  if (state.kind === "done" && result.value) return [({ merge }) => merge.done];
  return [];
}
