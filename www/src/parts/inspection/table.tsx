// The inspection tensor by tensor: sorted by any column, a page of rows at a time.
import { Fragment } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Inspected } from "../../protocol";
import { groups } from "../../text/bytes";
import { figure } from "../../text/figure";
import { column, fixedColumn, rowOf } from "../../text/inspected";
import { laterText } from "../../text/later-text";
import { type Measure, nonfinite } from "./measures";

const PAGE = 100;

type Column = {
  label: string;
  /** NaN where it is not known. */
  value(row: Float64Array): number;
  text(x: number): string;
};

type Sorting = { by: number; down: boolean };
/** The order of the models. */
const AS_IS: Sorting = { by: -2, down: false };
const NAME = -1;

type Props = { inspected: Inspected; chat: number; measures: Measure[] };

export function Table({ inspected, chat, measures }: Props) {
  const t = laterText.value.report;
  const [sorting, setSorting] = useState(AS_IS);
  const [from, setFrom] = useState(0);
  useEffect(() => setFrom(0), [inspected, sorting]);
  const columns = useMemo(
    () => columnsOf(inspected, chat, measures),
    [inspected, chat, measures],
  );
  const order = useMemo(() => sorted(inspected, columns, sorting), [inspected, columns, sorting]);

  const head = (label: string, by: number) => {
    const active = sorting.by === by;
    return (
      <th
        key={label}
        scope="col"
        aria-sort={active ? (sorting.down ? "descending" : "ascending") : "none"}
      >
        <button
          type="button"
          class="sort-button"
          // Numbers from the largest on at first, names from the first on.
          onClick={() => setSorting({ by, down: active ? !sorting.down : by !== NAME })}
        >
          {label}
          <span aria-hidden="true">{active ? (sorting.down ? " ▼" : " ▲") : ""}</span>
        </button>
      </th>
    );
  };
  const to = Math.min(from + PAGE, order.length);
  return (
    <>
      <div class="table-scroll" role="region" aria-label={t.table} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {head(t.name, NAME)}
              {columns.map(({ label }, by) => head(label, by))}
            </tr>
          </thead>
          <tbody>
            {order.slice(from, to).map((tensor) => {
              const row = rowOf(inspected, tensor);
              return (
                <tr key={tensor}>
                  <th scope="row">{breakable(inspected.tensors[tensor] ?? "")}</th>
                  {columns.map(({ label, value, text }) => (
                    <td class="number" key={label}>
                      {text(value(row))}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <nav class="pages" aria-label={t.pages}>
        <p role="status">{laterText.value.tables.rowsOf(from + 1, to, order.length)}</p>
        {order.length > PAGE && (
          <>
            <button
              type="button"
              class="button"
              disabled={from === 0}
              onClick={() => setFrom(Math.max(0, from - PAGE))}
            >
              {laterText.value.tables.previous}
            </button>
            <button
              type="button"
              class="button"
              disabled={to >= order.length}
              onClick={() => setFrom(from + PAGE)}
            >
              {laterText.value.tables.next}
            </button>
          </>
        )}
      </nav>
    </>
  );
}

function columnsOf(inspected: Inspected, chat: number, measures: Measure[]): Column[] {
  const at = (label: string, place: number, text = figure): Column => ({
    label,
    value: (row) => row[place] ?? Number.NaN,
    text,
  });
  const count = (x: number) => groups(x);
  const t = laterText.value.report;
  return [
    ...measures.map(({ label, at: place, text }) => at(label, place, text)),
    at("‖τ‖", column(chat, "norm")),
    at("‖base‖", fixedColumn.base),
    ...(inspected.hasTarget ? [at("‖target − base‖", fixedColumn.target)] : []),
    { label: "NaN", value: (row) => nonfinite(inspected, row, "nan"), text: count },
    { label: t.infinite, value: (row) => nonfinite(inspected, row, "infinite"), text: count },
    at(t.elements, fixedColumn.elements, count),
  ];
}

function sorted(inspected: Inspected, columns: Column[], { by, down }: Sorting): number[] {
  const { tensors } = inspected;
  const order = tensors.map((_, i) => i);
  const sign = down ? -1 : 1;
  if (by === NAME) {
    const names = new Intl.Collator("en", { numeric: true });
    return order.sort((a, b) => sign * names.compare(tensors[a] ?? "", tensors[b] ?? ""));
  }
  const of = columns[by];
  if (!of) return order;
  const values = order.map((tensor) => of.value(rowOf(inspected, tensor)));
  const compare = (a: number, b: number) => {
    const [x, y] = [values[a] ?? Number.NaN, values[b] ?? Number.NaN];
    // What is not known comes last, whichever way.
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  };
  return order.sort((a, b) => compare(a, b) || a - b);
}

function breakable(name: string) {
  return name.split(/(?<=[._])/).map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
