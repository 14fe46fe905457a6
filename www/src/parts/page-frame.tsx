// What stands above and below the steps.
import { offline } from "../state/offline";
import { worker } from "../state/store";
import { text } from "../text/language";
import { LanguageField } from "./language-field";

export function Header() {
  const { lead, privacy, learn } = text.value.frame;
  return (
    <header class="masthead">
      <div class="masthead-line">
        <h1>chat-vector</h1>
        <a class="other-page" href="./learn.html">
          {learn}
        </a>
        <LanguageField />
      </div>
      <p class="lead">{lead}</p>
      <p class="privacy">{privacy}</p>
    </header>
  );
}

export function Footer() {
  const state = worker.value;
  const { method, offline: told } = text.value.frame;
  return (
    <footer class="colophon">
      <p>{method}</p>
      <p class="state">
        {state.kind === "ready" && `chat-vector ${state.version}`}
        <br />
        {told[offline.value]}
      </p>
    </footer>
  );
}
