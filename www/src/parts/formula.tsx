// The formula of the merge as it stands.
import { Fragment } from "preact";
import { isVector, nameOf, namesOf } from "../state/models";
import { form, models } from "../state/store";
import { formula, signOf } from "../text/formula";
import { text } from "../text/language";

export function Formula() {
  const { target, chats } = models.value;
  const makesVector = form.value.goal === "chat vector";
  const stands = formula(
    makesVector ? "none" : target.kind === "empty" ? "base" : "target",
    chats.map((chat) => ({ ...chat, isVector: isVector(chat) })),
    // By its card, also where it takes the base's part.
    { ...namesOf(models.value), target: nameOf(models.value, "target") },
  );
  return (
    <p class="formula">
      <span>
        {makesVector ? text.value.formula.vector : text.value.formula.merged} ={stands.start && ` ${stands.start}`}
      </span>
      {stands.terms.map((term, index) => (
        <Fragment key={index}>
          {" "}
          <span>
            {signOf(stands, term, index) && `${signOf(stands, term, index)} `}
            <strong>{term.weight}</strong> × {term.vector}
            {stands.where.length > 0 && index === stands.terms.length - 1 && ","}
          </span>
        </Fragment>
      ))}
      {stands.where.map((where, index) => (
        <Fragment key={where}>
          {" "}
          <span>
            {where}
            {index < stands.where.length - 1 && ","}
          </span>
        </Fragment>
      ))}
    </p>
  );
}
