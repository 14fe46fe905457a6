// The link to the state of the whole page: copied, or shown where the browser doesn't let it be copied.
import { useState } from "preact/hooks";
import { linkHere } from "../state/linked";
import { learnText } from "../text/language";

/** `label`: where the page has several, each is called by another name. */
export function CopyLink({ label = learnText.value.link.copy }: { label?: string }) {
  const [copied, setCopied] = useState("");
  const [shown, setShown] = useState("");
  const t = learnText.value.link;
  const copy = async () => {
    const link = linkHere();
    // Whoever loads the page again finds it as the link has it.
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
      setCopied(link);
      setShown("");
    } catch {
      setShown(link);
    }
  };
  const isCopied = copied !== "" && copied === linkHere();
  return (
    <div class="copy-link">
      <button type="button" class="button" onClick={() => void copy()}>
        {label}
      </button>
      <span class="quiet" role="status">
        {isCopied && t.copied}
      </span>
      {shown && (
        <input type="text" readOnly aria-label={t.yours} value={shown} onFocus={(event) => event.currentTarget.select()} />
      )}
    </div>
  );
}
