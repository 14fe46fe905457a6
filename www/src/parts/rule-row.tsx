// One tensor rule: pattern, λ per chat model, how many tensors it decides about.
import { useEffect, useRef } from "preact/hooks";
import type { RuleCount } from "../protocol";
import { moveRule, removeRule, setRule } from "../state/actions";
import { type RuleForm, weightProblem } from "../state/recipe-form";
import { counted } from "../text/bytes";
import { lambda } from "../text/formula";
import { parseWeight } from "../text/weight";
import { Icon } from "./icon";

type Props = {
  rule: RuleForm;
  index: number;
  last: boolean;
  matches: RuleCount | null;
  chats: number;
};

export function RuleRow({ rule, index, last, matches, chats }: Props) {
  const { key, pattern, weights } = rule;
  const field = useRef<HTMLInputElement>(null);
  const name = `Rule ${index + 1}`;
  useEffect(() => {
    if (pattern === "") field.current?.focus();
    // Only when the rule is new.
  }, []);

  const setOwnWeight = (chat: number, text: string) =>
    setRule(key, { weights: weights.map((old, i) => (i === chat ? text : old)) });
  const wrong = weights.findIndex((weight) => parseWeight(weight) === null);
  const problemId = `rule-${key}-problem`;

  return (
    <li class="rule">
      <span class="rule-number" aria-hidden="true">
        {index + 1}
      </span>
      <input
        ref={field}
        class="rule-pattern"
        type="text"
        aria-label={`${name} pattern`}
        aria-describedby="rules-about"
        placeholder="*.mlp.*"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={pattern}
        onInput={(event) => setRule(key, { pattern: event.currentTarget.value })}
      />
      <span class="rule-matches">{countText(matches)}</span>
      <span class="rule-weights">
        {weights.slice(0, chats).map((weight, chat) => (
          <label key={chat}>
            <span aria-hidden="true">{lambda(chat + 1)}</span>
            <input
              type="number"
              step="any"
              inputMode="decimal"
              aria-label={`${name} weight for chat model ${chat + 1}`}
              aria-invalid={parseWeight(weight) === null}
              aria-describedby={wrong === chat ? problemId : undefined}
              value={weight}
              onInput={(event) => setOwnWeight(chat, event.currentTarget.value)}
            />
          </label>
        ))}
      </span>
      <span class="rule-buttons">
        <MoveButton name={name} index={index} by={-1} possible={index > 0} />
        <MoveButton name={name} index={index} by={1} possible={!last} />
        <button
          type="button"
          class="icon-button"
          aria-label={`Remove ${name.toLowerCase()}`}
          onClick={() => {
            removeRule(key);
            document.getElementById("add-rule")?.focus();
          }}
        >
          <Icon name="cross" />
        </button>
      </span>
      {wrong >= 0 && (
        <p class="field-problem" id={problemId}>
          {weightProblem(`${name} weight for chat model ${wrong + 1}`)}
        </p>
      )}
    </li>
  );
}

type MoveProps = { name: string; index: number; by: -1 | 1; possible: boolean };

function MoveButton({ name, index, by, possible }: MoveProps) {
  const where = by < 0 ? "up" : "down";
  const move = (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    if (possible) moveRule(index, by);
    // An element that is moved in the page loses the focus.
    requestAnimationFrame(() => button.focus());
  };
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Move ${name.toLowerCase()} ${where}`}
      aria-disabled={!possible}
      onClick={move}
    >
      <Icon name={where} />
    </button>
  );
}

/** Tensors that an earlier rule has decided about are told apart. */
function countText(count: RuleCount | null): string {
  if (!count) return "";
  const decides = counted(count.decides, "tensor");
  return count.decides === count.matches ? decides : `${decides} of ${count.matches} that match`;
}
