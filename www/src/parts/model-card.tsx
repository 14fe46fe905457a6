// One model: its files, what their headers say, and a chat model's weight.
import { useSignal } from "@preact/signals";
import { giveFiles, refuseFiles, removeChat } from "../state/actions";
import { type Part, partRole, partTitle, slotOf } from "../state/models";
import { recipeHint } from "../state/recipe-file";
import { isBusy, models, problemsOf } from "../state/store";
import type { GivenFile } from "../protocol";
import { text } from "../text/language";
import { said, type Sentence, wordsOfError } from "../text/sentence";
import { CurveField } from "./curve-field";
import { FileInputs } from "./file-inputs";
import { filesOfDrop } from "./given-files";
import { Icon } from "./icon";
import { ModelFacts } from "./model-facts";
import { NameField } from "./name-field";
import { Said } from "./said";
import { WeightField } from "./weight-field";

const MOST_PROBLEMS = 3;

export function ModelCard({ part, about }: { part: Part; about: string }) {
  const hovers = useSignal(0);
  const title = partTitle(models.value, part);
  const slot = slotOf(models.value, part);
  const problems = problemsOf(part);
  const factsId = `facts-${part}`;

  const take = async (files: Promise<GivenFile[]>) => {
    try {
      const given = await files;
      if (given.length > 0) giveFiles(part, given);
      else refuseFiles(part, [({ models }) => models.droppedNothing]);
    } catch (error) {
      refuseFiles(part, [({ models }) => models.droppedUnreadable, wordsOfError(error)]);
    }
  };

  const drop = (event: DragEvent) => {
    hovers.value = 0;
    if (isBusy.value || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    void take(filesOfDrop(event.dataTransfer));
  };

  const over = (event: DragEvent) => {
    if (!isBusy.value && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  const state = hovers.value > 0 ? "dropping" : problems.length > 0 ? "invalid" : slot.kind;
  return (
    <section
      class={`card card-${state}`}
      aria-label={title}
      onDragEnter={() => {
        hovers.value += 1;
      }}
      onDragLeave={() => {
        hovers.value = Math.max(0, hovers.value - 1);
      }}
      onDragOver={over}
      onDrop={drop}
    >
      <div class="card-head">
        <h3>{title}</h3>
        {typeof part === "number" && <RemoveCard chat={part} />}
        <p class="quiet">{about}</p>
      </div>
      <div class="card-body" id={factsId}>
        <ModelFacts part={part} slot={slot} />
        <RecipeHint part={part} />
      </div>
      <FileInputs
        part={part}
        title={title}
        given={slot.kind !== "empty"}
        invalid={problems.length > 0}
        describedBy={factsId}
      />
      <CardProblems problems={problems} />
      <NameField part={part} title={title} />
      {typeof part === "number" && <WeightField chat={part} title={title} />}
      {typeof part === "number" && <CurveField chat={part} title={title} />}
    </section>
  );
}

function RecipeHint({ part }: { part: Part }) {
  const hint = recipeHint(part);
  return hint && <p class="notice">{hint}</p>;
}

/** A wrong model has a problem with each of its tensors: the first few tell enough. */
function CardProblems({ problems }: { problems: Sentence[] }) {
  if (problems.length === 0) return null;
  const shown = problems.length <= MOST_PROBLEMS ? problems : problems.slice(0, MOST_PROBLEMS - 1);
  const others = problems.length - shown.length;
  return (
    <ul class="card-problems">
      {shown.map((problem) => (
        <li key={said(problem)}>
          <Said sentence={problem} />
        </li>
      ))}
      {others > 0 && (
        <li>
          <a href="#problems">{text.value.models.moreProblems(others)}</a>
        </li>
      )}
    </ul>
  );
}

function RemoveCard({ chat }: { chat: number }) {
  if (models.value.chats.length < 2) return null;
  const remove = () => {
    removeChat(chat);
    document.getElementById("add-chat")?.focus();
  };
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={text.value.models.removeCardOf(partRole(models.value, chat))}
      title={text.value.models.removeCard}
      onClick={remove}
    >
      <Icon name="cross" />
    </button>
  );
}
