// The tensor rules: a preset, or a person's own list.
import type { RuleCount } from "../protocol";
import { addRule, choosePreset } from "../state/actions";
import { countsByRule, presetOf } from "../state/recipe-form";
import { form, models, plan, presets } from "../state/store";
import { Icon } from "./icon";
import { RuleRow } from "./rule-row";
import { SelectField } from "./select-field";

const CUSTOM = "custom";

export function Rules() {
  const { rules } = form.value;
  const preset = presetOf(rules, presets.value) ?? CUSTOM;
  const names = presets.value.map(({ name }) => name);
  const state = plan.value;
  const matches =
    state.kind === "planned" && state.fresh
      ? countsByRule(rules, state.report.rule_counts)
      : new Map<number, RuleCount>();
  return (
    <div class="rules">
      <SelectField
        label="Tensor rules preset"
        options={preset === CUSTOM ? [...names, CUSTOM] : names}
        value={preset}
        onChoose={choosePreset}
      >
        <p class="quiet" id="rules-about">
          A rule gives the tensors whose name matches weights of their own; the first match wins,
          and weight 0 leaves a tensor as it is in the target. In a pattern, <code>*</code> is any
          text, <code>?</code> one character, <code>[0-9]</code> one of a class and{" "}
          <code>{"{a,b}"}</code> one of several.
        </p>
      </SelectField>
      <div class="rule-list">
        {rules.length === 0 && (
          <p class="no-rules">No rules: every tensor is merged with its model’s weight.</p>
        )}
        <ol>
          {rules.map((rule, index) => (
            <RuleRow
              key={rule.key}
              rule={rule}
              index={index}
              last={index === rules.length - 1}
              matches={matches.get(rule.key) ?? null}
              chats={models.value.chats.length}
            />
          ))}
        </ol>
        <button type="button" class="button" id="add-rule" onClick={addRule}>
          <Icon name="plus" />
          Add rule
        </button>
      </div>
    </div>
  );
}
