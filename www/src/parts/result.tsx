// What a merge has written.
import { result, type Result as Written } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import { duration } from "../text/pace";
import { Checksum } from "./checksum";
import { Downloads } from "./downloads";
import { FoundByMerge } from "./inspection";
import { NonFiniteTable } from "./non-finite-table";
import { Coded } from "./said";
import { Step } from "./step";
import { Verify } from "./verify";

export function Result() {
  const written = result.value;
  if (!written) return null;
  const { result: t, steps } = text.value;
  return (
    <Step number={5} title={steps.result} about={summary(written)}>
      {written.outputs.map(({ label, nonfinite }) => (
        <NonFiniteTable key={label} tensors={nonfinite} label={label} />
      ))}
      {written.kept.kind === "downloads" ? (
        <Downloads kept={written.kept} outputs={written.outputs} />
      ) : (
        <ul class="written" aria-label={t.files}>
          {written.kept.files.map((file) => (
            <li key={file.key}>
              <code>{file.name}</code> <Checksum output={file} />
            </li>
          ))}
        </ul>
      )}
      <FoundByMerge />
      <Verify />
      <div class="next">
        <h3>{t.next}</h3>
        <p>
          <Coded text={nextText(written)} />
        </p>
      </div>
    </Step>
  );
}

function countOf({ kept }: Written): number {
  return kept.files.length + (kept.kind === "downloads" ? kept.before.length : 0);
}

function nextText(written: Written): string {
  const t = text.value.result;
  const isSeveral = written.outputs.length > 1;
  if (written.isVector) return isSeveral ? t.nextVectors : t.nextVector(countOf(written));
  if (written.whole) return isSeveral ? t.nextFolders : t.nextFolder;
  return isSeveral ? t.nextWeightsOfSeveral : t.nextWeights(countOf(written));
}

function summary(written: Written): string {
  const { bytes, seconds, outputs } = written;
  const t = text.value.result;
  const about = t.about(countOf(written), byteSize(bytes), duration(seconds));
  return outputs.length > 1 ? t.aboutSeveral(outputs.length, about) : about;
}
