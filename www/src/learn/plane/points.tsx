// The points as numbers: all that the picture can do, without it.
import { NumberField } from "../parts/number-field";
import { learnText } from "../text/language";
import { decimal } from "./figures";
import { LIMIT } from "./geometry";
import { LETTERS } from "./letters";
import { type Model, models, move, plane, sums, takeSecond } from "./state";

const AXES = ["x", "y"] as const;

export function Points() {
  const { plane: t } = learnText.value;
  const { merged } = sums.value;
  return (
    <div class="plane-points">
      <table>
        <caption>{t.points}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">x</th>
            <th scope="col">y</th>
          </tr>
        </thead>
        <tbody>
          {models.value.map((model) => (
            <Row key={model} model={model} />
          ))}
          <tr>
            <th scope="row">{t.short.merged}</th>
            {AXES.map((axis) => (
              <td key={axis} class="plane-merged">
                {decimal(merged[axis])}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <p class="quiet" id="plane-range">
        {t.range(String(LIMIT.x), String(LIMIT.y))}
      </p>
      <div class="plane-second">
        <input
          id="plane-second"
          type="checkbox"
          checked={plane.value.two}
          onChange={(event) => takeSecond(event.currentTarget.checked)}
        />
        <label for="plane-second">{t.second}</label>
      </div>
    </div>
  );
}

function Row({ model }: { model: Model }) {
  const { plane: t } = learnText.value;
  const at = plane.value[model];
  return (
    <tr>
      <th scope="row">
        <span class={`plane-letter of-${model}`}>{LETTERS[model]}</span> {t.short[model]}
      </th>
      {AXES.map((axis) => (
        <td key={axis}>
          <NumberField
            label={t.coordinate(t.names[model], axis)}
            value={at[axis]}
            digits={1}
            low={-LIMIT[axis]}
            high={LIMIT[axis]}
            step={0.1}
            about="plane-range"
            onChange={(value) => move(model, { ...plane.peek()[model], [axis]: value })}
          />
        </td>
      ))}
    </tr>
  );
}
