// The worked example: what is known of a real merge, its recipe, and what it costs.
import { Coded } from "../../parts/said";
import { byteRate, byteSize } from "../../text/bytes";
import { text } from "../../text/language";
import { duration } from "../../text/pace";
import { learnText } from "../text/language";
import { DISKS, INPUT, MODEL, OUTPUT, PARAMETERS, seconds, TWICE } from "./costs";

const RECIPE = "marconroni";
const BASE = "mistralai/Mistral-7B-v0.1";

export function Example() {
  const t = learnText.value.lesson.example;
  const facts: [what: string, is: string][] = [
    [t.base, BASE],
    [t.chats, t.chatsAre],
    [t.size, t.sizeIs],
    [t.weights, t.weightsAre],
    [t.versions, t.versionsAre],
  ];
  return (
    <section class="lesson-example" aria-labelledby="lesson-example">
      <h3 id="lesson-example">
        <Coded text={t.title} />
      </h3>
      <p>{t.about}</p>
      <p class="formula">
        {t.formula.map((term) => (
          <span key={term}>{term} </span>
        ))}
      </p>
      <dl class="lesson-facts">
        {facts.map(([what, is]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{is}</dd>
          </div>
        ))}
      </dl>
      <p>{t.two}</p>
      <p class="lesson-links">
        <a class="button" href={`./#recipe=${RECIPE}`}>
          {t.open}
        </a>
        <a href={`./recipes/${RECIPE}.json`} download={`${RECIPE}.json`}>
          {t.download}
        </a>
      </p>
      <p class="quiet">{t.opened}</p>
      <Costs />
      <p class="notice">{t.measured}</p>
    </section>
  );
}

function Costs() {
  const t = learnText.value.lesson.example;
  const parameters = text.value.number(PARAMETERS);
  const rows: [what: string, sum: string, much: string][] = [
    [t.input, t.inputSum(parameters), byteSize(INPUT)],
    [t.output, t.outputSum(parameters), byteSize(OUTPUT)],
    [t.half, t.halfSum(parameters), byteSize(MODEL)],
    [t.once, t.onceSum, byteSize(OUTPUT)],
    [t.twice, t.twiceSum, byteSize(TWICE)],
    ...DISKS.map((disk): (typeof rows)[number] => [
      t.time(byteRate(disk)),
      t.timeSum,
      duration(seconds(disk)),
    ]),
  ];
  return (
    <table class="lesson-costs">
      <caption>{t.costs}</caption>
      <thead>
        <tr>
          <th scope="col">{t.what}</th>
          <th scope="col">{t.sum}</th>
          <th scope="col">{t.much}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([what, sum, much]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{sum}</td>
            <td>{much}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
