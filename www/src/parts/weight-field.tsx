// λ of a chat model: one, or several for an output each.
import { setWeight } from "../state/actions";
import { listsProblem, models } from "../state/store";
import { lambda } from "../text/formula";
import { text } from "../text/language";
import { said } from "../text/sentence";
import { parseWeights } from "../text/weight";

export function WeightField({ chat, title }: { chat: number; title: string }) {
  const index = models.value.chats.findIndex(({ key }) => key === chat);
  const weight = models.value.chats[index]?.weight ?? "";
  const t = text.value.models;
  const name = t.weightOf(title);
  const weights = parseWeights(weight);
  const count = weights?.length ?? 0;
  const lists = count > 1 ? listsProblem.value : null;
  const problem = weights ? lists && said([lists]) : text.value.typed.weights(name);
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
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label={name}
        aria-invalid={Boolean(problem)}
        aria-describedby={problem ? `${id}-problem` : `${id}-about`}
        value={weight}
        onInput={(event) => setWeight(chat, event.currentTarget.value)}
      />
      {problem ? (
        <p class="field-problem" id={`${id}-problem`}>
          {problem}
        </p>
      ) : (
        <p class="quiet" id={`${id}-about`}>
          {count > 1 ? t.severalWeights(count) : t.oneWeight}
        </p>
      )}
    </div>
  );
}
