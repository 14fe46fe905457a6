// How the rows of embeddings and output heads found each other by their tokens.
import type { TokenTable } from "../protocol";
import { groups } from "../text/bytes";

const COLUMNS = [
  ["matched", "Merged"],
  ["taken_over", "Taken over"],
  ["kept", "Kept"],
  ["padding", "No token"],
] as const;

export function TokenTables({ tables }: { tables: TokenTable[] }) {
  const sums = { tensor: "In all", matched: 0, taken_over: 0, kept: 0, padding: 0 };
  for (const table of tables) {
    for (const [column] of COLUMNS) sums[column] += table[column];
  }
  return (
    <div class="token-tables">
      <h3>Rows by token</h3>
      <div class="table-scroll" role="region" aria-label="Rows by token" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Tensor</th>
              {COLUMNS.map(([column, title]) => (
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
                {COLUMNS.map(([column]) => (
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
