// The page's start: shows it, starts the worker, and keeps the plan up to date.
import { render } from "preact";
import { App } from "./parts/app";
import { keepDifferences, keepPlanned, keepRoomKnown, workerClient } from "./state/actions";
import { startHasher } from "./state/checking";
import { guardLeaving, ignoreStrayDrops } from "./state/guards";
import { trustOwnProgramsOnly } from "./trusted-types";
import "./style/base.css";
import "./style/page.css";
import "./style/models.css";
import "./style/options.css";
import "./style/plan.css";
import "./style/merge.css";

trustOwnProgramsOnly();
const root = document.getElementById("app");
if (root) render(<App />, root);
guardLeaving();
ignoreStrayDrops();
workerClient();
startHasher();
keepPlanned();
keepRoomKnown();
keepDifferences();
