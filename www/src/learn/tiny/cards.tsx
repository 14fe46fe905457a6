// The four models' answers, side by side.
import { useEffect, useState } from "preact/hooks";
import { weight } from "../plane/figures";
import { learnText } from "../text/language";
import { answers, type Said, SHOWN, type Shown } from "./answers";
import { Badges, badgesOf } from "./badges";
import { meaning } from "./language";
import { topic } from "./state";
import { verdictOf } from "./verdict";
import { merged } from "./work";
import { Words } from "./words";

const LETTER: Record<Shown, string> = { base: "B", chat: "C", target: "T", merged: "M" };
/** Until the merged model's answer is read out, in milliseconds: not on each step of the slider. */
const REST = 800;

export function Cards() {
  const { tiny: t } = learnText.value;
  return (
    <div class="tiny-part">
      <h3>{t.answers}</h3>
      <div class="tiny-cards">
        {SHOWN.map((which) => (
          <Card key={which} which={which} />
        ))}
      </div>
      <Heard />
    </div>
  );
}

function Card({ which }: { which: Shown }) {
  const { tiny: t } = learnText.value;
  const said = answers[which].value;
  const name = t.models[which];
  return (
    <article class={`tiny-card of-${which}`} aria-label={t.answerOf(name)}>
      <h4>
        <span class={`tiny-letter of-${which}`} aria-hidden="true">
          {LETTER[which]}
        </span>{" "}
        {name}
      </h4>
      {which === "merged" && <Formula />}
      <Answer said={said} />
    </article>
  );
}

function Answer({ said }: { said: Said | null }) {
  const { tiny: t } = learnText.value;
  if (!said) return <p class="quiet">{t.silent}</p>;
  const { words, end } = said;
  if (end && "failure" in end) {
    const { kind, message } = end.failure;
    return (
      <p class="field-problem">
        {t.badges.failed}: {kind === "too-long" ? t.tooLong : message}
      </p>
    );
  }
  return (
    <>
      <Words words={words.length > 0 || !end ? words : [t.empty]} />
      {end && <Badges badges={badgesOf(verdictOf(words, end.ended, topic.value))} />}
    </>
  );
}

function Formula() {
  const { plane: t } = learnText.value;
  const [lambda = 0, lambda2 = 0] = merged.value?.weights ?? [];
  const term = (weight: string, chat: string) => ` + ${weight} · (${chat} − ${t.base})`;
  return (
    <p class="tiny-formula">
      {t.target}
      {term(weight(lambda), t.chat)}
      {lambda2 !== 0 && term(weight(lambda2), t.chat2)}
    </p>
  );
}

/** The merged model's answer for those who hear the page. */
function Heard() {
  const { tiny: t } = learnText.value;
  const [heard, setHeard] = useState("");
  const said = answers.merged.value;
  const asked = topic.value;
  useEffect(() => {
    if (!said?.end || "failure" in said.end) return;
    const { words, end } = said;
    const badges = badgesOf(verdictOf(words, end.ended, asked)).map(({ words }) => words);
    const timer = setTimeout(
      () => setHeard(t.heard(words.join(" ") || t.empty, meaning(words), badges.join(", "))),
      REST,
    );
    return () => clearTimeout(timer);
  }, [said, asked, t]);
  return (
    <p class="visually-hidden" role="status">
      {heard}
    </p>
  );
}
