// The page from top to bottom.
import { interrupted, isBusy } from "../state/store";
import { text } from "../text/language";
import { Formula } from "./formula";
import { InterruptedHint } from "./interrupted-hint";
import { MergePanel } from "./merge-panel";
import { Models } from "./models";
import { Options } from "./options";
import { Footer, Header } from "./page-frame";
import { Plan } from "./plan";
import { Result } from "./result";
import { SampleModels } from "./samples";
import { Step } from "./step";

export function App() {
  const { steps } = text.value;
  return (
    <>
      <Header />
      <main>
        <Step number={1} title={steps.models} about={steps.modelsAbout}>
          {interrupted.value.length > 0 ? <InterruptedHint /> : <SampleModels />}
          <fieldset class="bare" disabled={isBusy.value}>
            <Models />
          </fieldset>
          <Formula />
        </Step>
        <Step number={2} title={steps.vector} about={steps.vectorAbout}>
          <fieldset class="bare" disabled={isBusy.value}>
            <Options />
          </fieldset>
        </Step>
        <Step number={3} title={steps.plan} about={steps.planAbout}>
          <Plan />
        </Step>
        <Step number={4} title={steps.merge} about={steps.mergeAbout}>
          <MergePanel />
        </Step>
        <Result />
      </main>
      <Footer />
    </>
  );
}
