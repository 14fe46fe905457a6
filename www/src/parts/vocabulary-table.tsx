// How the rows of embeddings and output heads found each other by their tokens.
import type { VocabularyReport } from "../protocol";
import { counted, groups } from "../text/bytes";

const COLUMNS = [
  ["matched", "Merged"],
  ["taken_over", "Taken over"],
  ["kept", "Kept"],
  ["padding", "No token"],
] as const;

export function VocabularyTable({ vocabulary }: { vocabulary: VocabularyReport }) {
  const { tables, kept_tokens, without_row } = vocabulary;
  const unused = without_row.filter(({ tokens }) => tokens > 0);
  if (tables.length === 0) return <p class="quiet">Every table of tokens is copied.</p>;
  const sum = (column: (typeof COLUMNS)[number][0]) =>
    tables.reduce((sum, table) => sum + table[column], 0);
  return (
    <div class="vocabulary">
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
            {tables.map((table) => (
              <tr key={table.tensor}>
                <th scope="row">{table.tensor}</th>
                {COLUMNS.map(([column]) => (
                  <td key={column} class="number">
                    {groups(table[column])}
                  </td>
                ))}
              </tr>
            ))}
            {tables.length > 1 && (
              <tr>
                <th scope="row">In all</th>
                {COLUMNS.map(([column]) => (
                  <td key={column} class="number">
                    {groups(sum(column))}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {kept_tokens.length > 0 && (
        <p class="quiet">
          Kept, since a model lacks the token:{" "}
          {kept_tokens.map((token, i) => (
            <span key={token}>
              {i > 0 && ", "}
              <code>{token}</code>
            </span>
          ))}
          {kept_tokens.length < Math.max(...tables.map(({ kept }) => kept)) && ", …"}
        </p>
      )}
      {unused.length > 0 && (
        <p class="quiet">
          Left out, since the target lacks the token:{" "}
          {unused
            .map(({ model, tokens }) => `${counted(tokens, "row")} of ${model}`)
            .join(", ")}
          .
        </p>
      )}
    </div>
  );
}
