// The cards of all models.
import { addChat } from "../state/actions";
import { models } from "../state/store";
import { text } from "../text/language";
import { Icon } from "./icon";
import { ModelCard } from "./model-card";

export function Models() {
  const t = text.value.models;
  return (
    <div class="models">
      <ModelCard part="base" about={t.baseAbout} />
      <ModelCard part="target" about={t.targetAbout} />
      {models.value.chats.map(({ key }) => (
        <ModelCard key={key} part={key} about={t.chatAbout} />
      ))}
      <button type="button" class="add-chat" id="add-chat" onClick={addChat}>
        <Icon name="plus" />
        {t.add}
      </button>
    </div>
  );
}
