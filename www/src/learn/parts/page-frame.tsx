// What stands above and below the parts of the learn page.
import { LanguageField } from "../../parts/language-field";
import { text } from "../../text/language";
import { offline } from "../state/offline";
import { chooseHere, learnText } from "../text/language";

export function Header() {
  const { heading, back, lead, privacy } = learnText.value.frame;
  return (
    <header class="masthead">
      <div class="masthead-line">
        <a class="back" href="./">
          <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M13 8H3.5M7.5 4L3.5 8l4 4" />
          </svg>
          {back}
        </a>
        <LanguageField onChoose={chooseHere} />
      </div>
      <h1>{heading}</h1>
      <p class="lead">{lead}</p>
      <p class="privacy">{privacy}</p>
    </header>
  );
}

export function Footer() {
  const { method, offline: told } = text.value.frame;
  return (
    <footer class="colophon">
      <p>{method}</p>
      <p class="state">{told[offline.value]}</p>
    </footer>
  );
}
