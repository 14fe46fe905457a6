// The choices of a recipe other than its models.
import { setForm } from "../state/actions";
import {
  BY_TOKEN,
  CHAT_SETTINGS,
  EMBEDDING_ROWS,
  GOALS,
  OUTPUT_DTYPES,
  OUTPUTS,
  SHARD_PROBLEM,
  SHARDS,
  shardBytes,
} from "../state/recipe-form";
import { downloadsThrough, form, hasPickers, SAVE_TO, saveTo, worker } from "../state/store";
import { later } from "./later";
import { Recipe } from "./recipe";
import { Rules } from "./rules";
import { SelectField } from "./select-field";

const TakeOver = later(() => import("./take-over").then(({ TakeOver }) => TakeOver));

export function Options() {
  const { goal, outputDtype, embeddingRows, copyUnmatched, shards, output, chatSettings } = form.value;
  const makesModel = goal === "merged model";
  return (
    <>
      <Rules />
      <div class="fields">
        <SelectField label="Make" options={GOALS} value={goal} onChoose={(goal) => setForm({ goal })}>
          <p class="quiet">
            {makesModel
              ? "The target with the chat vectors added."
              : "Σ λ (chat − base) as a file: give it as a chat model, in place of these models and their base."}
          </p>
        </SelectField>
        <SelectField
          label="Output dtype"
          options={OUTPUT_DTYPES}
          value={outputDtype}
          onChoose={(outputDtype) => setForm({ outputDtype })}
        >
          <p class="quiet">
            {makesModel || outputDtype !== "same as target"
              ? "The merge computes in F32 and rounds once."
              : "A chat vector is kept in F32, so that merging with it gives the same as with its models."}
          </p>
        </SelectField>
        <SelectField
          label="Embedding rows"
          options={EMBEDDING_ROWS}
          value={embeddingRows}
          onChoose={(embeddingRows) => setForm({ embeddingRows })}
        >
          <p class="quiet">
            {embeddingRows === BY_TOKEN
              ? "Each row of embeddings and output head is merged with the rows of the same token, by every model’s tokenizer.json; rows of tokens that a model lacks stay the target’s."
              : "Where only the number of rows differs: an extended vocabulary."}
          </p>
        </SelectField>
        {embeddingRows === BY_TOKEN && <TakeOver />}
        <SelectField
          label="Shards"
          options={SHARDS}
          value={shards}
          onChoose={(shards) => setForm({ shards })}
        >
          {shards === "at most N GB a shard" && <ShardSize />}
        </SelectField>
        {makesModel && (
          <SelectField
            label="Output"
            options={OUTPUTS}
            value={output}
            onChoose={(output) => setForm({ output })}
          >
            <p class="quiet">
              {output === "whole folder"
                ? "With config, tokenizer, model card and recipe, where the target’s folder is given."
                : "No config and no tokenizer."}
            </p>
          </SelectField>
        )}
        {makesModel && output === "whole folder" && (
          <SelectField
            label="Chat template and eos"
            options={CHAT_SETTINGS}
            value={chatSettings}
            onChoose={(chatSettings) => setForm({ chatSettings })}
          >
            <p class="quiet">And the generation settings.</p>
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
        <label for="copy-unmatched">Copy what does not match</label>
        <p class="quiet" id="copy-unmatched-about">
          Tensors that some models lack, or have in another shape, are taken from the target instead
          of being a problem.
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
      <label for="shard-size">Shard size in GB</label>
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
          {SHARD_PROBLEM}
        </p>
      )}
    </div>
  );
}

function SaveTo() {
  const options = hasPickers ? SAVE_TO : SAVE_TO.slice(1);
  return (
    <SelectField
      label="Save to"
      options={options}
      value={saveTo.value}
      onChoose={(choice) => {
        saveTo.value = choice;
      }}
    >
      <SaveToAbout />
    </SelectField>
  );
}

function SaveToAbout() {
  if (saveTo.value === "Chosen file or folder") {
    return <p class="quiet">The browser asks where when you press Merge, and writes straight there.</p>;
  }
  if (worker.value.kind === "ready" && downloadsThrough.value === "memory") {
    return (
      <p class="warning">
        This browser gives pages no private disk, so the whole result is kept in memory until it is
        saved. More than about 2 GB may fail.
      </p>
    );
  }
  return (
    <p class="quiet">
      The browser keeps the files on its private disk until you save them by their links, so they
      need their space twice for a while.
    </p>
  );
}
