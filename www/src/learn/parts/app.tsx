// The learn page from top to bottom. Each part is a numbered step, in a folder of its own.
import { Step } from "../../parts/step";
import { Lesson } from "../lesson/lesson";
import { Plane } from "../plane/plane";
import { Tiny } from "../tiny/tiny";
import { learnText } from "../text/language";
import { Footer, Header } from "./page-frame";

export function App() {
  const { plane, tiny, lesson } = learnText.value;
  return (
    <>
      <Header />
      <main>
        <Step number={1} title={plane.title} about={plane.about}>
          <Plane />
        </Step>
        <Step number={2} title={tiny.title} about={tiny.about}>
          <Tiny />
        </Step>
        <Step number={3} title={lesson.title} about={lesson.about}>
          <Lesson />
        </Step>
      </main>
      <Footer />
    </>
  );
}
