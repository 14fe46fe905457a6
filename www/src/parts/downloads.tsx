// Merged files that the browser keeps, each with the link to save it by.
import { discardResult, markTaken } from "../state/merging";
import { type Download, isBusy, type Kept, type Result } from "../state/store";
import { byteSize } from "../text/bytes";
import { Checksum } from "./checksum";
import { Delete } from "./delete";
import { Icon } from "./icon";
import { Zip } from "./zip";

type Props = {
  kept: Extract<Kept, { kind: "downloads" }>;
  outputs: Result["outputs"];
};

export function Downloads({ kept, outputs }: Props) {
  const { files, where } = kept;
  return (
    <>
      {outputs.map(({ label }, output) => (
        <Files key={output} kept={kept} output={output} label={label} />
      ))}
      <p>
        Keep this page open until the downloads are finished.{" "}
        {where === "disk"
          ? "Then give the browser its disk space back; the next merge does so when it is done."
          : "The next merge, or closing the page, drops these files from memory."}
      </p>
      {where === "disk" && <DeleteFiles files={files.length} />}
    </>
  );
}

/** The files of an output; `label`: what it is told by, where there are several. */
function Files({ kept, output, label }: { kept: Props["kept"]; output: number; label: string }) {
  const { before } = kept;
  const files = kept.files.filter((file) => file.output === output);
  return (
    <>
      {label && <h3>{label}</h3>}
      {files.length > 1 && before.length === 0 && (
        <>
          <Zip output={output} label={label} />
          <p>
            Or save them file by file
            {label && ", each under a name that begins with its λ: take that off again"}:
          </p>
        </>
      )}
      <ul class="downloads">
        {before.map(({ name, sha256 }) => (
          <li key={name}>
            <code>{name}</code>
            <span class="taken">
              <Icon name="check" />
              saved before
            </span>
            {sha256 && (
              <span class="sha256">
                SHA-256 <code>{sha256}</code>
              </span>
            )}
          </li>
        ))}
        {files.map((file) => (
          <File key={file.key} file={file} />
        ))}
      </ul>
    </>
  );
}

function File({ file }: { file: Download }) {
  const { name, size, url, taken } = file;
  return (
    <li>
      <a class="save-link" href={url} download={name} onClick={() => markTaken(file)}>
        <Icon name="save" />
        <span>Save {name}</span>
      </a>
      <span class="quiet">{byteSize(size)}</span>
      {taken && (
        <span class="taken">
          <Icon name="check" />
          download started
        </span>
      )}
      <Checksum output={file} />
    </li>
  );
}

function DeleteFiles({ files }: { files: number }) {
  const what = files === 1 ? "the merged file" : `all ${files} merged files`;
  return (
    <Delete
      id="delete-title"
      button="Delete the merged files from the browser"
      title={files === 1 ? "Is it saved?" : "Are they all saved?"}
      disabled={isBusy.value}
      onDelete={() => void discardResult()}
    >
      Look into your downloads folder: {what} must be there in full. What the browser keeps is gone
      after this.
    </Delete>
  );
}
