// One tensor rule: pattern, λ per chat model, how many tensors it decides about.
import { useEffect, useRef } from "preact/hooks";
import type { RuleCount } from "../protocol";
import { moveRule, removeRule, setRule } from "../state/actions";
import type { RuleForm } from "../state/recipe-form";
import { lambda } from "../text/formula";
import { text } from "../text/language";
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
  const t = text.value.rules;
  const number = index + 1;
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
        aria-label={t.pattern(number)}
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
              aria-label={t.weight(number, chat + 1)}
              aria-invalid={parseWeight(weight) === null}
              aria-describedby={wrong === chat ? problemId : undefined}
              value={weight}
              onInput={(event) => setOwnWeight(chat, event.currentTarget.value)}
            />
          </label>
        ))}
      </span>
      <span class="rule-buttons">
        <MoveButton index={index} by={-1} possible={index > 0} />
        <MoveButton index={index} by={1} possible={!last} />
        <button
          type="button"
          class="icon-button"
          aria-label={t.remove(number)}
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
          {text.value.typed.weight(t.weight(number, wrong + 1))}
        </p>
      )}
    </li>
  );
}

type MoveProps = { index: number; by: -1 | 1; possible: boolean };

function MoveButton({ index, by, possible }: MoveProps) {
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
      aria-label={text.value.rules[where](index + 1)}
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
  const { decides, matches } = count;
  return decides === matches ? text.value.tensors(decides) : text.value.rules.matches(decides, matches);
}
