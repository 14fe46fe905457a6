// All files of an output in one zip: the button that makes it, and the link to save it by.
import { makeZip, markZipTaken } from "../state/zipping";
import { type Zipped, zipped } from "../state/store";
import { byteSize } from "../text/bytes";
import { Icon } from "./icon";

/** `label`: what the output is told by, where there are several. */
export function Zip({ output, label }: { output: number; label: string }) {
  const state = zipped.value.get(output);
  if (state?.kind === "made") {
    const { name, url, size, taken } = state;
    return (
      <p class="zip">
        <a class="save-link" href={url} download={name} onClick={() => markZipTaken(output)}>
          <Icon name="save" />
          <span>Save {name}</span>
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
        aria-disabled={state?.kind === "making"}
        onClick={() => {
          if (state?.kind !== "making") void makeZip(output);
        }}
      >
        {label ? `Put all files with ${label} into one zip` : "Put all files into one zip"}
      </button>
      <span role="status" class="quiet">
        {told(state)}
      </span>
    </div>
  );
}

function told(state: Zipped | undefined): string {
  if (state?.kind === "making") return `Reading ${byteSize(state.done)} of ${byteSize(state.total)}…`;
  return state?.kind === "failed" ? `It can’t be made: ${state.message}` : "";
}
