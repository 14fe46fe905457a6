// A numbered part of the page.
import type { ComponentChildren } from "preact";

type Props = { number: number; title: string; about: string; children: ComponentChildren };

export function Step({ number, title, about, children }: Props) {
  const id = `step-${number}`;
  return (
    <section class="step" aria-labelledby={id}>
      <div class="step-head">
        <h2 id={id} tabIndex={-1}>
          <span class="step-number">{number}</span> {title}
        </h2>
        <p class="quiet">{about}</p>
      </div>
      <div class="step-body">{children}</div>
    </section>
  );
}
