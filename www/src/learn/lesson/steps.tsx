// The lesson: what a real merge takes, step by step, each convention with where it comes from.
import { Coded } from "../../parts/said";
import { learnText } from "../text/language";
import type { LessonText } from "../text/lesson/en";
import { type Source, SOURCES } from "./sources";

type Step = keyof LessonText["steps"]["step"];

/** In their order; what has no source is how this page works, or plain arithmetic. */
const STEPS: Record<Step, Source[]> = {
  models: ["paper"],
  family: [],
  give: [],
  first: ["paper", "code"],
  plan: [],
  embeddings: ["code", "paper"],
  lambda: ["paper", "code", "arithmetic"],
  chat: ["code", "paper"],
  result: [],
  unknown: [],
};

export function Steps() {
  const t = learnText.value.lesson.steps;
  return (
    <section class="lesson-steps" aria-labelledby="lesson-steps">
      <h3 id="lesson-steps">{t.title}</h3>
      <ol>
        {(Object.keys(STEPS) as Step[]).map((step) => (
          <li key={step}>
            <h4>{t.step[step].title}</h4>
            <p>
              <Coded text={t.step[step].text} />
            </p>
            <Sources of={STEPS[step]} />
          </li>
        ))}
      </ol>
      <p>
        <a class="button" href="./">
          {t.openPage}
        </a>
      </p>
    </section>
  );
}

function Sources({ of }: { of: Source[] }) {
  const t = learnText.value.lesson.steps;
  if (of.length === 0) return null;
  return (
    <p class="quiet">
      {of.length === 1 ? t.source : t.sources}
      {of.map((source, index) => (
        <>
          {index > 0 ? "; " : " "}
          <a href={SOURCES[source].url} key={source}>
            {SOURCES[source].name}
          </a>
        </>
      ))}
    </p>
  );
}
