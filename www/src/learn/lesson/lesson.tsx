// Part 3: from the miniature to a merge of real models, with exercises and a sheet for teachers.
import { Example } from "./example";
import { Exercises } from "./exercises-panel";
import { Sheet } from "./sheet";
import { Steps } from "./steps";

export function Lesson() {
  return (
    <div class="lesson">
      <Steps />
      <Example />
      <Exercises />
      <Sheet />
    </div>
  );
}
