// What the models' chat vectors are like: the inspection's start, its progress, what it warns of,
// and its charts and table, which are loaded when they are opened.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Inspected } from "../protocol";
import { inspect, stopInspecting } from "../state/inspecting";
import { isVector } from "../state/models";
import {
  blocked,
  form,
  inspection,
  type InspectionState,
  isBusy,
  models,
  plan,
} from "../state/store";
import { byteSize, counted, groups } from "../text/bytes";
import { figure, share } from "../text/figure";
import { chatColumn, column, rowOf } from "../text/inspected";

export function Inspection() {
  const state = inspection.value;
  const inspecting = state.kind === "inspecting";
  const panel = useRef<HTMLDivElement>(null);

  // The button that was pressed is gone: the one in its place takes the focus.
  const before = useRef(inspecting);
  useEffect(() => {
    if (before.current !== inspecting && document.activeElement === document.body) {
      panel.current?.querySelector("button")?.focus({ preventScroll: true });
    }
    before.current = inspecting;
  }, [inspecting]);

  return (
    <div class="inspection" ref={panel}>
      <h3>What are the chat vectors like?</h3>
      {inspecting ? (
        <Progress state={state} />
      ) : (
        <>
          <p id="inspect-about">
            Reads the models through, writes nothing, and measures for every tensor how large the
            chat vector is and which way it points. A merge finds it out on its way.
            {ofVectors() && " A chat vector that is made or given as a file has no base to compare it with."}
          </p>
          <button
            type="button"
            class="button"
            disabled={blocked.value !== null || isBusy.value || ofVectors()}
            aria-describedby="inspect-about"
            onClick={() => void inspect()}
          >
            Inspect the models
          </button>
        </>
      )}
      <p class={state.kind === "failed" ? "inspection-status wrong" : "inspection-status"} role="status">
        {told(state)}
      </p>
      {state.kind === "inspected" && <Found state={state} />}
    </div>
  );
}

/** Whether there are no models to compare. */
function ofVectors(): boolean {
  return form.value.goal === "chat vector" || models.value.chats.some(isVector);
}

function Progress({ state }: { state: Extract<InspectionState, { kind: "inspecting" }> }) {
  const { progress, stopping } = state;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <>
      <progress aria-label="Inspection progress" {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">
          {progress ? `${byteSize(progress.done)} of ${byteSize(progress.total)}` : "Starting…"}
        </p>
        <button type="button" class="button" aria-disabled={stopping} onClick={stopInspecting}>
          Stop
        </button>
      </div>
    </>
  );
}

function told(state: InspectionState): string {
  switch (state.kind) {
    case "none":
      return "";
    case "inspecting":
      return state.stopping ? "Stopping…" : "Inspecting.";
    case "failed":
      return state.message;
    case "inspected": {
      const { tensors, warnings } = state.inspected;
      if (tensors.length === 0) return "No tensor is in all models: there is nothing to inspect.";
      const by = state.by === "merge" ? "The merge has looked at" : "Inspected:";
      const odd = warnings.length === 0 ? "Nothing looks wrong." : `${counted(warnings.length, "warning")}.`;
      return `${by} ${counted(tensors.length, "tensor")}. ${odd}`;
    }
  }
}

function Found({ state }: { state: Extract<InspectionState, { kind: "inspected" }> }) {
  const { inspected } = state;
  const planned = plan.value;
  if (inspected.tensors.length === 0) return null;
  return (
    <>
      <Warnings of={inspected} />
      <ul class="inspection-facts" aria-label="The models as a whole">
        {facts(inspected).map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {planned.kind === "planned" && planned.number !== state.plan && (
        <p class="quiet">
          The options have changed since. What rounding loses is told for those of before.
        </p>
      )}
      <Details inspected={inspected} startOpen={state.by === "itself"} />
    </>
  );
}

export function Warnings({ of }: { of: Inspected }) {
  if (of.warnings.length === 0) return null;
  return (
    <ul class="notices" aria-label="Warnings about the models">
      {of.warnings.map((warning) => (
        <li class="warning" key={warning}>
          {warning}
        </li>
      ))}
    </ul>
  );
}

/** For the result: where a merge's findings are, and the warnings among them. */
export function FoundByMerge() {
  const state = inspection.value;
  if (state.kind !== "inspected" || state.by !== "merge") return null;
  const { warnings } = state.inspected;
  if (warnings.length === 0) return null;
  return (
    <p class="warning">
      The merge has noticed something about the models: {counted(warnings.length, "warning")} under
      Plan, beside what the chat vectors are like.
    </p>
  );
}

function facts(inspected: Inspected): string[] {
  const whole = rowOf(inspected, inspected.tensors.length);
  const facts: string[] = [];
  for (let chat = 0; chat < inspected.chats; chat++) {
    const get = (of: keyof typeof chatColumn) => whole[column(chat, of)] ?? Number.NaN;
    if (Number.isNaN(get("norm"))) continue;
    const cosine = get("cosine");
    const along = Number.isNaN(cosine) ? "" : `, its cosine with target − base ${figure(cosine)}`;
    facts.push(
      `Chat model ${chat + 1}: its vector has ${share(get("ratio"))} of the base’s norm, the largest change is ${figure(get("largest"))}${along}.`,
    );
  }
  const loss = whole[3] ?? Number.NaN;
  if (!Number.isNaN(loss)) {
    facts.push(
      loss <= 1
        ? `Rounding to the output dtype loses ${share(loss)} of what is added.`
        : `Rounding to the output dtype changes more than is added: ${figure(loss)} times as much.`,
    );
  }
  return facts;
}

type ReportType = ComponentType<{ inspected: Inspected }>;
let loaded: ReportType | null = null;

/** Charts and table; only who opens them loads the program that draws them. */
function Details({ inspected, startOpen }: { inspected: Inspected; startOpen: boolean }) {
  const [open, setOpen] = useState(startOpen);
  const [Report, setReport] = useState<ReportType | null>(() => loaded);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    if (startOpen) setOpen(true);
  }, [inspected, startOpen]);
  useEffect(() => {
    if (!open || Report) return;
    import("./inspection/report").then(
      (module) => {
        loaded = module.Report;
        setReport(() => module.Report);
      },
      () => setProblem(true),
    );
  }, [open, Report]);
  return (
    <details
      class="inspection-details"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Layer by layer, tensor by tensor ({groups(inspected.tensors.length)})</summary>
      {open && Report && <Report inspected={inspected} />}
      {open && !Report && (
        <p class="placeholder">
          {problem
            ? "This part of the page could not be loaded. Connect to the network and open it again."
            : "Loading…"}
        </p>
      )}
    </details>
  );
}
