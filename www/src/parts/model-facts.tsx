// What a card says about its model.
import type { ModelSummary } from "../protocol";
import { removeModel } from "../state/actions";
import { type Part, partRole, type Slot } from "../state/models";
import { models } from "../state/store";
import { byteSize, counted } from "../text/bytes";
import { modelName } from "../text/model-name";

export function ModelFacts({ part, slot }: { part: Part; slot: Slot }) {
  if (slot.kind === "empty") return <p class="drop-here">Drop files or a folder here, or choose</p>;
  return (
    <>
      <div class="model-name">
        <p>{modelName(slot.files)}</p>
        <button
          type="button"
          class="link-button"
          aria-label={`Remove the files of ${partRole(models.value, part)}`}
          onClick={() => removeModel(part)}
        >
          Remove
        </button>
      </div>
      {slot.kind === "reading" && <p class="reading">Reading headers…</p>}
      {slot.kind === "ready" && <Facts summary={slot.summary} />}
    </>
  );
}

function Facts({ summary }: { summary: ModelSummary }) {
  const size = summary.files.reduce((sum, file) => sum + file.size, 0);
  return (
    <>
      <p class="model-label">{summary.label}</p>
      <p class="quiet">
        {counted(summary.files.length, "file")} · {byteSize(size)} ·{" "}
        {counted(summary.tensors, "tensor")}
      </p>
      {summary.is_vector && (
        <p class="notice">A chat vector: it is added as it is, and the base is not subtracted.</p>
      )}
      {summary.notices.map((notice) => (
        <p class="notice" key={notice}>
          {notice}
        </p>
      ))}
    </>
  );
}
