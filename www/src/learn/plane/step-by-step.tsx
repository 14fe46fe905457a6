// The merged point, computed as it would be by hand.
import { Fragment } from "preact";
import { learnText } from "../text/language";
import { point, weight } from "./figures";
import { plane, sums } from "./state";

/** What stands after one `=`: the target, and what is added to it. */
type Line = { start: string; terms: string[] };

export function StepByStep() {
  const { plane: t } = learnText.value;
  const { base, chat, second, target, two, lambda, lambda2 } = plane.value;
  const { tau, scaled, tau2, scaled2, merged } = sums.value;
  const [from, to] = [point(base), point(target)];
  const lines: Line[] = [
    {
      start: t.target,
      terms: [`λ · (${t.chat} − ${t.base})`, ...(two ? [`λ₂ · (${t.chat2} − ${t.base})`] : [])],
    },
    {
      start: to,
      terms: [
        `${weight(lambda)} · (${point(chat)} − ${from})`,
        ...(two ? [`${weight(lambda2)} · (${point(second)} − ${from})`] : []),
      ],
    },
    {
      start: to,
      terms: [
        `${weight(lambda)} · ${point(tau)}`,
        ...(tau2 ? [`${weight(lambda2)} · ${point(tau2)}`] : []),
      ],
    },
    { start: to, terms: [point(scaled), ...(scaled2 ? [point(scaled2)] : [])] },
    { start: point(merged), terms: [] },
  ];
  return (
    <div class="plane-sum">
      <h3>{t.sum}</h3>
      <ol class="formula">
        {lines.map(({ start, terms }, index) => (
          <li key={index}>
            {index === 0 && <span class="plane-sum-name">{t.result}</span>}
            <span>= {start}</span>
            {terms.map((term, index) => (
              <Fragment key={index}>
                {" "}
                <span>+ {term}</span>
              </Fragment>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
