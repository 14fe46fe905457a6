// Lines over λ, with a line where the slider is.
import { scaleLinear } from "d3-scale";
import { useRef } from "preact/hooks";
import { useWidth } from "../parts/use-width";
import { weight } from "../plane/figures";
import { HIGH, LOW } from "./lambdas";
import type { Mark, Point, Series } from "./series";

const ROOM = { left: 40, right: 14, top: 18, bottom: 26 };
const USUAL_WIDTH = 640;
const TICKS = [-0.5, 0, 0.5, 1, 1.5, 2];

type Props = {
  series: readonly Series[];
  /** From the lowest to the highest value. */
  range: readonly [number, number];
  ticks: number;
  told(value: number): string;
  height: number;
  lambda: number;
  label: string;
};

export function Chart({ series, range, ticks, told, height, lambda, label }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg, USUAL_WIDTH);
  const x = scaleLinear([LOW, HIGH], [ROOM.left, width - ROOM.right]);
  const y = scaleLinear(range, [height - ROOM.bottom, ROOM.top]);
  const on = (point: Point): Point => ({ x: x(point.x), y: y(point.y) });
  const bottom = height - ROOM.bottom;
  return (
    <svg ref={svg} class="tiny-chart" height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {y.ticks(ticks).map((tick) => (
        <g key={tick}>
          <line class="tiny-grid" x1={ROOM.left} x2={width - ROOM.right} y1={y(tick)} y2={y(tick)} />
          <text x={ROOM.left - 6} y={y(tick) + 4} text-anchor="end">
            {told(tick)}
          </text>
        </g>
      ))}
      {TICKS.map((tick) => (
        <text key={tick} x={x(tick)} y={bottom + 18} text-anchor="middle">
          {weight(tick).replace(/0$/, "")}
        </text>
      ))}
      <line class="tiny-now" x1={x(lambda)} x2={x(lambda)} y1={ROOM.top} y2={bottom} />
      <text class="tiny-now-name" x={x(lambda)} y={ROOM.top - 6} text-anchor="middle">
        λ
      </text>
      {series.map(({ name, mark, points }) => (
        <g key={name} class={`tiny-series of-${mark}`}>
          <polyline points={points.map(on).map(({ x, y }) => `${x},${y}`).join(" ")} />
          {points.map((point) => (
            <path key={point.x} d={markAt(mark, on(point))} />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** The outline of a mark. */
export function markAt(mark: Mark, { x, y }: Point): string {
  switch (mark) {
    case "circle":
      return `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`;
    case "square":
      return `M${x - 2.75} ${y - 2.75}h5.5v5.5h-5.5z`;
    case "triangle":
      return `M${x} ${y - 3.75}l3.5 6.25h-7z`;
    case "down":
      return `M${x} ${y + 3.75}l-3.5 -6.25h7z`;
    case "diamond":
      return `M${x} ${y - 4}l4 4l-4 4l-4 -4z`;
  }
}
