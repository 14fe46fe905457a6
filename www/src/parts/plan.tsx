// What the merge would do, and what stands in its way.
import type { PlanReport } from "../protocol";
import { plan, type PlannedOutput, problems } from "../state/store";
import { byteSize, counted, groups } from "../text/bytes";
import { Inspection } from "./inspection";
import { later } from "./later";
import { Problems } from "./problems";
import { TensorTable } from "./tensor-table";

const TokenTables = later(() =>
  import("./token-tables").then(({ TokenTables }) => TokenTables),
);

export function Plan() {
  const state = plan.value;
  return (
    <>
      {state.kind !== "planned" && problems.value.length === 0 && (
        <p class="placeholder">
          {state.kind === "planning"
            ? "Planning…"
            : "The plan appears here as soon as the base and every chat model are given."}
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
  return (
    <p class="outputs">
      {outputs.length} outputs, {byteSize(bytes)} in all, from inputs that are read once: {labels}. What
      follows is that of the first.
    </p>
  );
}

function Report({ report }: { report: PlanReport }) {
  const { label, bytes, files, merged, copied, left_out, refused, notices, folder, token_tables } = report;
  return (
    <>
      {label !== "" && <p class="plan-label">{label}</p>}
      <dl class="counts">
        {files.length > 0 && (
          <>
            <Count name="Size" value={byteSize(bytes)} />
            <Count name={files.length === 1 ? "File" : "Files"} value={groups(files.length)} />
          </>
        )}
        <Count name="Merged" value={groups(merged)} />
        <Count name="Copied" value={groups(copied)} />
        {left_out > 0 && <Count name="Left out" value={groups(left_out)} />}
        <Count name="Refused" value={groups(refused)} bad={refused > 0} />
      </dl>
      {files.length > 0 && (
        <details class="files">
          <summary>{counted(files.length, "file")} will be written</summary>
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
        <ul class="folder" aria-label="Beside the weights">
          {folder.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {token_tables.length > 0 && <TokenTables tables={token_tables} />}
      {notices.length > 0 && (
        <ul class="notices" aria-label="Notices">
          {notices.map((notice) => (
            <li class="notice" key={notice}>
              {notice}
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
