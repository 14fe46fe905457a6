// What there is to try: a button for each, and what to look for.
import { learnText } from "../text/language";
import { begin, plane } from "./state";
import { ALL_TRIES } from "./tries";

export function Tries() {
  const { plane: t } = learnText.value;
  const { tried } = plane.value;
  const now = tried === "nothing" ? null : t.try[tried];
  return (
    <div class="tries">
      <h3 id="tries">{t.tries}</h3>
      <ul aria-labelledby="tries">
        {ALL_TRIES.map((which) => (
          <li key={which}>
            <button
              type="button"
              class="button"
              aria-current={which === tried}
              onClick={() => begin(which)}
            >
              {t.try[which].name}
            </button>
          </li>
        ))}
      </ul>
      <div class="tried" role="status">
        {now ? (
          <>
            <p>
              <strong>{t.look}</strong> {now.look}
            </p>
            <p>
              <strong>{t.real}</strong> {now.real}
            </p>
          </>
        ) : (
          <p>{t.idle}</p>
        )}
      </div>
    </div>
  );
}
