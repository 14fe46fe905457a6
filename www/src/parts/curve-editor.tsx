// A curve of λ by layer to draw: each layer that the pointer goes over takes its height. (By keyboard
// the curve is typed.)
import { useRef } from "preact/hooks";
import type { LayerWeight } from "../protocol";
import { curvePoints, curveText, curveWeights } from "../text/curve";
import { laterText } from "../text/later-text";
import { weightText } from "../text/weight";

const [WIDTH, HEIGHT, MARGIN] = [320, 140, 12];
/** What is drawn is a multiple of it. */
const STEP = 0.05;

type Props = {
  label: string;
  points: LayerWeight[];
  layers: number;
  /** λ of layers while there are no points. */
  otherwise: number;
  onDraw(text: string): void;
};

export function CurveEditor({ label, points, layers, otherwise, onDraw }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const last = useRef<{ layer: number; weight: number } | null>(null);
  const weights = curveWeights(points, layers, otherwise);
  const [low, high] = range(weights);
  const x = (layer: number) =>
    MARGIN + (layers > 1 ? (layer / (layers - 1)) * (WIDTH - 2 * MARGIN) : 0);
  const y = (weight: number) =>
    HEIGHT - MARGIN - ((weight - low) / (high - low)) * (HEIGHT - 2 * MARGIN);

  const draw = (event: PointerEvent) => {
    const box = svg.current?.getBoundingClientRect();
    if (!box) return;
    const across = ((event.clientX - box.left) / box.width) * WIDTH;
    const down = ((event.clientY - box.top) / box.height) * HEIGHT;
    const share = (across - MARGIN) / (WIDTH - 2 * MARGIN);
    const layer = Math.round(Math.min(1, Math.max(0, share)) * (layers - 1));
    const raw = low + ((HEIGHT - MARGIN - down) / (HEIGHT - 2 * MARGIN)) * (high - low);
    const weight = Math.round(Math.min(high, Math.max(low, raw)) / STEP) * STEP;
    const from = last.current ?? { layer, weight };
    last.current = { layer, weight };
    // A fast pointer leaves layers out: they lie on the line.
    const drawn = [...weights];
    const steps = Math.abs(layer - from.layer);
    for (let i = 0; i <= steps; i += 1) {
      const share = steps === 0 ? 1 : i / steps;
      const at = Math.round(from.layer + share * (layer - from.layer));
      drawn[at] = Number((from.weight + share * (weight - from.weight)).toFixed(2));
    }
    onDraw(curveText(curvePoints(drawn)));
  };

  return (
    <figure class="curve-editor">
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = null;
          draw(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) draw(event);
        }}
      >
        {[0, 1].map((weight) => (
          <g key={weight} class="curve-grid">
            <line x1={0} x2={WIDTH} y1={y(weight)} y2={y(weight)} />
            <text x={2} y={y(weight) - 3}>
              {weight}
            </text>
          </g>
        ))}
        <polyline points={weights.map((weight, layer) => `${x(layer)},${y(weight)}`).join(" ")} />
        {points.map(({ layer, weight }) => (
          <circle key={layer} cx={x(Math.min(layer, layers - 1))} cy={y(weight)} r={4} />
        ))}
      </svg>
      <figcaption class="quiet">
        {laterText.value.curve.told(
          layers - 1,
          weightText(round(Math.min(...weights))),
          weightText(round(Math.max(...weights))),
        )}
      </figcaption>
    </figure>
  );
}

function round(weight: number): number {
  return Number(weight.toFixed(3));
}

/** What the picture shows: 0 and 1 always, and a little beyond all. */
function range(weights: number[]): [number, number] {
  const [low, high] = [Math.min(0, ...weights), Math.max(1, ...weights)];
  const more = (high - low) * 0.25;
  return [low - (low < 0 ? more : 0.1), high + more];
}
