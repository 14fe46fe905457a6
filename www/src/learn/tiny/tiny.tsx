// Part 2: real models, so small that they run in the page. Nothing of them is loaded before a person
// wants it, or follows a link to a state of theirs.
import { useEffect } from "preact/hooks";
import { speaksOf } from "../state/link";
import { learnText } from "../text/language";
import { Cards } from "./cards";
import { Controls } from "./controls";
import { Curve } from "./curve";
import { lesson, open } from "./lesson";
import { Measured } from "./measures-table";
import { Norms } from "./norms-table";
import { Prompt } from "./prompt";
import { Save } from "./save";
import { PART } from "./state";

export function Tiny() {
  const { tiny: t } = learnText.value;
  useEffect(() => {
    const openIfLinked = () => {
      if (speaksOf(location.hash, PART)) void open();
    };
    openIfLinked();
    window.addEventListener("hashchange", openIfLinked);
    return () => window.removeEventListener("hashchange", openIfLinked);
  }, []);
  return (
    <div class="tiny">
      <div class="tiny-story">
        {t.story.map((words) => (
          <p key={words}>{words}</p>
        ))}
      </div>
      <p class="notice">{t.honest}</p>
      <Phase />
    </div>
  );
}

function Phase() {
  const { tiny: t } = learnText.value;
  const now = lesson.value;
  if (now.phase === "open") {
    return (
      <>
        <Prompt known={now.summary.words} />
        <Controls layers={now.summary.layers} vectors={now.summary.vectors} />
        <Cards />
        <Curve names={now.summary.measures} />
        <Measured names={now.summary.measures} />
        <Norms vectors={now.summary.vectors} />
        <Save />
      </>
    );
  }
  const isLoading = now.phase === "loading";
  return (
    <div class="tiny-open">
      <button
        type="button"
        class="button-primary"
        aria-disabled={isLoading}
        onClick={() => void open()}
      >
        {now.phase === "failed" ? t.tryAgain : t.load}
      </button>
      <p role="status">
        {isLoading && (
          <>
            <span class="tiny-spinner" aria-hidden="true" /> {t.loading}
          </>
        )}
        {now.phase === "failed" && <span class="field-problem">{t.failed(now.why || t.unknownFailure)}</span>}
      </p>
    </div>
  );
}
