// A number within limits, typed: what is typed is left as it is until the field is left.
import { useState } from "preact/hooks";

type Props = {
  label: string;
  value: number;
  /** How many digits are shown. */
  digits: number;
  low: number;
  high: number;
  step: number;
  about?: string;
  onChange(value: number): void;
};

export function NumberField({ label, value, digits, low, high, step, about, onChange }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const isRight = (text: string) => text !== "" && Number(text) >= low && Number(text) <= high;
  return (
    <input
      type="number"
      aria-label={label}
      aria-describedby={about}
      aria-invalid={typed !== null && !isRight(typed)}
      min={low}
      max={high}
      step={step}
      value={typed ?? value.toFixed(digits)}
      onInput={({ currentTarget: { value: text } }) => {
        setTyped(text);
        if (isRight(text)) onChange(Number(text));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
