// λ of one chat vector: a slider and a number.
import { weight as told } from "../plane/figures";
import { learnText } from "../text/language";
import { NumberField } from "./number-field";

const STEP = 0.05;

type Props = {
  id: string;
  class: string;
  name: string;
  value: number;
  limits: { low: number; high: number };
  onChange(value: number): void;
};

export function LambdaRow({ id, class: looks, name, value, limits: { low, high }, onChange }: Props) {
  return (
    <div class={looks}>
      <label for={id}>{name}</label>
      <input
        id={id}
        type="range"
        min={low}
        max={high}
        step={STEP}
        value={value}
        aria-valuetext={told(value)}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <NumberField
        label={learnText.value.plane.asNumber(name)}
        value={value}
        digits={2}
        low={low}
        high={high}
        step={STEP}
        onChange={onChange}
      />
    </div>
  );
}
