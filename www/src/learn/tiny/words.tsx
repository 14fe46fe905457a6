// Words of the models, and beneath them what they mean in English.
import { foreign } from "../../text/language";
import { learnText } from "../text/language";
import { meaning, tongueOf } from "./language";

export function Words({ words }: { words: readonly string[] }) {
  const { tiny: t } = learnText.value;
  const tongue = tongueOf(words);
  const isB = tongue === "B" || tongue === "mixed";
  return (
    <div class="tiny-words">
      <p class="tiny-said" lang={tongue === "A" ? foreign.value : undefined} translate={false}>
        {words.join(" ")}
      </p>
      {isB && (
        <p class="tiny-meaning">
          <span>{t.means}</span> <span lang={foreign.value}>{meaning(words)}</span>
        </p>
      )}
    </div>
  );
}
