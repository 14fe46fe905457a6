// What a card says about its model.
import type { ModelSummary } from "../protocol";
import { removeModel } from "../state/actions";
import { type Part, partRole, type Slot } from "../state/models";
import { models } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import { modelName } from "../text/model-name";
import { ofCore } from "../text/sentence";

export function ModelFacts({ part, slot }: { part: Part; slot: Slot }) {
  const t = text.value.models;
  if (slot.kind === "empty") return <p class="drop-here">{t.dropHere}</p>;
  return (
    <>
      <div class="model-name">
        <p>{modelName(slot.files)}</p>
        <button
          type="button"
          class="link-button"
          aria-label={t.removeFiles(partRole(models.value, part))}
          onClick={() => removeModel(part)}
        >
          {t.remove}
        </button>
      </div>
      {slot.kind === "reading" && <p class="reading">{t.reading}</p>}
      {slot.kind === "ready" && <Facts summary={slot.summary} />}
    </>
  );
}

function Facts({ summary }: { summary: ModelSummary }) {
  const size = summary.files.reduce((sum, file) => sum + file.size, 0);
  return (
    <>
      <p class="model-label">{ofCore(summary.label)}</p>
      <p class="quiet">
        {text.value.files(summary.files.length)} · {byteSize(size)} ·{" "}
        {text.value.tensors(summary.tensors)}
      </p>
      {summary.is_vector && (
        <p class="notice">{text.value.models.isVector}</p>
      )}
      {summary.notices.map((notice, index) => (
        <p class="notice" key={index}>
          {ofCore(notice)}
        </p>
      ))}
    </>
  );
}
