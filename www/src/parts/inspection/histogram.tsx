// How a measure is spread over the tensors. Drawn by attributes alone, as the map is.
import { bin, max, min } from "d3-array";
import { scaleLinear } from "d3-scale";
import { groups } from "../../text/bytes";
import { text } from "../../text/language";
import { laterText } from "../../text/later-text";
import type { Measure } from "./measures";

const SIZE = { width: 560, height: 220, left: 44, right: 16, top: 10, bottom: 42 };
const BINS = 24;
/** As readable on white as on near-black. */
const BAR = "#3a8f83";

type Props = { values: readonly number[]; measure: Measure; title: string };

export function Histogram({ values, measure, title }: Props) {
  const t = laterText.value.report;
  const known = values.filter((x) => !Number.isNaN(x));
  if (known.length === 0) return <p class="placeholder">{t.unknown}</p>;
  const { width, height, left, right, top, bottom } = SIZE;
  const [low, high] = [min(known) ?? 0, max(known) ?? 0];
  const x = scaleLinear([low, high > low ? high : low + (Math.abs(low) || 1)], [
    left,
    width - right,
  ]).nice();
  const [from, to] = x.domain() as [number, number];
  const bins = bin().domain([from, to]).thresholds(x.ticks(BINS))(known);
  const most = max(bins, (bin) => bin.length) ?? 0;
  const y = scaleLinear([0, most], [height - bottom, top]).nice();
  const counts = y.ticks(4).filter(Number.isInteger);
  return (
    <div class="chart-scroll" role="region" aria-label={t.histogram} tabIndex={0}>
      <svg
        class="histogram"
        xmlns="http://www.w3.org/2000/svg"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t.histogramOf(title, text.value.tensors(known.length), measure.text(low), measure.text(high))}
        font-size="11"
        fill="currentColor"
      >
        {counts.map((count) => (
          <g key={count}>
            <line
              x1={left}
              x2={width - right}
              y1={y(count)}
              y2={y(count)}
              stroke="currentColor"
              stroke-opacity={count === 0 ? 0.6 : 0.15}
            />
            <text x={left - 8} y={y(count) + 4} text-anchor="end">
              {groups(count)}
            </text>
          </g>
        ))}
        {bins.map((bin, i) => {
          const [start, end] = [bin.x0 ?? from, bin.x1 ?? to];
          const told = t.bin(measure.text(start), measure.text(end), text.value.tensors(bin.length));
          return (
            <rect
              key={i}
              x={x(start) + 0.5}
              y={y(bin.length)}
              width={Math.max(0, x(end) - x(start) - 1)}
              height={y(0) - y(bin.length)}
              fill={BAR}
            >
              <title>{told}</title>
            </rect>
          );
        })}
        {x.ticks(5).map((tick) => (
          <text key={tick} x={x(tick)} y={height - bottom + 16} text-anchor="middle">
            {measure.text(tick)}
          </text>
        ))}
        <text x={(left + width - right) / 2} y={height - 6} text-anchor="middle">
          {measure.label}
        </text>
      </svg>
    </div>
  );
}
