// A measure as a map: layers from top to bottom, modules from left to right. It is drawn by
// attributes alone, so that it can be saved as it is, and no style is needed that the page's policy
// forbids.
import { useState } from "preact/hooks";
import { laterText } from "../../text/later-text";
import type { Measure } from "./measures";
import type { Grid } from "./places";
import type { Colours } from "./scale";

/** Cells are larger where there are few. */
const cellSize = (layers: number, modules: number) => ({
  width: modules <= 12 ? 38 : 28,
  height: layers <= 40 ? 18 : 13,
});
const LEFT = 44;
const LETTER = 6.1;
const SLANT = Math.SQRT1_2;
/** Names are cut at their beginning, which they share. */
const LONGEST = 36;
/** So many tensors outside of layers are drawn; the table has all. */
const OTHERS = 24;
const STEPS = 40;

type Props = {
  grid: Grid;
  names: readonly string[];
  values: readonly number[];
  measure: Measure;
  colours: Colours;
  title: string;
};

export function HeatMap({ grid, names, values, measure, colours, title }: Props) {
  const t = laterText.value.report;
  const [at, setAt] = useState(-1);
  const { layers, modules, cells } = grid;
  const others = grid.others.slice(0, OTHERS);
  const size = cellSize(layers.length, modules.length);
  const longest = Math.max(0, ...modules.map((name) => shorten(name).length)) * LETTER;
  const top = modules.length === 0 ? 4 : longest * SLANT + 16;
  const gridEnd = top + layers.length * size.height;
  const othersTop = gridEnd + (others.length > 0 && layers.length > 0 ? 14 : 0);
  const legendTop = othersTop + others.length * size.height + 16;
  const longestOther = Math.max(0, ...others.map((i) => shorten(names[i] ?? "").length)) * LETTER;
  const width = Math.max(
    LEFT + modules.length * size.width + longest * SLANT + 12,
    LEFT + size.width + 8 + longestOther + 8,
    LEFT + 208 + widthOf(measure.label) + 12,
  );
  const height = legendTop + 34;

  const told = (tensor: number) => `${names[tensor]}: ${measure.text(values[tensor] ?? Number.NaN)}`;
  const cell = (tensor: number, x: number, y: number) => (
    <Cell
      key={tensor}
      tensor={tensor}
      x={x}
      y={y}
      size={size}
      value={values[tensor] ?? Number.NaN}
      colours={colours}
      told={told(tensor)}
    />
  );
  return (
    <div class="chart">
      <div class="chart-scroll" role="region" aria-label={t.map} tabIndex={0}>
        <svg
          class="heat-map"
          xmlns="http://www.w3.org/2000/svg"
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={t.mapOf(
            title,
            layers.length,
            modules.length,
            measure.text(colours.low),
            measure.text(colours.high),
          )}
          font-size="11"
          fill="currentColor"
          onPointerOver={(event) => {
            const { tensor } = (event.target as SVGElement).dataset;
            setAt(tensor === undefined ? -1 : Number(tensor));
          }}
          onPointerLeave={() => setAt(-1)}
        >
          {modules.map((name, i) => {
            const x = LEFT + (i + 0.5) * size.width;
            return (
              <text key={name} x={x} y={top - 7} transform={`rotate(-45 ${x} ${top - 7})`}>
                {shorten(name)}
              </text>
            );
          })}
          {layers.map((layer, row) => (
            <text
              key={layer}
              x={LEFT - 8}
              y={top + (row + 0.5) * size.height + 4}
              text-anchor="end"
            >
              {layer}
            </text>
          ))}
          {cells.flatMap((tensors, row) =>
            tensors.map((tensor, i) =>
              tensor < 0
                ? null
                : cell(tensor, LEFT + i * size.width, top + row * size.height),
            ),
          )}
          {others.map((tensor, row) => {
            const y = othersTop + row * size.height;
            return (
              <g key={tensor}>
                {cell(tensor, LEFT, y)}
                <text x={LEFT + size.width + 8} y={y + size.height / 2 + 4}>
                  {shorten(names[tensor] ?? "")}
                </text>
              </g>
            );
          })}
          <Legend colours={colours} measure={measure} y={legendTop} />
        </svg>
      </div>
      <p class="quiet chart-told" aria-hidden="true">
        {at >= 0 ? told(at) : t.point}
        {at < 0 && grid.others.length > OTHERS
          ? ` ${t.moreOutside(grid.others.length - OTHERS)}`
          : ""}
      </p>
    </div>
  );
}

type CellProps = {
  tensor: number;
  x: number;
  y: number;
  size: { width: number; height: number };
  value: number;
  colours: Colours;
  told: string;
};

function Cell({ tensor, x, y, size, value, colours, told }: CellProps) {
  const known = !Number.isNaN(value);
  const paint = known
    ? { fill: colours.of(value) }
    : { fill: "none", stroke: "currentColor", "stroke-opacity": 0.4, "stroke-dasharray": "2 2" };
  return (
    <rect
      data-tensor={tensor}
      x={x + 0.75}
      y={y + 0.75}
      width={size.width - 1.5}
      height={size.height - 1.5}
      rx={2}
      pointer-events="all"
      {...paint}
    >
      <title>{told}</title>
    </rect>
  );
}

function Legend({ colours, measure, y }: { colours: Colours; measure: Measure; y: number }) {
  const { low, high } = colours;
  const step = 200 / STEPS;
  return (
    <g>
      {Array.from({ length: STEPS }, (_, i) => (
        <rect
          key={i}
          x={LEFT + i * step}
          y={y}
          width={step + 0.5}
          height={10}
          fill={colours.of(low + ((i + 0.5) / STEPS) * (high > low ? high - low : 1))}
        />
      ))}
      <text x={LEFT} y={y + 24}>
        {measure.text(low)}
      </text>
      <text x={LEFT + 200} y={y + 24} text-anchor="end">
        {measure.text(high)}
      </text>
      <text x={LEFT + 208} y={y + 9}>
        {measure.label}
      </text>
    </g>
  );
}

/** About how wide a text is; letters of East Asia are square. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 11 : LETTER), 0);
}

function shorten(name: string): string {
  const plain = name.endsWith(".weight") ? name.slice(0, -".weight".length) : name;
  return plain.length > LONGEST ? `…${plain.slice(1 - LONGEST)}` : plain;
}
