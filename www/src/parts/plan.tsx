// What the merge would do, and what stands in its way.
import type { PlanReport } from "../protocol";
import { later as whenReady } from "../state/offline";
import { plan, type PlannedOutput, problems } from "../state/store";
import { byteSize, groups } from "../text/bytes";
import { text } from "../text/language";
import { ofCore } from "../text/sentence";
import { Inspection } from "./inspection";
import { later } from "./later";
import { Problems } from "./problems";

const TensorTable = later(() => whenReady().then(({ TensorTable }) => TensorTable));
const TokenTables = later(() =>
  import("./token-tables").then(({ TokenTables }) => TokenTables),
);

export function Plan() {
  const state = plan.value;
  return (
    <>
      {state.kind !== "planned" && problems.value.length === 0 && (
        <p class="placeholder">
          {state.kind === "planning" ? text.value.plan.planning : text.value.plan.empty}
        </p>
      )}
      {state.kind === "planned" && (
        <div class={state.fresh ? "plan" : "plan plan-stale"} aria-busy={!state.fresh}>
          <Outputs outputs={state.outputs} />
          <Report report={state.report} />
        </div>
      )}
      <Problems />
      {state.kind === "planned" && <TensorTable report={state.report} number={state.number} />}
      {state.kind === "planned" && <Inspection />}
    </>
  );
}

/** What several λ make. */
function Outputs({ outputs }: { outputs: PlannedOutput[] }) {
  if (outputs.length < 2) return null;
  const bytes = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const labels = outputs.map(({ label }) => label).join("; ");
  return <p class="outputs">{text.value.plan.outputs(outputs.length, byteSize(bytes), labels)}</p>;
}

function Report({ report }: { report: PlanReport }) {
  const { label, bytes, files, merged, copied, left_out, refused, notices, folder, token_tables } = report;
  const t = text.value.plan;
  return (
    <>
      {label.template !== "" && <p class="plan-label">{ofCore(label)}</p>}
      <dl class="counts">
        {files.length > 0 && (
          <>
            <Count name={t.size} value={byteSize(bytes)} />
            <Count name={t.filesCount(files.length)} value={groups(files.length)} />
          </>
        )}
        <Count name={t.merged} value={groups(merged)} />
        <Count name={t.copied} value={groups(copied)} />
        {left_out > 0 && <Count name={t.leftOut} value={groups(left_out)} />}
        <Count name={t.refused} value={groups(refused)} bad={refused > 0} />
      </dl>
      {files.length > 0 && (
        <details class="files">
          <summary>{t.written(files.length)}</summary>
          <ul>
            {files.map(({ name, size }) => (
              <li key={name}>
                <code>{name}</code> <span class="quiet">{byteSize(size)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {folder.length > 0 && (
        <ul class="folder" aria-label={t.folder}>
          {folder.map((line, index) => (
            <li key={index}>{ofCore(line)}</li>
          ))}
        </ul>
      )}
      {token_tables.length > 0 && <TokenTables tables={token_tables} />}
      {notices.length > 0 && (
        <ul class="notices" aria-label={t.notices}>
          {notices.map((notice, index) => (
            <li class="notice" key={index}>
              {ofCore(notice)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Count({ name, value, bad }: { name: string; value: string; bad?: boolean }) {
  return (
    <div class={bad ? "count count-bad" : "count"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
