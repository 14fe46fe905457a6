// How large each layer's part of a vector is.
import { useState } from "preact/hooks";
import { SelectField } from "../../parts/select-field";
import type { TensorNorms } from "../protocol";
import { learnText } from "../text/language";
import { heatOf, percent, shadeOf } from "./heat";
import { norms } from "./norms";
import { takesPart, tiny } from "./state";

const VECTORS = ["chat", "second"] as const;
type Vector = (typeof VECTORS)[number];

export function Norms({ vectors }: { vectors: number }) {
  const { tiny: t } = learnText.value;
  const [which, setWhich] = useState<Vector>("chat");
  const { layers, rows, outside } = heatOf(norms.value);
  const of = ({ vectors }: TensorNorms) => vectors[VECTORS.indexOf(which)]?.ratio ?? 0;
  const most = Math.max(0, ...norms.value.map(of));
  const cell = (norm: TensorNorms | undefined, key: number) =>
    norm ? <Cell key={key} norm={norm} ratio={of(norm)} most={most} /> : <td key={key} />;
  return (
    <div class="tiny-part">
      <h3>{t.norms}</h3>
      <p>{t.normsAbout}</p>
      {vectors > 1 && (
        <div class="tiny-fields">
          <SelectField
            id="tiny-vector"
            label={t.whichVector}
            options={VECTORS}
            value={which}
            told={(vector) => t.vectors[vector]}
            onChoose={(vector) => setWhich(vector)}
          />
        </div>
      )}
      <div class="tiny-scroll" role="region" aria-label={t.normsOf(t.vectors[which])} tabIndex={0}>
        <table class="tiny-heat">
          <caption>{t.normsOf(t.vectors[which])}</caption>
          <thead>
            <tr>
              <th scope="col">{t.module}</th>
              {layers.map((layer) => (
                <th key={layer} scope="col">
                  {t.layer(layer)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ module, cells }) => (
              <tr key={module}>
                <th scope="row">
                  <code>{module}</code>
                </th>
                {cells.map(cell)}
              </tr>
            ))}
          </tbody>
          <tbody>
            <tr>
              <th scope="rowgroup" colSpan={layers.length + 1}>
                {t.outside}
              </th>
            </tr>
            {outside.map((norm) => (
              <tr key={norm.module}>
                <th scope="row">
                  <code>{norm.module}</code>
                </th>
                {cell(norm, 0)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({ norm, ratio, most }: { norm: TensorNorms; ratio: number; most: number }) {
  const { tiny: t } = learnText.value;
  if (takesPart(norm.module, norm.layer, tiny.value)) {
    return <td class={`shade-${shadeOf(ratio, most)}`}>{percent(ratio)}</td>;
  }
  return (
    <td class="left-out">
      <s>{percent(ratio)}</s>
      <span class="visually-hidden"> {t.leftOut}</span>
    </td>
  );
}
