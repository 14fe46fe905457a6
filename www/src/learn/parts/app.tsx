// The learn page from top to bottom. Each part is a numbered step, in a folder of its own.
import { Step } from "../../parts/step";
import { Plane } from "../plane/plane";
import { learnText } from "../text/language";
import { Footer, Header } from "./page-frame";

export function App() {
  const { plane } = learnText.value;
  return (
    <>
      <Header />
      <main>
        <Step number={1} title={plane.title} about={plane.about}>
          <Plane />
        </Step>
      </main>
      <Footer />
    </>
  );
}
