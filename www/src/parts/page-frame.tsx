// What stands above and below the steps.
import { offline } from "../state/offline";
import { worker } from "../state/store";

const OFFLINE = {
  no: "",
  works: "Works offline.",
  newer: "A new version is there: load the page again.",
} as const;

export function Header() {
  return (
    <header class="masthead">
      <h1>chat-vector</h1>
      <p class="lead">
        Adds what chat models have learned to another model, by merging safetensors checkpoints
        right here in the browser tab.
      </p>
      <p class="privacy">Nothing leaves this computer: no upload, no account, no server.</p>
    </header>
  );
}

export function Footer() {
  const state = worker.value;
  return (
    <footer class="colophon">
      <p>
        The method is that of Huang et al., “Chat Vector: A Simple Approach to Equip LLMs with
        Instruction Following and Model Alignment in New Languages”, ACL 2024.
      </p>
      <p class="state">
        {state.kind === "ready" && `chat-vector ${state.version}`}
        <br />
        {OFFLINE[offline.value]}
      </p>
    </footer>
  );
}
