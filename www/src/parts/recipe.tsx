// The recipe as a file: saved, and opened from its own file or from a merged one.
import { exportForMergekit, openRecipe, saveRecipe } from "../state/recipe-file";
import { recipeStatus } from "../state/store";
import { Icon } from "./icon";

export function Recipe() {
  const open = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) void openRecipe(file);
    input.value = "";
  };
  return (
    <div class="recipe">
      <p class="quiet" id="recipe-about">
        All of these choices are the recipe. Keep it to merge the same way again; each merged file
        holds its own.
      </p>
      <div class="recipe-buttons">
        <button type="button" class="button" onClick={() => void saveRecipe()}>
          <Icon name="save" />
          Save recipe
        </button>
        <label class="file-button">
          <Icon name="file" />
          <span>Open recipe</span>
          <input
            type="file"
            aria-label="Open recipe"
            aria-describedby="recipe-about"
            accept=".json,.safetensors"
            onChange={open}
          />
        </label>
        <button type="button" class="button" onClick={() => void exportForMergekit()}>
          <Icon name="save" />
          Export for mergekit
        </button>
      </div>
      <p class="recipe-status" role="status">
        {recipeStatus.value}
      </p>
    </div>
  );
}
