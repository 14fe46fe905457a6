// What a merge has written.
import { result, type Result as Written } from "../state/store";
import { byteSize, counted } from "../text/bytes";
import { duration } from "../text/pace";
import { Checksum } from "./checksum";
import { Downloads } from "./downloads";
import { FoundByMerge } from "./inspection";
import { NonFiniteTable } from "./non-finite-table";
import { Step } from "./step";
import { Verify } from "./verify";

export function Result() {
  const written = result.value;
  if (!written) return null;
  return (
    <Step number={5} title="Result" about={summary(written)}>
      {written.outputs.map(({ label, nonfinite }) => (
        <NonFiniteTable key={label} tensors={nonfinite} label={label} />
      ))}
      {written.kept.kind === "downloads" ? (
        <Downloads kept={written.kept} outputs={written.outputs} />
      ) : (
        <ul class="written" aria-label="Files written">
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
        <h3>What to do next</h3>
        {written.isVector ? (
          <p>
            Give the {countOf(written) === 1 ? "file" : "files"} as a chat model, here, with any model
            of the family as base or target: the base that the vector was made of is not needed any
            more.
          </p>
        ) : written.whole ? (
          <p>
            {written.outputs.length > 1 ? "Put the files of each λ" : "Put all files"} into one folder, and give that folder to <code>from_pretrained</code> of
            transformers or to <code>vllm serve</code>: config, tokenizer and chat template are
            there.
          </p>
        ) : (
          <p>
            To load the model with transformers, put the merged{" "}
            {countOf(written) === 1 ? "file" : "files"} into a folder together with the target’s{" "}
            <code>config.json</code>, tokenizer files and chat template, in place of its own weights,
            and give that folder to <code>from_pretrained</code>. Or give the models as whole folders
            before you merge: then this page does all that.
          </p>
        )}
      </div>
    </Step>
  );
}

function countOf({ kept }: Written): number {
  return kept.files.length + (kept.kind === "downloads" ? kept.before.length : 0);
}

function summary(written: Written): string {
  const { bytes, seconds, outputs } = written;
  const each = outputs.length > 1 ? `${outputs.length} outputs, ` : "";
  return `${each}${counted(countOf(written), "file")}, ${byteSize(bytes)}, merged in ${duration(seconds)}.`;
}
