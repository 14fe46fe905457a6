// Weight space with two dimensions: the points to move, the vectors, and the merged model.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useWidth } from "../parts/use-width";
import { learnText } from "../text/language";
import { arrow, toPlane, toScreen, type Vector, type View, viewOf, zoomFor } from "./geometry";
import { Grid } from "./grid";
import { Handle, RADIUS } from "./handle";
import { type Model, models, move, plane, sums, tell } from "./state";

/** Before the browser has said how wide the picture is. */
const USUAL_WIDTH = 560;

export function Picture() {
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg, USUAL_WIDTH);
  const [dragged, setDragged] = useState<Model | null>(null);
  const kept = useRef(1);

  const { plane: t } = learnText.value;
  const { base, target, chat, second, two } = plane.value;
  const { scaled, between, merged, scaled2 } = sums.value;
  // What is under a pointer stays there until it is let go.
  if (!dragged) kept.current = zoomFor([base, target, chat, merged, ...(two ? [second, between] : [])]);
  const zoom = kept.current;
  const view = viewOf(width, zoom);
  const on = (at: Vector) => toScreen(view, at);
  const toPoint = { start: RADIUS, end: RADIUS + 2 };
  const toMerged = { start: RADIUS, end: RING };

  return (
    <svg
      ref={svg}
      class="plane-picture"
      viewBox={`0 0 ${view.width} ${view.height}`}
      role="group"
      aria-label={t.picture}
      aria-describedby="plane-help"
    >
      <Grid view={view} zoom={zoom} />
      <g aria-hidden="true">
        <line class="plane-apart" {...ends(on(base), on(target))} />
        <Named view={view} from={base} to={chat} room={toPoint} kind="chat">
          τ
        </Named>
        {two && (
          <Named view={view} from={base} to={second} room={toPoint} kind="second">
            τ₂
          </Named>
        )}
        <Named view={view} from={target} to={between} room={scaled2 ? { start: RADIUS, end: 0 } : toMerged} kind="chat">
          λτ
        </Named>
        {scaled2 && (
          <Named view={view} from={between} to={merged} room={{ start: 0, end: RING }} kind="second">
            λ₂τ₂
          </Named>
        )}
      </g>
      <Merged
        at={on(merged)}
        isLeft={isLeft(on(merged).x, (scaled2 ?? scaled).x, width)}
        name={t.short.merged}
      />
      {models.value.map((model) => (
        <Handle
          key={model}
          model={model}
          at={plane.value[model]}
          view={view}
          onMove={(to) => move(model, to)}
          onDrag={(event, apart) => {
            const box = svg.current?.getBoundingClientRect();
            if (!box) return;
            setDragged(model);
            const at = { x: event.clientX - box.left - apart.x, y: event.clientY - box.top - apart.y };
            move(model, toPlane(view, at), true);
          }}
          onDrop={() => {
            setDragged(null);
            tell(model);
          }}
        />
      ))}
    </svg>
  );
}

const RING = RADIUS + 8;
/** For the name, in pixels. */
const ROOM = 72;

/** Whether the name of the merged model stands left of it: where its vector does not come from. */
function isLeft(x: number, across: number, width: number): boolean {
  return across < 0 ? x > ROOM : x > width - ROOM;
}

/** A ring, so that a point which the merge leads to is seen in it. */
function Merged({ at: { x, y }, isLeft, name }: { at: Vector; isLeft: boolean; name: string }) {
  return (
    <g class="plane-ring" aria-hidden="true" transform={`translate(${x} ${y})`}>
      <circle r={RING - 2} />
      <circle class="plane-dot" r={3} />
      <text class={isLeft ? "plane-left" : "plane-right"} x={(RING + 4) * (isLeft ? -1 : 1)}>
        {name}
      </text>
    </g>
  );
}

type NamedProps = {
  view: View;
  from: Vector;
  to: Vector;
  room: { start: number; end: number };
  kind: "chat" | "second";
  children: ComponentChildren;
};

/** An arrow with its name. */
function Named({ view, from, to, room, kind, children }: NamedProps) {
  const drawn = arrow(toScreen(view, from), toScreen(view, to), room);
  if (!drawn) return null;
  // Vectors on each other have their names apart.
  const name = kind === "second" ? drawn.below : drawn.above;
  return (
    <g class={`plane-arrow of-${kind}`}>
      <line {...ends(drawn.from, drawn.to)} />
      <polygon points={drawn.head.map(({ x, y }) => `${x},${y}`).join(" ")} />
      <text x={name.x} y={name.y}>
        {children}
      </text>
    </g>
  );
}

function ends(from: Vector, to: Vector) {
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
}
