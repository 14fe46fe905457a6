// What a person can do with models and recipe, and what the page then does by itself.
import { batch, effect } from "@preact/signals";
import { Client, WorkerDied } from "../client";
import type { GivenFile, ModelId } from "../protocol";
import { type Sentence, type Words, wordsOfError } from "../text/sentence";
import {
  castOf,
  type Part,
  parts,
  type Slot,
  slotOf,
  withChat,
  withCurve,
  withName,
  withoutChat,
  withSlot,
  withWeight,
} from "./models";
import { labelsOf, planOfAll } from "../text/series";
import { roomLeft } from "./private-disk";
import {
  presetRules,
  type RecipeForm,
  type RuleForm,
  type TakeOverForm,
  withMoved,
  withoutRuleWeights,
  withRule,
  withRuleWeights,
  withTakeOver,
} from "./recipe-form";
import {
  castKey,
  crash,
  differences,
  form,
  givenCast,
  interrupted,
  introduced,
  merge,
  models,
  plan,
  plannable,
  presets,
  readsTokens,
  room,
  saveTo,
  takeOver,
  worker,
} from "./store";

/** So many workers may die with no plan between them. */
const DEATHS = 2;
/** Changes closer together than this make one plan. */
const PLAN_DELAY = 40;

let client: Client | null = null;
let deaths = 0;
let lastModel: ModelId = 0;
let plans = 0;

/** The worker; it is started on first use. */
export function workerClient(): Client {
  client ??= start();
  return client;
}

function start(): Client {
  return new Client(
    (ready) => {
      presets.value = ready.presets;
      worker.value = { kind: "ready", version: ready.version, opfs: ready.opfs };
      void findInterrupted();
    },
    (why) => replaceWorker(why),
  );
}

function replaceWorker(why: string): void {
  const started = worker.peek().kind === "ready";
  client = null;
  deaths += 1;
  plan.value = { kind: "none" };
  if (!started || deaths > DEATHS) {
    const failed = started ? "workerFailedAgain" : "workerFailed";
    worker.value = { kind: "dead", message: [(text) => text.merge[failed](why)] };
    return;
  }
  crash.value = [(text) => text.merge.workerReplaced(why)];
  worker.value = { kind: "starting" };
  client = start();
  for (const part of parts(models.peek())) {
    const slot = slotOf(models.peek(), part);
    if (slot.kind === "ready") void read(part, slot.files);
  }
}

// Models

export function giveFiles(part: Part, files: GivenFile[]): void {
  forgetOutcome();
  release(slotOf(models.peek(), part));
  void read(part, files);
}

/** The files could not be taken; the reason becomes the card's problem. */
export function refuseFiles(part: Part, why: Sentence): void {
  forgetOutcome();
  release(slotOf(models.peek(), part));
  put(part, { kind: "unreadable", files: [], problems: [why] });
}

export function removeModel(part: Part): void {
  forgetOutcome();
  release(slotOf(models.peek(), part));
  put(part, { kind: "empty" });
}

export function addChat(): void {
  batch(() => {
    models.value = withChat(models.peek());
    setRules(withRuleWeights(form.peek().rules));
  });
}

export function removeChat(key: number): void {
  const index = models.peek().chats.findIndex((chat) => chat.key === key);
  release(slotOf(models.peek(), key));
  batch(() => {
    models.value = withoutChat(models.peek(), key);
    setRules(withoutRuleWeights(form.peek().rules, index));
    const rows = form.peek().takeOver;
    if (rows) setForm({ takeOver: rows.filter(({ chat }) => chat !== key) });
  });
}

export function setName(part: Part, name: string): void {
  models.value = withName(models.peek(), part, name);
}

export function setWeight(key: number, weight: string): void {
  forgetOutcome();
  models.value = withWeight(models.peek(), key, weight);
}

export function setCurve(key: number, curve: string): void {
  forgetOutcome();
  models.value = withCurve(models.peek(), key, curve);
}

async function read(part: Part, files: GivenFile[]): Promise<void> {
  lastModel += 1;
  const model = lastModel;
  put(part, { kind: "reading", model, files });
  const slot = await opened(model, files);
  const current = slotOf(models.peek(), part);
  if (current.kind === "reading" && current.model === model) put(part, slot);
  else release(slot);
}

async function opened(model: ModelId, files: GivenFile[]): Promise<Slot> {
  try {
    const answer = await workerClient().open(model, files);
    if (answer.kind === "opened") return { kind: "ready", model, files, summary: answer.summary };
    return { kind: "unreadable", files, problems: answer.problems.map(({ message }) => [message]) };
  } catch (error) {
    const why: Words =
      error instanceof WorkerDied ? (text) => text.models.workerStopped : wordsOfError(error);
    return { kind: "unreadable", files, problems: [[why]] };
  }
}

