// The tensors of the output that hold NaN or infinite elements.
import type { NonFinite } from "../protocol";
import { counted, groups } from "../text/bytes";

/** `label`: what the output is told by, where there are several. */
export function NonFiniteTable({ tensors, label }: { tensors: NonFinite[]; label: string }) {
  if (tensors.length === 0) return null;
  return (
    <div class="non-finite">
      <h3>
        {label && `${label}: `}
        {counted(tensors.length, "tensor")} with elements that are not finite numbers
      </h3>
      <p>
        The input has such elements already, a weight is too large, or the values do not fit the
        output dtype: F16 ends at 65,504.
      </p>
      <div class="table-scroll" role="region" aria-label={label ? `Tensors that are not finite, ${label}` : "Tensors that are not finite"} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">NaN</th>
              <th scope="col">Infinite</th>
            </tr>
          </thead>
          <tbody>
            {tensors.map(({ tensor, nan, infinite }) => (
              <tr key={tensor}>
                <th scope="row">{tensor}</th>
                <td class="number">{groups(nan)}</td>
                <td class="number">{groups(infinite)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
