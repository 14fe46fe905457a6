// The formula of the merge as it stands.
import { Fragment } from "preact";
import { namesOf } from "../state/models";
import { models } from "../state/store";
import { formula } from "../text/formula";

export function Formula() {
  const { target, chats } = models.value;
  const { start, base, terms } = formula(
    target.kind !== "empty",
    chats.map(({ weight }) => weight),
    namesOf(models.value),
    chats.map(({ curve }) => curve),
  );
  return (
    <p class="formula">
      <span>merged = {start}</span>
      {terms.map(({ sign, weight, chat }, index) => (
        <Fragment key={index}>
          {" "}
          <span>
            {sign} <strong>{weight}</strong> × ({chat} − {base})
          </span>
        </Fragment>
      ))}
    </p>
  );
}
