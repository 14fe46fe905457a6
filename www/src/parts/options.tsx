// The choices of a recipe other than its models.
import { setForm } from "../state/actions";
import {
  BY_TOKEN,
  CHAT_SETTINGS,
  EMBEDDING_ROWS,
  GOALS,
  OUTPUT_DTYPES,
  OUTPUTS,
  SHARDS,
  shardBytes,
} from "../state/recipe-form";
import { downloadsThrough, form, hasPickers, SAVE_TO, saveTo, worker } from "../state/store";
import { text } from "../text/language";
import { later } from "./later";
import { Recipe } from "./recipe";
import { Rules } from "./rules";
import { SelectField } from "./select-field";

const TakeOver = later(() => import("./take-over").then(({ TakeOver }) => TakeOver));

export function Options() {
  const { goal, outputDtype, embeddingRows, copyUnmatched, shards, output, chatSettings } = form.value;
  const t = text.value.options;
  const makesModel = goal === "merged model";
  return (
    <>
      <Rules />
      <div class="fields">
        <SelectField
          id="make"
          label={t.goal}
          options={GOALS}
          value={goal}
          told={(goal) => t.goals[goal]}
          onChoose={(goal) => setForm({ goal })}
        >
          <p class="quiet">{makesModel ? t.makesModel : t.makesVector}</p>
        </SelectField>
        <SelectField
          id="output-dtype"
          label={t.dtype}
          options={OUTPUT_DTYPES}
          value={outputDtype}
          told={(dtype) => (dtype === "same as target" ? t.sameAsTarget : dtype)}
          onChoose={(outputDtype) => setForm({ outputDtype })}
        >
          <p class="quiet">
            {makesModel || outputDtype !== "same as target"
              ? t.computesInF32
              : t.vectorInF32}
          </p>
        </SelectField>
        <SelectField
          id="embedding-rows"
          label={t.rows}
          options={EMBEDDING_ROWS}
          value={embeddingRows}
          told={(way) => t.rowsWays[way]}
          onChoose={(embeddingRows) => setForm({ embeddingRows })}
        >
          <p class="quiet">{embeddingRows === BY_TOKEN ? t.rowsByToken : t.rowsPlain}</p>
        </SelectField>
        {embeddingRows === BY_TOKEN && <TakeOver />}
        <SelectField
          id="shards"
          label={t.shards}
          options={SHARDS}
          value={shards}
          told={(way) => t.shardsWays[way]}
          onChoose={(shards) => setForm({ shards })}
        >
          {shards === "at most N GB a shard" && <ShardSize />}
        </SelectField>
        {makesModel && (
          <SelectField
            id="output"
            label={t.output}
            options={OUTPUTS}
            value={output}
            told={(output) => t.outputs[output]}
            onChoose={(output) => setForm({ output })}
          >
            <p class="quiet">{output === "whole folder" ? t.outputFolder : t.outputWeights}</p>
          </SelectField>
        )}
        {makesModel && output === "whole folder" && (
          <SelectField
            id="chat-settings"
            label={t.settings}
            options={CHAT_SETTINGS}
            value={chatSettings}
            told={(settings) => t.settingsWays[settings]}
            onChoose={(chatSettings) => setForm({ chatSettings })}
          >
            <p class="quiet">{t.settingsAbout}</p>
          </SelectField>
        )}
        <SaveTo />
      </div>
      <div class="check">
        <input
          id="copy-unmatched"
          type="checkbox"
          checked={copyUnmatched}
          aria-describedby="copy-unmatched-about"
          onChange={(event) => setForm({ copyUnmatched: event.currentTarget.checked })}
        />
        <label for="copy-unmatched">{t.copyUnmatched}</label>
        <p class="quiet" id="copy-unmatched-about">
          {t.copyUnmatchedAbout}
        </p>
      </div>
      <Recipe />
    </>
  );
}

function ShardSize() {
  const { shardGigabytes } = form.value;
  const invalid = shardBytes(shardGigabytes) === null;
  return (
    <div class="shard-size">
      <label for="shard-size">{text.value.options.shardSize}</label>
      <input
        id="shard-size"
        type="number"
        step="any"
        min="0"
        inputMode="decimal"
        aria-invalid={invalid}
        aria-describedby={invalid ? "shard-size-problem" : undefined}
        value={shardGigabytes}
        onInput={(event) => setForm({ shardGigabytes: event.currentTarget.value })}
      />
      {invalid && (
        <p class="field-problem" id="shard-size-problem">
          {text.value.typed.shardSize}
        </p>
      )}
    </div>
  );
}

function SaveTo() {
  const options = hasPickers ? SAVE_TO : SAVE_TO.slice(1);
  return (
    <SelectField
      id="save-to"
      label={text.value.options.saveTo}
      options={options}
      value={saveTo.value}
      told={(way) => text.value.options.saveToWays[way]}
      onChoose={(choice) => {
        saveTo.value = choice;
      }}
    >
      <SaveToAbout />
    </SelectField>
  );
}

function SaveToAbout() {
  const t = text.value.options;
  if (saveTo.value === "chosen") return <p class="quiet">{t.savesChosen}</p>;
  if (worker.value.kind === "ready" && downloadsThrough.value === "memory") {
    return <p class="warning">{t.savesInMemory}</p>;
  }
  return <p class="quiet">{t.savesOnDisk}</p>;
}
