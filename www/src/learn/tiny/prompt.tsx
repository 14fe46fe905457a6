// What the models are asked: put together by choosing, or a text of a person's own.
import { Coded } from "../../parts/said";
import { SelectField } from "../../parts/select-field";
import { Conversation } from "./conversation-lines";
import { learnText } from "../text/language";
import { OwnText } from "./own-text";
import { change, isFull, tiny } from "./state";
import { MoreTurn } from "./turn";
import { NAMES, type Relation, RELATIONS } from "./world";

const TONGUES = ["B", "A"] as const;

export function Prompt({ known }: { known: readonly string[] }) {
  const { tiny: t } = learnText.value;
  const { tongue, turns } = tiny.value;
  const [first, ...others] = turns;
  if (first?.kind !== "ask") return null;
  const askFirst = (changes: { name?: string; relation?: Relation }) =>
    change({ turns: [{ ...first, ...changes }, ...others], text: "" });
  return (
    <div class="tiny-part">
      <h3>{t.ask}</h3>
      <div class="tiny-columns">
        <div class="tiny-builder">
          <div class="tiny-fields">
            <SelectField
              id="tiny-tongue"
              label={t.tongue}
              options={TONGUES}
              value={tongue}
              told={(tongue) => t.tongues[tongue]}
              onChoose={(tongue) => change({ tongue, text: "" })}
            />
            <SelectField
              id="tiny-person"
              label={t.person}
              options={NAMES}
              value={first.name}
              onChoose={(name) => askFirst({ name })}
            />
            <SelectField
              id="tiny-question"
              label={t.question}
              options={RELATIONS}
              value={first.relation}
              told={(relation) => t.questions[relation]}
              onChoose={(relation) => askFirst({ relation })}
            />
          </div>
          {others.map((turn, i) => (
            <MoreTurn key={i} turn={turn} index={i + 1} />
          ))}
          <button
            type="button"
            class="button"
            aria-disabled={isFull.value}
            onClick={() => {
              if (!isFull.peek()) change({ turns: [...turns, { kind: "and", name: "tom" }], text: "" });
            }}
          >
            {t.more}
          </button>
          <OwnText known={known} />
          <p class="quiet" id="tiny-own-about">
            <Coded text={t.ownAbout} />
          </p>
        </div>
        <Conversation known={known} />
      </div>
    </div>
  );
}
