// Merges that were interrupted: what each was about, and the ways to go on or to drop it. Loaded
// where there are any.
import type { Interrupted as Kept } from "../protocol";
import { dropInterrupted, resumeMerge } from "../state/merging";
import { namedRole } from "../state/models";
import { differences, givenCast, interrupted } from "../state/store";
import { byteSize } from "../text/bytes";
import { laterText } from "../text/later-text";
import { ofCore } from "../text/sentence";
import { weightsText } from "../text/weight";
import { Delete } from "./delete";

export function Interrupted() {
  return (
    <div class="interrupted-merges" id="interrupted">
      {[...interrupted.value].sort(byWeights).map((kept) => (
        <One kept={kept} key={kept.directory} />
      ))}
    </div>
  );
}

/** Outputs of one merge in the order of their λ. */
function byWeights({ weights: a }: Kept, { weights: b }: Kept): number {
  const at = a.findIndex((weight, i) => weight !== b[i]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}

function One({ kept }: { kept: Kept }) {
  const { directory, done, total, models, weights } = kept;
  const t = laterText.value.interrupted;
  const difference = differences.value.get(directory);
  const isOne = interrupted.value.length === 1;
  const label = isOne ? t.label : `${t.label}, λ: ${weightsText(weights)}`;
  return (
    <section class="interrupted" aria-label={label}>
      <h3>{t.title}</h3>
      <p>{t.about(byteSize(done), byteSize(total))}</p>
      <ul>
        {models.map(({ role, files }) => (
          <li key={role}>
            {t.filesOf(namedRole(role))} <code>{files[0]}</code>
            {files.length > 1 && <span class="quiet"> {t.more(files.length - 1)}</span>}
          </li>
        ))}
        <li>λ: {weightsText(weights)}</li>
      </ul>
      {givenCast.value && difference && <p class="warning">{ofCore(difference)}</p>}
      <div class="interrupted-buttons">
        <button
          type="button"
          class="button-primary"
          disabled={difference !== null}
          onClick={() => void resumeMerge(kept)}
        >
          {t.resume}
        </button>
        <Delete
          id={`delete-${directory}`}
          button={t.delete}
          title={t.deleteTitle}
          onDelete={() => void dropInterrupted(kept)}
        >
          {t.deleteAbout(byteSize(done))}
        </Delete>
      </div>
    </section>
  );
}
