// The rows that become a chat model's: a list of tokens, which the models' tokenizers suggest.
import { addTakeOver, removeTakeOver, setTakeOver, suggestTakeOver } from "../state/actions";
import type { TakeOverForm } from "../state/recipe-form";
import { form, models, takeOver } from "../state/store";
import { text } from "../text/language";
import { laterText } from "../text/later-text";
import { Icon } from "./icon";

export function TakeOver() {
  const t = laterText.value.takeOver;
  const rows = takeOver.value;
  return (
    <div class="take-over" role="group" aria-labelledby="take-over-title">
      <h3 id="take-over-title">{t.title}</h3>
      <p class="quiet" id="take-over-about">
        {t.about}
      </p>
      {rows === null && <p class="quiet">{t.waits}</p>}
      {rows?.length === 0 && <p class="quiet">{t.none}</p>}
      {rows && rows.length > 0 && (
        <ol>
          {rows.map((row, index) => (
            <Row key={row.key} row={row} number={index + 1} />
          ))}
        </ol>
      )}
      <div class="take-over-buttons">
        <button type="button" class="button" id="add-token" onClick={addTakeOver}>
          <Icon name="plus" />
          {t.add}
        </button>
        {form.value.takeOver && (
          <button type="button" class="button" onClick={suggestTakeOver}>
            {t.suggest}
          </button>
        )}
      </div>
    </div>
  );
}

function Row({ row, number }: { row: TakeOverForm; number: number }) {
  const { key, chat, chatToken, targetToken } = row;
  const t = laterText.value.takeOver;
  const { chats } = models.value;
  const several = chats.length > 1;
  return (
    <li class={several ? "taken-row taken-row-of-several" : "taken-row"}>
      {several && (
        <select
          aria-label={t.chat(number)}
          value={chat}
          onChange={(event) => setTakeOver(key, { chat: Number(event.currentTarget.value) })}
        >
          {chats.map((card, index) => (
            <option key={card.key} value={card.key} selected={card.key === chat}>
              {text.value.title.chat(index + 1)}
            </option>
          ))}
        </select>
      )}
      <TokenField
        name={t.inChat(number)}
        placeholder="<|im_end|>"
        value={chatToken}
        onInput={(chatToken) => setTakeOver(key, { chatToken })}
      />
      <span aria-hidden="true">→</span>
      <TokenField
        name={t.inTarget(number)}
        placeholder={t.same}
        value={targetToken}
        onInput={(targetToken) => setTakeOver(key, { targetToken })}
      />
      <button
        type="button"
        class="icon-button"
        aria-label={t.remove(number)}
        onClick={() => {
          removeTakeOver(key);
          document.getElementById("add-token")?.focus();
        }}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}

type FieldProps = {
  name: string;
  placeholder: string;
  value: string;
  onInput(value: string): void;
};

function TokenField({ name, placeholder, value, onInput }: FieldProps) {
  return (
    <input
      type="text"
      aria-label={name}
      aria-describedby="take-over-about"
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
