// λ of a chat model.
import { setWeight } from "../state/actions";
import { models } from "../state/store";
import { lambda } from "../text/formula";
import { text } from "../text/language";
import { parseWeight } from "../text/weight";

export function WeightField({ chat, title }: { chat: number; title: string }) {
  const index = models.value.chats.findIndex(({ key }) => key === chat);
  const weight = models.value.chats[index]?.weight ?? "";
  const t = text.value.models;
  const name = t.weightOf(title);
  const invalid = parseWeight(weight) === null;
  const id = `weight-${chat}`;
  return (
    <div class="weight">
      <label for={id}>
        <span class="lambda" aria-hidden="true">
          {lambda(index + 1)}
        </span>{" "}
        {t.weight}
      </label>
      <input
        id={id}
        type="number"
        step="any"
        inputMode="decimal"
        aria-label={name}
        aria-invalid={invalid}
        aria-describedby={invalid ? `${id}-problem` : undefined}
        value={weight}
        onInput={(event) => setWeight(chat, event.currentTarget.value)}
      />
      {invalid && (
        <p class="field-problem" id={`${id}-problem`}>
          {text.value.typed.weight(name)}
        </p>
      )}
    </div>
  );
}
