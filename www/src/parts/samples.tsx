// For a first visit: models to try the page with.
import { useEffect, useRef, useState } from "preact/hooks";
import { giveFiles, removeChat, setWeight } from "../state/actions";
import { parts, slotOf } from "../state/models";
import { later } from "../state/offline";
import { isBusy, models, saveTo } from "../state/store";
import { text } from "../text/language";
import type { GivenFile } from "../protocol";
import type { Samples } from "../samples";

type State =
  | { kind: "idle" | "loading" }
  | { kind: "given"; base: GivenFile[] }
  | { kind: "failed"; why: string };

export function SampleModels() {
  const t = text.value.samples;
  const [state, setState] = useState<State>({ kind: "idle" });
  const next = useRef<HTMLAnchorElement>(null);
  useEffect(() => next.current?.focus({ preventScroll: true }), [state.kind]);
  const slots = parts(models.value).map((part) => slotOf(models.value, part));
  const given = state.kind === "given" && slots.some((slot) => "files" in slot && slot.files === state.base);
  if (given) {
    return (
      <p class="samples">
        {t.given}{" "}
        <a ref={next} href="#merge">
          {t.onward}
        </a>
      </p>
    );
  }
  if (slots.some(({ kind }) => kind !== "empty")) return null;
  const loading = state.kind === "loading";

  const load = async () => {
    if (loading || isBusy.peek()) return;
    setState({ kind: "loading" });
    try {
      const samples = await later().then(({ fetchSamples }) => fetchSamples());
      // Someone may have given models in the meantime, or begun something else.
      const isFree = parts(models.peek()).every((part) => slotOf(models.peek(), part).kind === "empty");
      if (isBusy.peek() || !isFree) return setState({ kind: "idle" });
      setState({ kind: "given", base: samples.base });
      give(samples);
    } catch (error) {
      setState({ kind: "failed", why: String(error) });
    }
  };

  return (
    <div class="samples">
      <span>{t.question}</span>
      <button type="button" class="button" aria-disabled={loading} onClick={() => void load()}>
        {loading ? t.loading : t.button}
      </button>
      <span class="field-problem" role="status">
        {state.kind === "failed" && t.failed(state.why)}
      </span>
    </div>
  );
}

/** As if a person had given each folder. */
function give({ base, target, chat }: Samples): void {
  const [first, ...others] = models.peek().chats;
  for (const { key } of others) removeChat(key);
  giveFiles("base", base);
  giveFiles("target", target);
  if (first) {
    giveFiles(first.key, chat);
    setWeight(first.key, "1");
  }
  // No dialog: the page shows what it does.
  saveTo.value = "downloads";
}
