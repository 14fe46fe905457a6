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
import { byteSize } from "../text/bytes";
import { figure, share } from "../text/figure";
import { chatColumn, column, rowOf } from "../text/inspected";
import { text } from "../text/language";
import type { Text } from "../text/languages/en";
import { ofCore, type Sentence } from "../text/sentence";
import { Said } from "./said";

export function Inspection() {
  const t = text.value.inspection;
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
      <h3>{t.title}</h3>
      {inspecting ? (
        <Progress state={state} />
      ) : (
        <>
          <p id="inspect-about">
            <Said sentence={[() => t.about, ...(ofVectors() ? [() => t.noBase] : [])]} />
          </p>
          <button
            type="button"
            class="button"
            disabled={blocked.value !== null || isBusy.value || ofVectors()}
            aria-describedby="inspect-about"
            onClick={() => void inspect()}
          >
            {t.button}
          </button>
        </>
      )}
      <p class={state.kind === "failed" ? "inspection-status wrong" : "inspection-status"} role="status">
        <Said sentence={told(state)} />
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
  const t = text.value;
  const { progress, stopping } = state;
  const bar = progress ? { value: progress.done, max: progress.total } : {};
  return (
    <>
      <progress aria-label={t.inspection.progress} {...bar} />
      <div class="merge-line">
        <p class="merge-numbers">
          {progress ? t.doneOf(byteSize(progress.done), byteSize(progress.total)) : t.starting}
        </p>
        <button type="button" class="button" aria-disabled={stopping} onClick={stopInspecting}>
          {t.stop}
        </button>
      </div>
    </>
  );
}

function told(state: InspectionState): Sentence {
  switch (state.kind) {
    case "none":
      return [];
    case "inspecting":
      return [(t) => (state.stopping ? t.stopping : t.inspection.running)];
    case "failed":
      return state.message;
    case "inspected": {
      const { tensors, taken, warnings } = state.inspected;
      if (tensors.length === 0) return [({ inspection }) => inspection.nothing];
      const by = state.by === "merge" ? "seenByMerge" : "inspected";
      return [
        ({ inspection }) => inspection[by](tensors.length),
        ...(taken < 1 ? [(t: Text) => t.inspection.sampled(share(taken))] : []),
        ({ inspection: t }) => (warnings.length === 0 ? t.fine : t.warned(warnings.length)),
      ];
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
      <ul class="inspection-facts" aria-label={text.value.inspection.whole}>
        {facts(inspected).map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {planned.kind === "planned" && planned.number !== state.plan && (
        <p class="quiet">{text.value.inspection.changed}</p>
      )}
      <Details inspected={inspected} startOpen={state.by === "itself"} />
    </>
  );
}

export function Warnings({ of }: { of: Inspected }) {
  if (of.warnings.length === 0) return null;
  return (
    <ul class="notices" aria-label={text.value.inspection.warnings}>
      {of.warnings.map((warning, index) => (
        <li class="warning" key={index}>
          {ofCore(warning)}
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
    <p class="warning">{text.value.inspection.noticedByMerge(warnings.length)}</p>
  );
}

function facts(inspected: Inspected): string[] {
  const whole = rowOf(inspected, inspected.tensors.length);
  const t = text.value.inspection;
  const facts: string[] = [];
  for (let chat = 0; chat < inspected.chats; chat++) {
    const get = (of: keyof typeof chatColumn) => whole[column(chat, of)] ?? Number.NaN;
    if (Number.isNaN(get("norm"))) continue;
    const cosine = get("cosine");
    const told = [chat + 1, share(get("ratio")), figure(get("largest"))] as const;
    facts.push(Number.isNaN(cosine) ? t.vector(...told) : t.vectorAlong(...told, figure(cosine)));
  }
  const loss = whole[3] ?? Number.NaN;
  if (!Number.isNaN(loss)) {
    facts.push(loss <= 1 ? t.roundingLoses(share(loss)) : t.roundingChanges(figure(loss)));
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
      <summary>{text.value.inspection.details(inspected.tensors.length)}</summary>
      {open && Report && <Report inspected={inspected} />}
      {open && !Report && (
        <p class="placeholder">
          {problem ? text.value.inspection.notLoaded : text.value.loading}
        </p>
      )}
    </details>
  );
}
