// λ by layer: typed as points, or drawn.
import { useEffect, useRef } from "preact/hooks";
import { setCurve } from "../state/actions";
import { partRole } from "../state/models";
import { later as whenReady } from "../state/offline";
import { models, plan } from "../state/store";
import { parseCurve } from "../text/curve";
import { text } from "../text/language";
import { parseWeights } from "../text/weight";
import { later } from "./later";

const CurveEditor = later(() => whenReady().then(({ CurveEditor }) => CurveEditor));

export function CurveField({ chat, title }: { chat: number; title: string }) {
  const { curve, weight } = models.value.chats.find(({ key }) => key === chat) ?? {
    curve: "",
    weight: "",
  };
  const t = text.value.models;
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
      <summary aria-label={t.curveFor(partRole(models.value, chat))}>{t.curve}</summary>
      <p class="quiet" id={`${id}-about`}>
        {t.curveAbout}
      </p>
      <input
        id={id}
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="0: 0.2, 15: 1"
        aria-label={t.curveOf(title)}
        aria-invalid={points === null}
        aria-describedby={points === null ? `${id}-problem` : `${id}-about`}
        value={curve}
        onInput={(event) => setCurve(chat, event.currentTarget.value)}
      />
      {points === null && (
        <p class="field-problem" id={`${id}-problem`}>
          {text.value.typed.curve(title)}
        </p>
      )}
      {points !== null && layers > 0 && (
        <CurveEditor
          label={t.curvePicture(title)}
          points={points}
          layers={layers}
          otherwise={parseWeights(weight)?.[0] ?? 1}
          onDraw={(text) => setCurve(chat, text)}
        />
      )}
    </details>
  );
}
