// All merged files in one zip: the button that makes it, and the link to save it by.
import { makeZip, markZipTaken, ZIP } from "../state/zipping";
import { zipped } from "../state/store";
import { byteSize } from "../text/bytes";
import { text } from "../text/language";
import type { Sentence } from "../text/sentence";
import { Icon } from "./icon";
import { Said } from "./said";

export function Zip() {
  const t = text.value.result;
  const state = zipped.value;
  if (state.kind === "made") {
    const { url, size, taken } = state;
    return (
      <p class="zip">
        <a class="save-link" href={url} download={ZIP} onClick={markZipTaken}>
          <Icon name="save" />
          <span>{t.save(ZIP)}</span>
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
        aria-disabled={state.kind === "making"}
        onClick={() => {
          if (state.kind !== "making") void makeZip();
        }}
      >
        {t.zip}
      </button>
      <span role="status" class="quiet">
        <Said sentence={told()} />
      </span>
    </div>
  );
}

function told(): Sentence {
  const state = zipped.value;
  if (state.kind === "making") {
    return [({ result }) => result.zipReading(byteSize(state.done), byteSize(state.total))];
  }
  return state.kind === "failed" ? [({ result }) => result.zipFailed, state.message] : [];
}
