// What is loaded as soon as the page is ready, and not before: nobody needs it sooner.
export { keepOffline } from "./offline";
export { fetchSamples } from "./samples";
