// The recipe as a file: saved, and opened from its own file or from a merged one.
import { exportForMergekit, openRecipe, saveRecipe } from "../state/recipe-file";
import { recipeStatus } from "../state/store";
import { text } from "../text/language";
import { Icon } from "./icon";
import { Said } from "./said";

export function Recipe() {
  const t = text.value.recipe;
  const open = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) void openRecipe(file);
    input.value = "";
  };
  return (
    <div class="recipe">
      <p class="quiet" id="recipe-about">
        {t.about}
      </p>
      <div class="recipe-buttons">
        <button type="button" class="button" onClick={() => void saveRecipe()}>
          <Icon name="save" />
          {t.save}
        </button>
        <label class="file-button">
          <Icon name="file" />
          <span>{t.open}</span>
          <input
            type="file"
            aria-label={t.open}
            aria-describedby="recipe-about"
            accept=".json,.safetensors"
            onChange={open}
          />
        </label>
        <button type="button" class="button" onClick={() => void exportForMergekit()}>
          <Icon name="save" />
          {t.export}
        </button>
      </div>
      <p class="recipe-status" role="status">
        <Said sentence={recipeStatus.value} />
      </p>
    </div>
  );
}
