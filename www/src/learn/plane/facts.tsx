// The vectors in numbers: what they are, how long, and which way they point to each other.
import { learnText } from "../text/language";
import { measure, point } from "./figures";
import { cosine, length, minus, type Vector } from "./geometry";
import { plane, sums } from "./state";

export function Facts() {
  const { plane: t } = learnText.value;
  const { tau, tau2 } = sums.value;
  const apart = minus(plane.value.target, plane.value.base);
  const cosineOf = (one: Vector, other: Vector) => {
    const value = cosine(one, other);
    return value === null ? t.none : measure(value);
  };
  const facts: [what: string, value: string][] = [
    [t.tau, point(tau)],
    [t.length("τ"), measure(length(tau))],
    ["T − B", point(apart)],
    [t.length("T − B"), measure(length(apart))],
    [t.cosine("τ", "T − B"), cosineOf(tau, apart)],
  ];
  if (tau2) {
    facts.push(
      [t.tau2, point(tau2)],
      [t.length("τ₂"), measure(length(tau2))],
      [t.cosine("τ", "τ₂"), cosineOf(tau, tau2)],
    );
  }
  return (
    <div class="plane-facts">
      <h3>{t.numbers}</h3>
      <dl>
        {facts.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
