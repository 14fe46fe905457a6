// How the models are merged: λ of each vector, and what of a model takes part.
import { SelectField } from "../../parts/select-field";
import { NumberField } from "../parts/number-field";
import { learnText } from "../text/language";
import { weight as told } from "../plane/figures";
import { change, PARTS, tiny, type Weight, WEIGHTS, weigh } from "./state";

const STEP = 0.05;

export function Controls({ layers, vectors }: { layers: number; vectors: number }) {
  const { tiny: t } = learnText.value;
  const { embeddings, part } = tiny.value;
  return (
    <div class="tiny-part">
      <h3>{t.merge}</h3>
      <div class="tiny-weights">
        <WeightRow which="lambda" name={t.lambda} />
        {vectors > 1 && <WeightRow which="lambda2" name={t.lambda2} />}
      </div>
      <div class="tiny-fields">
        <SelectField
          id="tiny-part"
          label={t.part}
          options={PARTS}
          value={part}
          told={(part) => t.parts[part]}
          onChoose={(part) => change({ part })}
        />
        <LayerField which={0} layers={layers} />
        <LayerField which={1} layers={layers} />
        <div class="tiny-check">
          <input
            id="tiny-embeddings"
            type="checkbox"
            // Alone, attention and MLPs have none.
            disabled={part !== "all"}
            checked={embeddings && part === "all"}
            onChange={(event) => change({ embeddings: event.currentTarget.checked })}
          />
          <label for="tiny-embeddings">{t.embeddings}</label>
        </div>
      </div>
    </div>
  );
}

function WeightRow({ which, name }: { which: Weight; name: string }) {
  const t = learnText.value;
  const { low, high } = WEIGHTS[which];
  const value = tiny.value[which];
  return (
    <div class={`tiny-weight of-${which === "lambda" ? "chat" : "second"}`}>
      <label for={`tiny-${which}`}>{name}</label>
      <input
        id={`tiny-${which}`}
        type="range"
        min={low}
        max={high}
        step={STEP}
        value={value}
        aria-valuetext={told(value)}
        onInput={(event) => weigh(which, event.currentTarget.valueAsNumber)}
      />
      <NumberField
        label={t.plane.asNumber(name)}
        value={value}
        digits={2}
        low={low}
        high={high}
        step={STEP}
        onChange={(value) => weigh(which, value)}
      />
    </div>
  );
}

/** The first layer that takes part, or the last. */
function LayerField({ which, layers }: { which: 0 | 1; layers: number }) {
  const { tiny: t } = learnText.value;
  const last = layers - 1;
  const [from, to] = tiny.value.layers ?? [0, last];
  const choose = (layer: number) => {
    const [first, end] = which === 0 ? [layer, Math.max(layer, to)] : [Math.min(layer, from), layer];
    change({ layers: first === 0 && end === last ? null : [first, end] });
  };
  return (
    <SelectField
      id={`tiny-layer-${which}`}
      label={which === 0 ? t.firstLayer : t.lastLayer}
      options={Array.from({ length: layers }, (_, i) => String(i))}
      value={String(Math.min(which === 0 ? from : to, last))}
      onChoose={(layer) => choose(Number(layer))}
    />
  );
}
