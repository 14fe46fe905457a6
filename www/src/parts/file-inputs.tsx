// The two file inputs of a card: for files and for a folder.
import { giveFiles, refuseFiles } from "../state/actions";
import type { Part } from "../state/models";
import { text } from "../text/language";
import { wordsOfError } from "../text/sentence";
import { filesOfInput } from "./given-files";
import { Icon } from "./icon";

type Props = {
  part: Part;
  title: string;
  given: boolean;
  invalid: boolean;
  describedBy: string;
};

export function FileInputs({ part, title, given, invalid, describedBy }: Props) {
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    try {
      const files = filesOfInput(input);
      if (files.length > 0) giveFiles(part, files);
    } catch (error) {
      refuseFiles(part, [wordsOfError(error)]);
    }
    // The same files may be given again, and others instead of these.
    input.value = "";
  };
  const t = text.value.models;
  const shared = {
    type: "file",
    multiple: true,
    "aria-describedby": describedBy,
    "aria-invalid": invalid,
    onChange: take,
  } as const;
  return (
    <div class={given ? "file-inputs file-inputs-again" : "file-inputs"}>
      <label class="file-button">
        <Icon name="file" />
        <span>{t.files}</span>
        <input {...shared} aria-label={t.filesOf(title)} />
      </label>
      <label class="file-button">
        <Icon name="folder" />
        <span>{t.folder}</span>
        <input {...shared} aria-label={t.folderOf(title)} ref={asFolder} />
      </label>
    </div>
  );
}

function asFolder(input: HTMLInputElement | null): void {
  if (input) input.webkitdirectory = true;
}
