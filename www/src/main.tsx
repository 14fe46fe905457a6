// The page's start: shows it, starts the worker, and keeps the plan up to date.
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./parts/app";
import { keepDifferences, keepPlanned, keepRoomKnown, workerClient } from "./state/actions";
import { startHasher } from "./state/checking";
import { guardLeaving, ignoreStrayDrops } from "./state/guards";
import { workOffline } from "./state/offline";
import { keepInspectionTrue } from "./state/inspecting";
import { language, speakAsWanted, text } from "./text/language";
import { trustOwnProgramsOnly } from "./trusted-types";
import "./style/base.css";
import "./style/page.css";
import "./style/models.css";
import "./style/options.css";
import "./style/plan.css";
import "./style/merge.css";
import "./style/inspection.css";

/** For the page's language, before the page is shown in English, in milliseconds. */
const PATIENCE = 3000;

trustOwnProgramsOnly();
const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
void Promise.race([speakAsWanted().catch(() => {}), late]).then(() => {
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = text.value.frame.title;
  });
  const root = document.getElementById("app");
  if (root) render(<App />, root);
});
guardLeaving();
ignoreStrayDrops();
workerClient();
startHasher();
keepPlanned();
keepRoomKnown();
keepDifferences();
workOffline();
keepInspectionTrue();
