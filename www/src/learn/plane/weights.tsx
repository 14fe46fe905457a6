// λ of each chat model.
import { LambdaRow } from "../parts/lambda-row";
import { plane, type Weight, WEIGHTS, weigh } from "./state";

export function Weights() {
  return (
    <div class="plane-weights">
      <WeightRow which="lambda" />
      {plane.value.two && <WeightRow which="lambda2" />}
    </div>
  );
}

function WeightRow({ which }: { which: Weight }) {
  return (
    <LambdaRow
      id={which}
      class={`plane-weight plane-weight-${which}`}
      name={which === "lambda" ? "λ" : "λ₂"}
      value={plane.value[which]}
      limits={WEIGHTS[which]}
      onChange={(value) => weigh(which, value)}
    />
  );
}
