// The learn page's start: shows it, and keeps it for offline.
import { effect } from "@preact/signals";
import { render } from "preact";
import { language } from "../text/language";
import { trustOwnProgramsOnly } from "../trusted-types";
import { App } from "./parts/app";
import { followLinks } from "./state/linked";
import { workOffline } from "./state/offline";
import { learnText, speakAsPreferred } from "./text/language";
import "../style/base.css";
import "../style/page.css";
import "../style/learn.css";
import "../style/plane.css";
import "../style/lesson.css";
import "../style/tiny.css";

/** For the page's language, before the page is shown in English, in milliseconds. */
const PATIENCE = 3000;

trustOwnProgramsOnly();
const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
void Promise.race([speakAsPreferred().catch(() => {}), late]).then(() => {
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = learnText.value.frame.title;
  });
  const root = document.getElementById("app");
  if (root) render(<App />, root);
});
followLinks();
workOffline();
