// Opens a recipe of the page's own that a link names: `./#recipe=marconroni` is that of
// `recipes/marconroni.json`. A link can name nothing else.
import { laterText } from "../text/later-text";
import { wordsOfError } from "../text/sentence";
import { openRecipe } from "./recipe-file";
import { isBusy, recipeStatus } from "./store";

const START = "#recipe=";
const NAME = /^[a-z0-9-]{1,64}$/;
/** In milliseconds. */
const PATIENCE = 60_000;

/** Opens that of the page's own link, and of each that is opened on it. */
export function followRecipeLinks(): void {
  window.addEventListener("hashchange", () => void follow());
  void follow();
}

async function follow(): Promise<void> {
  const { hash } = location;
  if (!hash.startsWith(START)) return;
  const name = hash.slice(START.length);
  const file = NAME.test(name) ? await fetched(name) : "unknown";
  // As the button for a person's own file: what is under way keeps its choices.
  if (isBusy.peek() || location.hash !== hash) return;
  if (file instanceof File) await openRecipe(file);
  else if (file === "unknown") recipeStatus.value = [() => laterText.value.recipeLink.unknown];
  else recipeStatus.value = [() => laterText.value.recipeLink.failed, wordsOfError(file)];
}

/** Its file, or why there is none. */
async function fetched(name: string): Promise<File | "unknown" | Error> {
  const file = `${name}.json`;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(`./recipes/${file}`, { signal, redirect: "error" });
    if (answer.ok) return new File([await answer.blob()], file);
    return answer.status === 404 ? "unknown" : new Error(String(answer.status));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
