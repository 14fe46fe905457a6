// How the models are merged: λ of each vector, and what of a model takes part.
import { SelectField } from "../../parts/select-field";
import { LambdaRow } from "../parts/lambda-row";
import { learnText } from "../text/language";
import { change, PARTS, tiny, type Weight, WEIGHTS, weigh } from "./state";

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
  return (
    <LambdaRow
      id={`tiny-${which}`}
      class={`tiny-weight of-${which === "lambda" ? "chat" : "second"}`}
      name={name}
      value={tiny.value[which]}
      limits={WEIGHTS[which]}
      onChange={(value) => weigh(which, value)}
    />
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
