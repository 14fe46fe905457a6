// The exercises as a person sees them: what to do, how far it is, and the way into the miniature.
import { learnText } from "../text/language";
import { tries } from "./bridge";
import { ALL_EXERCISES, EXERCISES, type ExerciseName, outcomeOf } from "./exercises";
import { foundOf, goalOf, lackOf } from "./goals";
import { done, startAgain } from "./progress";

export function Exercises() {
  const t = learnText.value.lesson.exercises;
  return (
    <section class="exercises" aria-labelledby="exercises">
      <h3 id="exercises">{t.title}</h3>
      <p>{t.about}</p>
      {tries.value.length === 0 && <p class="placeholder">{t.notYet}</p>}
      <ol>
        {ALL_EXERCISES.map((name, index) => (
          <Exercise name={name} number={index + 1} key={name} />
        ))}
      </ol>
      <div class="exercises-progress">
        <p role="status">{t.progress(done.value.length, ALL_EXERCISES.length)}</p>
        {done.value.length > 0 && (
          <button type="button" class="button" onClick={startAgain}>
            {t.again}
          </button>
        )}
      </div>
    </section>
  );
}

function Exercise({ name, number }: { name: ExerciseName; number: number }) {
  const { lesson } = learnText.value;
  const t = lesson.exercises;
  const { title, task, hint } = t.exercise[name];
  const isDone = done.value.includes(name);
  const outcome = outcomeOf(name, tries.value);
  const hash = `#${EXERCISES[name].start}`;
  return (
    <li class={isDone ? "exercise exercise-done" : "exercise"}>
      <h4>
        <span>
          {number}. {title}
        </span>
        <span class="exercise-state">{isDone ? `✓ ${t.done}` : t.open}</span>
      </h4>
      <p>{task}</p>
      <p>
        <strong>{t.goal}</strong> {goalOf(name, lesson)}
      </p>
      {outcome && (outcome.found || !isDone) && (
        <ul class="exercise-lacks">
          {outcome.found && <li>{foundOf(outcome.found, lesson)}</li>}
          {!isDone && outcome.lacks.map((lack) => <li key={lack.kind}>{lackOf(lack, lesson)}</li>)}
        </ul>
      )}
      <div class="exercise-ways">
        <a href={hash} aria-label={t.startOf(title)} onClick={() => setUp(hash)}>
          {t.start}
        </a>
        <details>
          <summary aria-label={t.hintOf(title)}>{t.hint}</summary>
          <p>{hint}</p>
        </details>
      </div>
    </li>
  );
}

/** The link changes the state; this brings a person there. */
function setUp(hash: string): void {
  // A link to where the page already is changes nothing by itself.
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  const head = document.getElementById("step-2");
  head?.scrollIntoView();
  head?.focus({ preventScroll: true });
}
