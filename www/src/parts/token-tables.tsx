// How the rows of embeddings and output heads found each other by their tokens.
import type { TokenTable } from "../protocol";
import { groups } from "../text/bytes";
import { laterText } from "../text/later-text";

export function TokenTables({ tables }: { tables: TokenTable[] }) {
  const t = laterText.value.tokenTables;
  const columns = [
    ["matched", t.matched],
    ["taken_over", t.takenOver],
    ["kept", t.kept],
    ["padding", t.padding],
  ] as const;
  const sums = { tensor: t.all, matched: 0, taken_over: 0, kept: 0, padding: 0 };
  for (const table of tables) {
    for (const [column] of columns) sums[column] += table[column];
  }
  return (
    <div class="token-tables">
      <h3>{t.title}</h3>
      <div class="table-scroll" role="region" aria-label={t.title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.tensor}</th>
              {columns.map(([column, title]) => (
                <th key={column} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(tables.length > 1 ? [...tables, sums] : tables).map((table) => (
              <tr key={table.tensor}>
                <th scope="row">{table.tensor}</th>
                {columns.map(([column]) => (
                  <td key={column} class="number">
                    {groups(table[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
