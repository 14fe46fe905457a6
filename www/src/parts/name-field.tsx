// What a model is called, in the formula and in the model card.
import { setName } from "../state/actions";
import { type Part, slotOf, typedName } from "../state/models";
import { models } from "../state/store";
import { text } from "../text/language";
import { suggestedName } from "../text/model-name";

export function NameField({ part, title }: { part: Part; title: string }) {
  const slot = slotOf(models.value, part);
  const typed = typedName(models.value, part);
  if (slot.kind === "empty" && typed === "") return null;
  const id = `name-${part}`;
  return (
    <div class="name">
      <label for={id}>{text.value.models.name}</label>
      <input
        id={id}
        type="text"
        spellcheck={false}
        autocomplete="off"
        aria-label={text.value.models.nameOf(title)}
        placeholder={(slot.kind !== "empty" && suggestedName(slot.files)) || "owner/model"}
        value={typed}
        onInput={(event) => setName(part, event.currentTarget.value)}
      />
    </div>
  );
}
