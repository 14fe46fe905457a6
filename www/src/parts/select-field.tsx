// A labelled select.
import type { ComponentChildren } from "preact";

type Props<T extends string> = {
  label: string;
  options: readonly T[];
  value: T;
  onChoose(option: T): void;
  children?: ComponentChildren;
};

export function SelectField<T extends string>(props: Props<T>) {
  const { label, options, value, onChoose, children } = props;
  const id = label.toLowerCase().replaceAll(" ", "-");
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
            {option}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
}
