// Merged files that the browser keeps, each with the link to save it by.
import { discardResult, markTaken } from "../state/merging";
import { type Download, isBusy, type Kept, type Result } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import { Checksum } from "./checksum";
import { Delete } from "./delete";
import { Icon } from "./icon";
import { Said } from "./said";
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
        <Said
          sentence={[
            ({ result }) => result.keepOpen,
            ({ result }) => (where === "disk" ? result.onDisk : result.inMemory),
          ]}
        />
      </p>
      {where === "disk" && <DeleteFiles files={files.length} />}
    </>
  );
}

/** The files of an output; `label`: what it is told by, where there are several. */
function Files({ kept, output, label }: { kept: Props["kept"]; output: number; label: string }) {
  const { before } = kept;
  const t = text.value.result;
  const files = kept.files.filter((file) => file.output === output);
  const isZippable = files.length > 1 && before.length === 0;
  const links = <Links kept={kept} files={files} />;
  return (
    <>
      {label && <h3>{label}</h3>}
      {isZippable && <Zip output={output} label={label} />}
      {isZippable && label ? (
        <details class="file-by-file">
          <summary>{t.fileByFile(label, files.length)}</summary>
          <p>{t.fileByFileAbout}</p>
          {links}
        </details>
      ) : (
        <>
          {isZippable && <p>{t.orFileByFile}</p>}
          {links}
        </>
      )}
    </>
  );
}

function Links({ kept: { before }, files }: { kept: Props["kept"]; files: Download[] }) {
  const t = text.value.result;
  return (
    <ul class="downloads">
      {before.map(({ name, sha256 }) => (
        <li key={name}>
          <code>{name}</code>
          <span class="taken">
            <Icon name="check" />
            {t.savedBefore}
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
  );
}

function File({ file }: { file: Download }) {
  const { name, size, url, taken } = file;
  return (
    <li>
      <a class="save-link" href={url} download={name} onClick={() => markTaken(file)}>
        <Icon name="save" />
        <span>{text.value.result.save(name)}</span>
      </a>
      <span class="quiet">{byteSize(size)}</span>
      {taken && (
        <span class="taken">
          <Icon name="check" />
          {text.value.result.downloadStarted}
        </span>
      )}
      <Checksum output={file} />
    </li>
  );
}

function DeleteFiles({ files }: { files: number }) {
  const t = text.value.result;
  return (
    <Delete
      id="delete-title"
      button={t.delete}
      title={files === 1 ? t.isSaved : t.areSaved}
      disabled={isBusy.value}
      onDelete={() => void discardResult()}
    >
      {files === 1 ? t.deleteOne : t.deleteAll(files)}
    </Delete>
  );
}
