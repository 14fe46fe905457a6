// The tensor rules: a preset, or a person's own list.
import type { RuleCount } from "../protocol";
import { addRule, choosePreset } from "../state/actions";
import { countsByRule, presetOf } from "../state/recipe-form";
import { form, models, plan, presets } from "../state/store";
import { text } from "../text/language";
import { Icon } from "./icon";
import { RuleRow } from "./rule-row";
import { Coded } from "./said";
import { SelectField } from "./select-field";

const CUSTOM = "custom";

export function Rules() {
  const t = text.value.rules;
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
        id="tensor-rules-preset"
        label={t.preset}
        options={preset === CUSTOM ? [...names, CUSTOM] : names}
        value={preset}
        told={(name) => (name in t.presets ? t.presets[name as keyof typeof t.presets] : name)}
        onChoose={choosePreset}
      >
        <p class="quiet" id="rules-about">
          <Coded text={t.about} />
        </p>
      </SelectField>
      <div class="rule-list">
        {rules.length === 0 && (
          <p class="no-rules">{t.none}</p>
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
          {t.add}
        </button>
      </div>
    </div>
  );
}
