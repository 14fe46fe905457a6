// What models do at each λ, drawn as it is measured.
import { max, min } from "d3-array";
import { weight } from "../plane/figures";
import { learnText } from "../text/language";
import { Chart, markAt } from "./chart";
import { LAMBDAS } from "./lambdas";
import { curve } from "./measures";
import { LOSS, nameOf, type Series, seriesOf, told, valueOf } from "./series";
import { tiny } from "./state";

export function Curve({ names }: { names: readonly string[] }) {
  const { tiny: t } = learnText.value;
  const rows = curve.value;
  const { lambda } = tiny.value;
  const all = seriesOf(names, rows);
  const shares = all.filter(({ name }) => name !== LOSS);
  const losses = all.filter(({ name }) => name === LOSS);
  const values = losses.flatMap(({ points }) => points.map(({ y }) => y));
  return (
    <div class="tiny-part">
      <h3>{t.curve}</h3>
      <p>{t.curveAbout}</p>
      <Legend series={shares} />
      <Chart
        series={shares}
        range={[0, 1]}
        ticks={5}
        told={(value) => told("", value)}
        height={280}
        lambda={lambda}
        label={t.curveOf(rows.length, weight(lambda))}
      />
      {losses.length > 0 && (
        <>
          <Legend series={losses} />
          <Chart
            series={losses}
            range={[Math.min(0, min(values) ?? 0), max(values) ?? 1]}
            ticks={3}
            told={(value) => told(LOSS, value)}
            height={130}
            lambda={lambda}
            label={t.lossOf(rows.length)}
          />
        </>
      )}
      <p class="quiet">{t.progress(rows.length, LAMBDAS.length)}</p>
      <details>
        <summary>{t.allNumbers}</summary>
        <div class="tiny-scroll" role="region" aria-label={t.numbers} tabIndex={0}>
          <table class="tiny-table">
            <thead>
              <tr>
                <th scope="col">λ</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {nameOf(name, learnText.value)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ lambda, measures }) => (
                <tr key={lambda}>
                  <th scope="row">{weight(lambda)}</th>
                  {names.map((name) => (
                    <td key={name}>{told(name, valueOf(measures, name) ?? Number.NaN)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

function Legend({ series }: { series: readonly Series[] }) {
  const t = learnText.value;
  return (
    <dl class="tiny-legend">
      {series.map(({ name, mark }) => (
        <div key={name}>
          <dt>
            <svg class={`tiny-series of-${mark}`} viewBox="0 0 32 12" width="32" height="12" aria-hidden="true">
              <polyline points="0,6 32,6" />
              <path d={markAt(mark, { x: 16, y: 6 })} />
            </svg>
            {nameOf(name, t)}
          </dt>
          <dd>{(t.tiny.measuresAbout as Record<string, string>)[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
