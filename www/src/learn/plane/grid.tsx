// The paper of the picture: its lines, and the axes with their numbers.
import { learnText } from "../text/language";
import { toScreen, type View } from "./geometry";

export function Grid({ view, zoom }: { view: View; zoom: number }) {
  const { plane: t } = learnText.value;
  const { width, height, unit } = view;
  const step = Math.ceil(zoom);
  const across = marks(width / 2 / unit, step);
  const up = marks(height / 2 / unit, step);
  const zero = toScreen(view, { x: 0, y: 0 });
  return (
    <g class="plane-grid" aria-hidden="true">
      {across.map((mark) => {
        const { x } = toScreen(view, { x: mark, y: 0 });
        return <line key={mark} class={mark === 0 ? "plane-axis" : ""} x1={x} x2={x} y1={0} y2={height} />;
      })}
      {up.map((mark) => {
        const { y } = toScreen(view, { x: 0, y: mark });
        return <line key={mark} class={mark === 0 ? "plane-axis" : ""} x1={0} x2={width} y1={y} y2={y} />;
      })}
      {across.filter((mark) => isNumbered(mark, step)).map((mark) => (
        <text key={mark} class="plane-mark" x={toScreen(view, { x: mark, y: 0 }).x} y={zero.y + 9}>
          {signed(mark)}
        </text>
      ))}
      {up.filter((mark) => isNumbered(mark, step)).map((mark) => (
        <text key={mark} class="plane-mark-y" x={zero.x - 5} y={toScreen(view, { x: 0, y: mark }).y}>
          {signed(mark)}
        </text>
      ))}
      <text class="plane-axis-name-x" x={width - 6} y={zero.y - 9}>
        {t.axis(1)}
      </text>
      <text class="plane-axis-name-y" x={zero.x + 7} y={11}>
        {t.axis(2)}
      </text>
    </g>
  );
}

/** Every second line has its number. */
function isNumbered(mark: number, step: number): boolean {
  return mark !== 0 && mark % (2 * step) === 0;
}

function marks(most: number, step: number): number[] {
  const count = Math.floor(most / step);
  return Array.from({ length: 2 * count + 1 }, (_, index) => (index - count) * step);
}

function signed(mark: number): string {
  return String(mark).replace("-", "−");
}
