// The live region of everything that stands in the way; it is always there, so that it is heard.
import { problems } from "../state/store";
import { counted } from "../text/bytes";

export function Problems() {
  return (
    <section class="problems" id="problems" aria-label="Problems" aria-live="polite" tabIndex={-1}>
      {problems.value.length > 0 && (
        <>
          <h3>{counted(problems.value.length, "problem")}</h3>
          <ul>
            {problems.value.map((problem, index) => (
              <li key={`${index} ${problem}`}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
