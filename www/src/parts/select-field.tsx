// A labelled select.
import type { ComponentChildren } from "preact";

type Props<T extends string> = {
  id: string;
  label: string;
  options: readonly T[];
  value: T;
  /** What the person reads; without it, the option itself. */
  told?(option: T): string;
  onChoose(option: T): void;
  children?: ComponentChildren;
};

export function SelectField<T extends string>(props: Props<T>) {
  const { id, label, options, value, told, onChoose, children } = props;
  const choose = (event: Event) => {
    const { value } = event.currentTarget as HTMLSelectElement;
    const option = options.find((option) => option === value);
    if (option !== undefined) onChoose(option);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={choose}>
        {options.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {told ? told(option) : option}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
}
