// The merge itself: its start, its progress and its end.
import { useEffect, useRef } from "preact/hooks";
import { SAVE_EACH, startMerge } from "../state/merging";
import {
  blocked,
  downloadsThrough,
  eachChoice,
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
import { Interrupted } from "./interrupted";
import { MergeProgress } from "./merge-progress";

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
      <Interrupted />
      {merging ? <MergeProgress state={state} /> : <Start />}
      <p class="merge-status" role="status">
        {statusText()}
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
          Merge
        </button>
        <p class="quiet" id="merge-why">
          {why ?? destinationText()}
        </p>
      </div>
      <SaveEach />
      <RoomWarning />
      {unsaved.value && (
        <p class="warning">
          Not every file of the last merge was saved. When the next merge is done, the browser
          deletes them.
        </p>
      )}
    </>
  );
}

function destinationText(): string {
  if (merge.value.kind === "choosing") return "Waiting for your choice in the browser’s dialog…";
  if (isSeveral.value && saveTo.value !== "Downloads") {
    return "The browser will ask for a folder. In it each λ gets a folder of its own.";
  }
  if (saveTo.value === "Downloads") return "Each file gets a link to save it by when it is done.";
  const files = plan.value.kind === "planned" ? plan.value.report.files.length : 1;
  return `The browser will ask for ${files === 1 ? "a file" : "a folder"} to write to.`;
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
      <label for="save-each">{SAVE_EACH}</label>
      <p class="quiet" id="save-each-about">
        For results larger than the browser’s room: the merge waits for you {needed.shards - 1}{" "}
        {needed.shards === 2 ? "time" : "times"}, and the browser holds one shard at a time.
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
  return (
    <p class="warning">
      The browser says that it has about {byteSize(Math.max(0, room.value))} of room, and{" "}
      {each ? "the largest shard needs" : "the merged files need"} {byteSize(bytes)}. The merge can be
      tried, and may stop when the room is used up.
      {isSeveral.value
        ? " Fewer weights at once need less, and with one alone shards can be saved one by one."
        : (each || needed.shards < 2) &&
          " With smaller shards, each can be saved before the next is written."}
    </p>
  );
}

function statusText(): string {
  const state = merge.value;
  if (state.kind === "cancelled") return `Cancelled. Nothing was kept.${state.left ? ` ${state.left}` : ""}`;
  if (state.kind === "failed") return "The merge did not finish. The reason is under Problems.";
  if (state.kind === "done" && result.value) return "Done. The result is below.";
  return "";
}
