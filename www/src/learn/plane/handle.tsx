// A point of the picture that can be moved: by pointer, and by arrow keys. For assistive technology it
// is a slider, which takes arrow keys everywhere; what it stands at is said as both numbers.
import { useRef } from "preact/hooks";
import { learnText } from "../text/language";
import { point } from "./figures";
import { LIMIT, plus, toScreen, type Vector, type View } from "./geometry";
import { LETTERS } from "./letters";
import type { Model } from "./state";

export const RADIUS = 13;
/** For fingers. */
const REACH = 22;
const [STEP, LARGE_STEP] = [0.1, 1];

const KEYS: Record<string, Vector> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/** Where the name stands, so that names of points on each other can be read. */
const NAME_BELOW: Record<Model, boolean> = { base: true, chat: true, second: true, target: false };

type Props = {
  model: Model;
  at: Vector;
  view: View;
  onMove(to: Vector): void;
  /** `apart` is how far from its middle the point was taken. */
  onDrag(event: PointerEvent, apart: Vector): void;
  onDrop(): void;
};

export function Handle({ model, at, view, onMove, onDrag, onDrop }: Props) {
  const taken = useRef<Vector | null>(null);
  const { plane: t } = learnText.value;
  const { x, y } = toScreen(view, at);
  const drop = () => {
    if (taken.current) onDrop();
    taken.current = null;
  };
  return (
    <g
      class={`plane-handle of-${model}`}
      transform={`translate(${x} ${y})`}
      role="slider"
      tabindex={0}
      aria-label={t.names[model]}
      aria-roledescription={t.handle}
      aria-valuemin={-LIMIT.x}
      aria-valuemax={LIMIT.x}
      aria-valuenow={at.x}
      aria-valuetext={point(at)}
      aria-describedby="plane-help"
      onKeyDown={(event) => {
        const way = KEYS[event.key];
        if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        const step = event.shiftKey ? LARGE_STEP : STEP;
        onMove(plus(at, { x: way.x * step, y: way.y * step }));
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
        const box = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
        if (!box) return;
        taken.current = { x: event.clientX - box.left - x, y: event.clientY - box.top - y };
      }}
      onPointerMove={(event) => {
        if (taken.current) onDrag(event, taken.current);
      }}
      onPointerUp={drop}
      onLostPointerCapture={drop}
    >
      <circle class="plane-reach" r={REACH} />
      <circle class="plane-focus" r={RADIUS + 3} />
      {model === "base" ? (
        <rect class="plane-body" x={-RADIUS} y={-RADIUS} width={2 * RADIUS} height={2 * RADIUS} rx={3} />
      ) : (
        <circle class="plane-body" r={RADIUS} />
      )}
      <g aria-hidden="true">
        <text class="plane-initial">{LETTERS[model]}</text>
        <text y={NAME_BELOW[model] ? RADIUS + 15 : -RADIUS - 12}>{t.short[model]}</text>
      </g>
    </g>
  );
}
