// λ of each chat model: a slider and a number.
import { NumberField } from "../parts/number-field";
import { learnText } from "../text/language";
import { weight as told } from "./figures";
import { plane, type Weight, WEIGHTS, weigh } from "./state";

const STEP = 0.05;

export function Weights() {
  return (
    <div class="plane-weights">
      <WeightRow which="lambda" />
      {plane.value.two && <WeightRow which="lambda2" />}
    </div>
  );
}

function WeightRow({ which }: { which: Weight }) {
  const { plane: t } = learnText.value;
  const { low, high } = WEIGHTS[which];
  const name = which === "lambda" ? "λ" : "λ₂";
  const value = plane.value[which];
  return (
    <div class={`plane-weight plane-weight-${which}`}>
      <label for={which}>{name}</label>
      <input
        id={which}
        type="range"
        min={low}
        max={high}
        step={STEP}
        value={value}
        aria-valuetext={told(value)}
        onInput={(event) => weigh(which, event.currentTarget.valueAsNumber)}
      />
      <NumberField
        label={t.asNumber(name)}
        value={value}
        digits={2}
        low={low}
        high={high}
        step={STEP}
        onChange={(value) => weigh(which, value)}
      />
    </div>
  );
}
