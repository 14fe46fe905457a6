// That a merge was interrupted, where the files are given that it needs.
import { interrupted, isBusy } from "../state/store";
import { text } from "../text/language";

export function InterruptedHint() {
  if (interrupted.value.length === 0 || isBusy.value) return null;
  const [before, link, after] = text.value.models.interrupted;
  return (
    <div class="samples">
      <p class="notice">
        {before}
        <a href="#interrupted">{link}</a>
        {after}
      </p>
    </div>
  );
}
