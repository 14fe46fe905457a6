// λ by layer: typed as points, or drawn.
import { useEffect, useRef } from "preact/hooks";
import { setCurve } from "../state/actions";
import { curveProblem } from "../state/recipe-form";
import { models, plan } from "../state/store";
import { parseCurve } from "../text/curve";
import { parseWeights } from "../text/weight";
import { CurveEditor } from "./curve-editor";

export function CurveField({ chat, title }: { chat: number; title: string }) {
  const { curve, weight } = models.value.chats.find(({ key }) => key === chat) ?? {
    curve: "",
    weight: "",
  };
  const points = parseCurve(curve);
  const layers = plan.value.kind === "planned" ? plan.value.report.layers : 0;
  const id = `curve-${chat}`;

  // A recipe that has a curve shows it; emptying the field leaves it where it is.
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (curve !== "" && details.current) details.current.open = true;
  }, [curve]);
  return (
    <details class="curve" ref={details}>
      <summary aria-label={`λ by layer for ${title.toLowerCase()}`}>λ by layer</summary>
      <p class="quiet" id={`${id}-about`}>
        Points such as 0: 0.2, 15: 1, with straight lines between them. The weight above is then that
        of tensors outside of layers.
      </p>
      <input
        id={id}
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="0: 0.2, 15: 1"
        aria-label={`${title} weights by layer`}
        aria-invalid={points === null}
        aria-describedby={points === null ? `${id}-problem` : `${id}-about`}
        value={curve}
        onInput={(event) => setCurve(chat, event.currentTarget.value)}
      />
      {points === null && (
        <p class="field-problem" id={`${id}-problem`}>
          {curveProblem(title)}
        </p>
      )}
      {points !== null && layers > 0 && (
        <CurveEditor
          label={`${title}: λ by layer`}
          points={points}
          layers={layers}
          otherwise={parseWeights(weight)?.[0] ?? 1}
          onDraw={(text) => setCurve(chat, text)}
        />
      )}
    </details>
  );
}
