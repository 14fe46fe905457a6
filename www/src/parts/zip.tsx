// All merged files in one zip: the button that makes it, and the link to save it by.
import { makeZip, markZipTaken, ZIP } from "../state/zipping";
import { zipped } from "../state/store";
import { byteSize } from "../text/bytes";
import { Icon } from "./icon";

export function Zip() {
  const state = zipped.value;
  if (state.kind === "made") {
    const { url, size, taken } = state;
    return (
      <p class="zip">
        <a class="save-link" href={url} download={ZIP} onClick={markZipTaken}>
          <Icon name="save" />
          <span>Save {ZIP}</span>
        </a>{" "}
        <span class="quiet">{byteSize(size)}, not compressed</span>
        {taken && (
          <span class="taken">
            <Icon name="check" />
            download started
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
        Put all files into one zip
      </button>
      <span role="status" class="quiet">
        {told()}
      </span>
    </div>
  );
}

function told(): string {
  const state = zipped.value;
  if (state.kind === "making") return `Reading ${byteSize(state.done)} of ${byteSize(state.total)}…`;
  return state.kind === "failed" ? `It can’t be made: ${state.message}` : "";
}
