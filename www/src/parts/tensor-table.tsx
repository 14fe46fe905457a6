// The plan tensor by tensor, a page of rows at a time.
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import type { Action, PlanReport, TensorPage, TensorRow } from "../protocol";
import { workerClient } from "../state/actions";
import { laterText } from "../text/later-text";
import { ofCore } from "../text/sentence";
import { weightsText } from "../text/weight";

const PAGE = 100;
/** Typing is followed by one query, not by one a letter. */
const SEARCH_DELAY = 120;
const ACTIONS = ["all", "merged", "copied", "left out", "refused"] as const;

type Filter = (typeof ACTIONS)[number];


export function TensorTable({ report, number }: { report: PlanReport; number: number }) {
  const t = laterText.value.tensorTable;
  const open = useSignal(false);
  const filter = useSignal<Filter>("all");
  const search = useSignal("");
  const from = useSignal(0);
  const found = useSignal<TensorPage | null>(null);

  const action: Action | null = filter.value === "all" ? null : filter.value;
  useEffect(() => {
    if (!open.value) return;
    let late = false;
    const query = { from: from.value, count: PAGE, action, search: search.value };
    const timer = setTimeout(async () => {
      const answer = await workerClient().tensors(query).catch(() => null);
      if (late || !answer) return;
      found.value = answer;
      if (query.from > 0 && query.from >= answer.total) from.value = 0;
    }, search.value === "" ? 0 : SEARCH_DELAY);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [open.value, number, action, search.value, from.value]);

  const all = report.merged + report.copied + report.left_out + report.refused;
  return (
    <details
      class="tensors"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{t.title(all)}</summary>
      <div class="tensor-controls">
        <div class="field">
          <label for="tensor-filter">{t.show}</label>
          <select
            id="tensor-filter"
            value={filter.value}
            onChange={(event) => {
              const { value } = event.currentTarget;
              filter.value = ACTIONS.find((action) => action === value) ?? "all";
              from.value = 0;
            }}
          >
            {ACTIONS.map((action) => (
              <option key={action} value={action}>
                {t.actions[action]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="tensor-search">{t.search}</label>
          <input
            id="tensor-search"
            type="search"
            spellcheck={false}
            autocomplete="off"
            value={search.value}
            onInput={(event) => {
              search.value = event.currentTarget.value;
              from.value = 0;
            }}
          />
        </div>
      </div>
      {found.value && <Rows found={found.value} />}
      {found.value && (
        <Pages
          from={from.value}
          total={found.value.total}
          onTurn={(next) => {
            from.value = next;
          }}
        />
      )}
    </details>
  );
}

function Rows({ found }: { found: TensorPage }) {
  const t = laterText.value.tensorTable;
  if (found.total === 0) return <p class="placeholder">{t.none}</p>;
  return (
    // A region that scrolls has to be reachable by keyboard.
    <div class="table-scroll" role="region" aria-label={t.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.action}</th>
            <th scope="col">λ</th>
            <th scope="col">{t.shape}</th>
            <th scope="col">{t.dtype}</th>
            <th scope="col">{t.why}</th>
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { row: TensorRow }) {
  const { name, shape, dtype, output_dtype, action, weights, why } = row;
  return (
    <tr>
      <th scope="row">
        {name.split(/(?<=[._])/).map((part, index) => (
          <Fragment key={index}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </th>
      <td>
        <span class={`action action-${action.replace(" ", "-")}`}>{laterText.value.tensorTable.actions[action]}</span>
      </td>
      <td class="number">{action === "merged" ? weightsText(weights) : "–"}</td>
      <td class="number">{ofCore(shape)}</td>
      <td class="number">{dtype === output_dtype ? dtype : `${dtype} → ${output_dtype}`}</td>
      <td class="why">{ofCore(why)}</td>
    </tr>
  );
}

type PagesProps = { from: number; total: number; onTurn(from: number): void };

function Pages({ from, total, onTurn }: PagesProps) {
  const to = Math.min(from + PAGE, total);
  return (
    <nav class="pages" aria-label={laterText.value.tensorTable.pages}>
      <p role="status">{total === 0 ? "" : laterText.value.tables.rowsOf(from + 1, to, total)}</p>
      {total > PAGE && (
        <>
          <button
            type="button"
            class="button"
            disabled={from === 0}
            onClick={() => onTurn(Math.max(0, from - PAGE))}
          >
            {laterText.value.tables.previous}
          </button>
          <button
            type="button"
            class="button"
            disabled={to >= total}
            onClick={() => onTurn(from + PAGE)}
          >
            {laterText.value.tables.next}
          </button>
        </>
      )}
    </nav>
  );
}