function release(slot: Slot): void {
  if (slot.kind === "ready") workerClient().close(slot.model);
}

function put(part: Part, slot: Slot): void {
  models.value = withSlot(models.peek(), part, slot);
}

// Options

export function setForm(change: Partial<RecipeForm>): void {
  form.value = { ...form.peek(), ...change };
  forgetOutcome();
}

function setRules(rules: RuleForm[]): void {
  setForm({ rules });
}

export function choosePreset(name: string): void {
  const preset = presets.peek().find((preset) => preset.name === name);
  if (preset) setRules(presetRules(preset, models.peek().chats.length));
}

export function addRule(): void {
  setRules(withRule(form.peek().rules, models.peek().chats.length));
}

export function setRule(key: number, change: Partial<RuleForm>): void {
  setRules(form.peek().rules.map((rule) => (rule.key === key ? { ...rule, ...change } : rule)));
}

export function moveRule(index: number, by: -1 | 1): void {
  setRules(withMoved(form.peek().rules, index, by));
}

export function removeRule(key: number): void {
  setRules(form.peek().rules.filter((rule) => rule.key !== key));
}

export function addTakeOver(): void {
  const [chat] = models.peek().chats;
  if (chat) setForm({ takeOver: withTakeOver(takeOver.peek() ?? [], chat.key) });
}

export function setTakeOver(key: number, change: Partial<TakeOverForm>): void {
  const rows = takeOver.peek() ?? [];
  setForm({ takeOver: rows.map((row) => (row.key === key ? { ...row, ...change } : row)) });
}

export function removeTakeOver(key: number): void {
  setForm({ takeOver: (takeOver.peek() ?? []).filter((row) => row.key !== key) });
}

/** Forgets a person's own list. */
export function suggestTakeOver(): void {
  setForm({ takeOver: null });
}

/** What the last merge came to is about a recipe that is no more. */
function forgetOutcome(): void {
  crash.value = null;
  const { kind } = merge.peek();
  if (kind === "failed" || kind === "cancelled" || kind === "done") merge.value = { kind: "idle" };
}

/** Looks for merges that were interrupted. */
export async function findInterrupted(): Promise<void> {
  interrupted.value = await workerClient().interrupted().catch(() => []);
}

// What the page does by itself

/** Keeps `differences` those between the models that are given and those of interrupted merges. */
export function keepDifferences(): void {
  effect(() => {
    const cast = givenCast.value;
    const merges = interrupted.value;
    differences.value = new Map();
    if (!cast) return;
    let late = false;
    for (const kept of merges) {
      const asked = workerClient().differs(cast, kept);
      asked.then(
        (why) => {
          if (!late) differences.value = new Map(differences.peek()).set(kept.directory, why);
        },
        () => {},
      );
    }
    return () => {
      late = true;
    };
  });
}

/** Keeps the plan that of the models and the recipe. */
export function keepPlanned(): void {
  effect(() => {
    const wanted = plannable.value;
    const old = plan.peek();
    plans += 1;
    const number = plans;
    if (!wanted) {
      const shown = old.kind === "planned" && worker.peek().kind === "ready";
      plan.value = shown && stillGiven() ? { ...old, fresh: false } : { kind: "none" };
      return;
    }
    plan.value = old.kind === "planned" ? { ...old, fresh: false } : { kind: "planning" };
    const timer = setTimeout(async () => {
      try {
        const reports = await workerClient().plan({ kind: "plan", ...wanted });
        const labels = labelsOf(wanted.series);
        const report = planOfAll(reports, labels);
        if (number !== plans || !report) return;
        if (readsTokens.peek()) {
          // Another plan follows, with what these models suggest.
          introduced.value = { castKey: castKey.peek(), tokens: report.introduced };
          return;
        }
        const outputs = reports.map(({ bytes, notices }, i) => ({
          label: labels[i] ?? "",
          bytes,
          notices,
        }));
        plan.value = { kind: "planned", report, outputs, number, fresh: true };
        deaths = 0;
      } catch (error) {
        if (number !== plans || error instanceof WorkerDied) return;
        plan.value = { kind: "none" };
        crash.value = [wordsOfError(error)];
      }
    }, PLAN_DELAY);
    return () => clearTimeout(timer);
  });
}

/** Whether all models of the last plan are still there, so that only the recipe is at fault. */
function stillGiven(): boolean {
  return castOf(models.peek()) !== null;
}

/** Keeps `room` up to date with each plan whose files would go through the browser's disk. */
export function keepRoomKnown(): void {
  effect(() => {
    if (saveTo.value !== "downloads" || plan.value.kind !== "planned") return;
    void roomLeft().then((bytes) => {
      room.value = bytes;
    });
  });
}
