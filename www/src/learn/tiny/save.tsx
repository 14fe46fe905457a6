// The merged model and its recipe as files, the link, and the way back.
import { useState } from "preact/hooks";
import { Icon } from "../../parts/icon";
import { Coded } from "../../parts/said";
import { CopyLink } from "../parts/copy-link";
import { learnText } from "../text/language";
import { opened } from "./lesson";
import { mergeState, startOver } from "./state";

const MODEL = "model.safetensors";
const RECIPE = "recipe.json";

export function Save() {
  const { tiny: t, link } = learnText.value;
  const [saved, setSaved] = useState("");
  const saveModel = async () => {
    const now = opened.peek();
    if (!now) return;
    // What the slider says, even if the page has not followed it yet.
    save(MODEL, await now.client.mergedFile(mergeState(now.summary)));
    setSaved(MODEL);
  };
  const saveRecipe = async () => {
    const now = opened.peek();
    if (!now) return;
    save(RECIPE, await now.client.recipeFile(mergeState(now.summary)));
    setSaved(RECIPE);
  };
  // A worker that died is told of by itself.
  const start = (saving: () => Promise<void>) => () => void saving().catch(() => {});
  return (
    <div class="tiny-part">
      <h3>{t.save}</h3>
      <p>
        <Coded text={t.saveAbout} />
      </p>
      <div class="tiny-buttons">
        <button type="button" class="button" onClick={start(saveModel)}>
          <Icon name="save" />
          {t.saveModel}
        </button>
        <button type="button" class="button" onClick={start(saveRecipe)}>
          <Icon name="save" />
          {t.saveRecipe}
        </button>
      </div>
      <p class="quiet" role="status">
        {saved && t.saved(saved)}
      </p>
      <div class="tiny-buttons">
        <button type="button" class="button" onClick={startOver}>
          {t.startOver}
        </button>
        <CopyLink label={link.copyTiny} />
      </div>
    </div>
  );
}

function save(name: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the download may not have begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
