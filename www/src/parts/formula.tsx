// The formula of the merge as it stands.
import { Fragment } from "preact";
import { models } from "../state/store";
import { formula } from "../text/formula";

export function Formula() {
  const { target, chats } = models.value;
  const { start, terms } = formula(
    target.kind !== "empty",
    chats.map(({ weight }) => weight),
  );
  return (
    <p class="formula">
      <span>merged = {start}</span>
      {terms.map(({ sign, weight, chat }) => (
        <Fragment key={chat}>
          {" "}
          <span>
            {sign} <strong>{weight}</strong> × ({chat} − base)
          </span>
        </Fragment>
      ))}
    </p>
  );
}
