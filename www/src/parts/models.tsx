// The cards of all models.
import { addChat } from "../state/actions";
import { models } from "../state/store";
import { Icon } from "./icon";
import { ModelCard } from "./model-card";

export function Models() {
  return (
    <div class="models">
      <ModelCard part="base" about="What the chat models were tuned from." />
      <ModelCard part="target" about="What they are added to. Optional: none given means the base." />
      {models.value.chats.map(({ key }) => (
        <ModelCard key={key} part={key} about="A tuned version of the base." />
      ))}
      <button type="button" class="add-chat" id="add-chat" onClick={addChat}>
        <Icon name="plus" />
        Add chat model
      </button>
    </div>
  );
}
