// The text of parts of the page that are loaded later, in the language that the page speaks.
import { computed } from "@preact/signals";
import { laterTranslation } from "./language";
import { enLater } from "./languages/en-later";

export const laterText = computed(() => laterTranslation.value ?? enLater);
