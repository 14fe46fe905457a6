// The live region of everything that stands in the way; it is always there, so that it is heard.
import { problems } from "../state/store";
import { text } from "../text/language";
import { said } from "../text/sentence";
import { Said } from "./said";

export function Problems() {
  const t = text.value.plan;
  return (
    <section
      class="problems"
      id="problems"
      aria-label={t.problems}
      aria-live="polite"
      tabIndex={-1}
    >
      {problems.value.length > 0 && (
        <>
          <h3>{t.problemsCount(problems.value.length)}</h3>
          <ul>
            {problems.value.map((problem, index) => (
              <li key={`${index} ${said(problem)}`}>
                <Said sentence={problem} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
