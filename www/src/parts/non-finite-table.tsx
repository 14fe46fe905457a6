// The tensors of the output that hold NaN or infinite elements.
import type { NonFinite } from "../protocol";
import { groups } from "../text/bytes";
import { text } from "../text/language";

/** `label`: what the output is told by, where there are several. */
export function NonFiniteTable({ tensors, label }: { tensors: NonFinite[]; label: string }) {
  if (tensors.length === 0) return null;
  const t = text.value.result;
  return (
    <div class="non-finite">
      <h3>
        {label && `${label}: `}
        {t.nonFinite(tensors.length)}
      </h3>
      <p>{t.nonFiniteAbout}</p>
      <div
        class="table-scroll"
        role="region"
        aria-label={label ? t.nonFiniteLabelOf(label) : t.nonFiniteLabel}
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t.name}</th>
              <th scope="col">NaN</th>
              <th scope="col">{t.infinite}</th>
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
