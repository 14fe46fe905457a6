// What is loaded as soon as the page is ready, and not before: nobody needs it sooner.
export { keepOffline } from "./offline";
export { CurveEditor } from "./parts/curve-editor";
export { Interrupted } from "./parts/interrupted";
export { TensorTable } from "./parts/tensor-table";
export { fetchSamples } from "./samples";
export { followRecipeLinks } from "./state/recipe-link";
