// All files of an output in one zip: the button that makes it, and the link to save it by.
import { makeZip, markZipTaken } from "../state/zipping";
import { type Zipped, zipped } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import type { Sentence } from "../text/sentence";
import { Icon } from "./icon";
import { Said } from "./said";

/** `label`: what the output is told by, where there are several. */
export function Zip({ output, label }: { output: number; label: string }) {
  const t = text.value.result;
  const state = zipped.value.get(output);
  if (state?.kind === "made") {
    const { name, url, size, taken } = state;
    return (
      <p class="zip">
        <a class="save-link" href={url} download={name} onClick={() => markZipTaken(output)}>
          <Icon name="save" />
          <span>{t.save(name)}</span>
        </a>{" "}
        <span class="quiet">{t.zipSize(byteSize(size))}</span>
        {taken && (
          <span class="taken">
            <Icon name="check" />
            {t.downloadStarted}
          </span>
        )}
      </p>
    );
  }
  return (
    <div class="zip">
      <button
        type="button"
        class="button"
        aria-disabled={state?.kind === "making"}
        onClick={() => {
          if (state?.kind !== "making") void makeZip(output);
        }}
      >
        {label ? t.zipOf(label) : t.zip}
      </button>
      <span role="status" class="quiet">
        <Said sentence={told(state)} />
      </span>
    </div>
  );
}

function told(state: Zipped | undefined): Sentence {
  if (state?.kind === "making") {
    const { done, total } = state;
    return [({ result }) => result.zipReading(byteSize(done), byteSize(total))];
  }
  return state?.kind === "failed" ? [({ result }) => result.zipFailed, state.message] : [];
}
