// A turn after the first: the same of another person, or more of the same one.
import { Icon } from "../../parts/icon";
import { SelectField } from "../../parts/select-field";
import { learnText } from "../text/language";
import type { Turn } from "./conversation";
import { change, tiny } from "./state";
import { NAMES, RELATIONS } from "./world";

const KINDS = ["and", "more"] as const;

export function MoreTurn({ turn, index }: { turn: Turn; index: number }) {
  const { tiny: t } = learnText.value;
  const { turns } = tiny.value;
  const number = index + 1;
  const put = (turn: Turn) => change({ turns: turns.with(index, turn), text: "" });
  if (turn.kind === "ask") return null;
  return (
    <div class="tiny-turn" role="group" aria-label={t.turn(number)}>
      <SelectField
        id={`tiny-kind-${number}`}
        label={t.kind(number)}
        options={KINDS}
        value={turn.kind}
        told={(kind) => t.kinds[kind]}
        onChoose={(kind) => put(kind === "and" ? { kind, name: "tom" } : { kind, relation: "eat" })}
      />
      {turn.kind === "and" ? (
        <SelectField
          id={`tiny-person-${number}`}
          label={t.turnPerson(number)}
          options={NAMES}
          value={turn.name}
          onChoose={(name) => put({ kind: "and", name })}
        />
      ) : (
        <SelectField
          id={`tiny-question-${number}`}
          label={t.turnQuestion(number)}
          options={RELATIONS}
          value={turn.relation}
          told={(relation) => t.questions[relation]}
          onChoose={(relation) => put({ kind: "more", relation })}
        />
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t.remove(number)}
        onClick={() => change({ turns: turns.toSpliced(index, 1), text: "" })}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}
