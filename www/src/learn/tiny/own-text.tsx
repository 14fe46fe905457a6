// A text of a person's own. It is asked once they pause; words that the models don't know are told.
import { useEffect, useRef, useState } from "preact/hooks";
import { learnText } from "../text/language";
import { unknownIn } from "./conversation";
import { change, LONGEST, tiny } from "./state";

const PAUSE = 300;

export function OwnText({ known }: { known: readonly string[] }) {
  const { tiny: t } = learnText.value;
  const [typed, setTyped] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { text } = tiny.value;
  const ask = (text: string) => {
    clearTimeout(timer.current);
    setTyped(null);
    change({ text });
  };
  const unknown = unknownIn(text, known);
  return (
    <div class="field">
      <label for="tiny-own">{t.own}</label>
      <input
        id="tiny-own"
        type="text"
        maxLength={LONGEST}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-describedby="tiny-own-about tiny-unknown"
        aria-invalid={unknown.length > 0}
        value={typed ?? text}
        onInput={({ currentTarget: { value } }) => {
          setTyped(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => ask(value), PAUSE);
        }}
        onChange={({ currentTarget: { value } }) => ask(value)}
      />
      <p id="tiny-unknown" class="field-problem" role="status">
        {unknown.length > 0 && t.unknown(unknown.join(", "))}
      </p>
      {text && (
        <button type="button" class="button" onClick={() => ask("")}>
          {t.useTurns}
        </button>
      )}
    </div>
  );
}
