// Part 1: the merge on a plane, to be moved by hand.
import { CopyLink } from "../parts/copy-link";
import { learnText } from "../text/language";
import { Facts } from "./facts";
import { Picture } from "./picture";
import { Points } from "./points";
import { lastChange, startOver } from "./state";
import { StepByStep } from "./step-by-step";
import { Tries } from "./tries-panel";
import { Weights } from "./weights";

export function Plane() {
  const t = learnText.value;
  return (
    <div class="plane">
      <Tries />
      <div class="plane-columns">
        <div class="plane-seen">
          <Picture />
          <p class="plane-told" role="status">
            {lastChange.value?.(t)}
          </p>
          <Weights />
          <p class="quiet" id="plane-help">
            {t.plane.help}
          </p>
        </div>
        <div class="plane-read">
          <Points />
          <Facts />
        </div>
      </div>
      <StepByStep />
      <p class="notice">{t.plane.honest}</p>
      <div class="plane-buttons">
        <button type="button" class="button" onClick={() => startOver()}>
          {t.plane.startOver}
        </button>
        <CopyLink />
      </div>
    </div>
  );
}
