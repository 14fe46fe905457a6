// The page from top to bottom.
import { interrupted, isBusy } from "../state/store";
import { Formula } from "./formula";
import { InterruptedHint } from "./interrupted";
import { MergePanel } from "./merge-panel";
import { Models } from "./models";
import { Options } from "./options";
import { Footer, Header } from "./page-frame";
import { Plan } from "./plan";
import { Result } from "./result";
import { SampleModels } from "./samples";
import { Step } from "./step";

export function App() {
  return (
    <>
      <Header />
      <main>
        <Step
          number={1}
          title="Models"
          about="Give each model as one .safetensors file, as all its shards, or as its whole folder. Only headers are read before the merge."
        >
          {interrupted.value.length > 0 ? <InterruptedHint /> : <SampleModels />}
          <fieldset class="bare" disabled={isBusy.value}>
            <Models />
          </fieldset>
          <Formula />
        </Step>
        <Step
          number={2}
          title="Vector"
          about="Which tensors the vectors are added to and how strongly, and what the output looks like."
        >
          <fieldset class="bare" disabled={isBusy.value}>
            <Options />
          </fieldset>
        </Step>
        <Step number={3} title="Plan" about="What the merge will do, tensor by tensor.">
          <Plan />
        </Step>
        <Step
          number={4}
          title="Merge"
          about="Reads the models piece by piece, so their size does not matter for memory."
        >
          <MergePanel />
        </Step>
        <Result />
      </main>
      <Footer />
    </>
  );
}
