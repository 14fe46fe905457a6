// What the models read, line by line, and what it means.
import { learnText } from "../text/language";
import { type Line, unknownIn, wordsOf } from "./conversation";
import { conversation, prompt, tiny } from "./state";
import { Words } from "./words";

export function Conversation({ known }: { known: readonly string[] }) {
  const { tiny: t } = learnText.value;
  const { text } = tiny.value;
  // It is not asked, and the answers are those to what was asked before it.
  if (unknownIn(text, known).length > 0) return null;
  const lines: Line[] = text.trim() === "" ? conversation.value : [{ of: "user", words: wordsOf(text).join(" ") }];
  return (
    <div class="tiny-conversation" aria-labelledby="tiny-conversation" role="group">
      <h4 id="tiny-conversation">{t.conversation}</h4>
      <ol>
        {lines.map(({ of, words }, i) => (
          <li key={i} class={`tiny-line of-${of}`}>
            <span class="tiny-who">{of === "user" ? t.you : t.given}</span>
            <Words words={words.split(" ")} />
          </li>
        ))}
      </ol>
      {lines.length > 1 && <p class="quiet">{t.prefilled}</p>}
      <p class="quiet tiny-raw">
        {t.prompt} <code>{prompt.value}</code>
      </p>
    </div>
  );
}
