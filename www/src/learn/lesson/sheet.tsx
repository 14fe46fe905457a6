// The teachers' sheet: read on the page, or printed without the rest of it.
import { useRef } from "preact/hooks";
import { Coded } from "../../parts/said";
import { weight } from "../plane/figures";
import { learnText } from "../text/language";
import type { LessonText } from "../text/lesson/en";
import { ALL_EXERCISES, type Measure } from "./exercises";
import { EXPECTED } from "./expected";
import { goalOf } from "./goals";
import { SOURCES } from "./sources";

const MINUTES: Record<keyof LessonText["sheet"]["plans"], string> = {
  start: "0–7",
  plane: "7–17",
  tiny: "17–35",
  compare: "35–41",
  real: "41–45",
};

export function Sheet() {
  const t = learnText.value.lesson.sheet;
  const details = useRef<HTMLDetailsElement>(null);
  return (
    <section class="lesson-sheet" aria-labelledby="lesson-sheet">
      <h3 id="lesson-sheet">{t.title}</h3>
      <p>{t.about}</p>
      <button type="button" class="button" onClick={() => print(details.current)}>
        {t.print}
      </button>
      <details ref={details}>
        <summary>{t.show}</summary>
        <Pages />
      </details>
    </section>
  );
}

/** The page's style prints the sheet alone while the page is marked. */
function print(details: HTMLDetailsElement | null): void {
  const root = document.documentElement;
  const wasOpen = details?.open ?? false;
  // What is closed can't be printed.
  if (details) details.open = true;
  root.classList.add("prints-sheet");
  const end = () => {
    root.classList.remove("prints-sheet");
    if (details) details.open = wasOpen;
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}

function Pages() {
  return (
    <div class="sheet">
      <ForTeachers />
      <ForStudents />
      <Hints />
    </div>
  );
}

function ForTeachers() {
  const { sheet: t, steps } = learnText.value.lesson;
  const { target, chat, base, result } = learnText.value.plane;
  const here = location.href.replace(/#.*/, "");
  return (
    <article class="sheet-page">
      <h4>{t.heading}</h4>
      <p>{t.subheading}</p>
      <p>
        {t.page} <span class="sheet-address">{here}</span>
      </p>
      <h5>{t.goals}</h5>
      <ul>
        {Object.entries(t.goal).map(([name, goal]) => (
          <li key={name}>{goal}</li>
        ))}
      </ul>
      <h5>{t.needs}</h5>
      <ul>
        {Object.entries(t.need).map(([name, need]) => (
          <li key={name}>{need}</li>
        ))}
      </ul>
      <h5>{t.formula}</h5>
      <p class="formula">
        {result} = {target} + λ ({chat} − {base})
      </p>
      <h5>{t.plan}</h5>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.minutes}</th>
            <th scope="col">{t.what}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(MINUTES).map(([name, minutes]) => (
            <tr key={name}>
              <th scope="row">{minutes}</th>
              <td>{t.plans[name as keyof typeof MINUTES]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h5>{t.sources}</h5>
      <ul>
        {Object.entries(SOURCES).map(([source, { name, url }]) => (
          <li key={source}>
            {name}
            {name.includes("arXiv") ? "" : `, ${url.replace("https://", "")}`}
          </li>
        ))}
      </ul>
      <h5>{steps.step.unknown.title}</h5>
      <p>
        <Coded text={steps.step.unknown.text} />
      </p>
    </article>
  );
}

function ForStudents() {
  const { lesson } = learnText.value;
  const t = lesson.sheet;
  return (
    <article class="sheet-page">
      <h4>{t.students}</h4>
      <p class="sheet-who">
        <Blank label={t.name} />
        <Blank label={t.date} />
      </p>
      <div class="sheet-exercise">
        <h5>{t.byHand}</h5>
        <p>{t.byHandTask}</p>
        <div class="sheet-by-hand">
          <p>
            <Blank label={t.vectorIs} />
            <Blank label={t.mergedIs} />
          </p>
          <div class="sheet-squares" />
        </div>
      </div>
      {ALL_EXERCISES.map((name, index) => (
        <div class="sheet-exercise" key={name}>
          <h5>
            {index + 1}. {lesson.exercises.exercise[name].title}
          </h5>
          <p>{lesson.exercises.exercise[name].task}</p>
          <p>
            <strong>{lesson.exercises.goal}</strong> {goalOf(name, lesson)}
          </p>
          <p class="sheet-blanks">
            <Blank label={t.state} />
            <Blank label={t.measured} />
          </p>
          <p class="sheet-blanks">
            <Blank label={t.why} />
          </p>
          <p class="sheet-blanks">
            <Blank />
          </p>
        </div>
      ))}
    </article>
  );
}

function Expected() {
  const { measures } = learnText.value.lesson.exercises;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">λ</th>
          {EXPECTED.map(({ lambda }) => (
            <th scope="col" key={lambda}>
              {weight(lambda)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(measures).map(([name, title]) => (
          <tr key={name}>
            <th scope="row">{title}</th>
            {EXPECTED.map((row) => (
              <td key={row.lambda}>{row[name as Measure].toFixed(2)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A line to write on. */
function Blank({ label }: { label?: string }) {
  return <span class="sheet-blank">{label}</span>;
}

function Hints() {
  const { lesson } = learnText.value;
  const t = lesson.sheet;
  return (
    <article class="sheet-page">
      <h4>{t.hints}</h4>
      <p>{t.hintsAbout}</p>
      <Expected />
      <dl>
        <dt>{t.byHand}</dt>
        <dd>{t.byHandAnswer}</dd>
        {ALL_EXERCISES.map((name, index) => (
          <div key={name}>
            <dt>
              {index + 1}. {lesson.exercises.exercise[name].title}
            </dt>
            <dd>{lesson.exercises.exercise[name].hint}</dd>
          </div>
        ))}
      </dl>
      <h5>{t.talk}</h5>
      <ul>
        {Object.entries(t.talks).map(([name, talk]) => (
          <li key={name}>{talk}</li>
        ))}
      </ul>
    </article>
  );
}
