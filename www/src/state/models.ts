// The models that were given, part by part, as plain data.
import type { Cast, GivenFile, ModelId, ModelNames, ModelSummary } from "../protocol";
import { text } from "../text/language";
import { suggestedName } from "../text/model-name";
import type { Sentence } from "../text/sentence";

/** What one card holds. */
export type Slot =
  | { kind: "empty" }
  | { kind: "reading"; model: ModelId; files: GivenFile[] }
  | { kind: "ready"; model: ModelId; files: GivenFile[]; summary: ModelSummary }
  | { kind: "unreadable"; files: GivenFile[]; problems: Sentence[] };

/** A chat model's card; `key` stays when cards before it are removed. */
export type Chat = {
  key: number;
  slot: Slot;
  weight: string;
  /** λ by layer, as it is typed; empty where the weight is that of all layers. */
  curve: string;
  name: string;
};

/** Names are those that a person has typed; empty where nobody has. */
export type Models = {
  base: Slot;
  target: Slot;
  chats: Chat[];
  names: { base: string; target: string };
};

/** Which card: a chat model's is its key. */
export type Part = "base" | "target" | number;

const EMPTY: Slot = { kind: "empty" };

export function noModels(): Models {
  return { base: EMPTY, target: EMPTY, chats: [newChat([])], names: { base: "", target: "" } };
}

function newChat(others: Chat[]): Chat {
  const key = Math.max(-1, ...others.map((chat) => chat.key)) + 1;
  return { key, slot: EMPTY, weight: "1", curve: "", name: "" };
}

export function withChat(models: Models): Models {
  return { ...models, chats: [...models.chats, newChat(models.chats)] };
}

export function withoutChat(models: Models, key: number): Models {
  return { ...models, chats: models.chats.filter((chat) => chat.key !== key) };
}

export function withWeight(models: Models, key: number, weight: string): Models {
  const chats = models.chats.map((chat) => (chat.key === key ? { ...chat, weight } : chat));
  return { ...models, chats };
}

export function withCurve(models: Models, key: number, curve: string): Models {
  const chats = models.chats.map((chat) => (chat.key === key ? { ...chat, curve } : chat));
  return { ...models, chats };
}

export function withName(models: Models, part: Part, name: string): Models {
  if (typeof part === "string") return { ...models, names: { ...models.names, [part]: name } };
  const chats = models.chats.map((chat) => (chat.key === part ? { ...chat, name } : chat));
  return { ...models, chats };
}

/** The name that a person has typed. */
export function typedName(models: Models, part: Part): string {
  if (typeof part === "string") return models.names[part];
  return models.chats.find((chat) => chat.key === part)?.name ?? "";
}

/** What a model is called: as it was typed, or as its files suggest; empty where they don't. */
export function nameOf(models: Models, part: Part): string {
  const slot = slotOf(models, part);
  const suggested = slot.kind === "empty" ? "" : suggestedName(slot.files);
  return typedName(models, part).trim() || suggested;
}

/** What all models are called. */
export function namesOf(models: Models): ModelNames {
  const { target, chats } = models;
  // Where the target takes the base's part, it is told as the base: see `castOf`.
  const isBase = takesBasesPart(models);
  return {
    base: nameOf(models, isBase ? "target" : "base"),
    target: target.kind === "empty" || isBase ? "" : nameOf(models, "target"),
    chats: chats.map(({ key }) => nameOf(models, key)),
  };
}

export function slotOf(models: Models, part: Part): Slot {
  if (typeof part === "string") return models[part];
  return models.chats.find((chat) => chat.key === part)?.slot ?? EMPTY;
}

export function withSlot(models: Models, part: Part, slot: Slot): Models {
  if (typeof part === "string") return { ...models, [part]: slot };
  const chats = models.chats.map((chat) => (chat.key === part ? { ...chat, slot } : chat));
  return { ...models, chats };
}

export function parts(models: Models): Part[] {
  return ["base", "target", ...models.chats.map((chat) => chat.key)];
}

/** The title of a card: `Base`, `Target`, `Chat model 2`. */
export function partTitle(models: Models, part: Part): string {
  const { title } = text.value;
  return typeof part === "string" ? title[part] : title.chat(numberOf(models, part));
}

/** A part within a sentence: `base`, `target`, `chat model 2`. */
export function partRole(models: Models, part: Part): string {
  const { role } = text.value;
  return typeof part === "string" ? role[part] : role.chat(numberOf(models, part));
}

/** A part within a sentence, by what the core calls it. */
export function namedRole(name: string): string {
  const { role } = text.value;
  const chat = /^chat model (\d+)$/.exec(name);
  if (chat) return role.chat(Number(chat[1]));
  return name === "base" || name === "target" ? role[name] : name;
}

/** A chat model's number, by the key of its card. */
export function numberOf(models: Models, key: number): number {
  return models.chats.findIndex((chat) => chat.key === key) + 1;
}

/** Whether a chat model is given as a chat vector. */
export function isVector({ slot }: Chat): boolean {
  return slot.kind === "ready" && slot.summary.is_vector;
}

/** Whether all chat models are given as chat vectors, from which no base is subtracted any more. */
export function onlyVectors({ chats }: Models): boolean {
  return chats.every(isVector);
}

/** Whether the target is all that chat vectors are added to, and there is no base. */
function takesBasesPart(models: Models): boolean {
  return models.base.kind === "empty" && models.target.kind !== "empty" && onlyVectors(models);
}

/** What a plan calls the model of a card; null where it knows none. */
export function planRole(models: Models, part: Part): string | null {
  if (typeof part === "string" && takesBasesPart(models)) return part === "target" ? "base" : null;
  return typeof part === "string" ? part : `chat model ${numberOf(models, part)}`;
}

/** The cast for a plan; null while a model is missing, being read or unreadable. */
export function castOf(models: Models): Cast | null {
  const { base, target, chats } = models;
  if (target.kind !== "ready" && target.kind !== "empty") return null;
  const ids = chats.flatMap(({ slot }) => (slot.kind === "ready" ? [slot.model] : []));
  if (ids.length !== chats.length) return null;
  if (target.kind === "ready" && takesBasesPart(models)) {
    return { base: target.model, target: null, chats: ids };
  }
  if (base.kind !== "ready") return null;
  return { base: base.model, target: target.kind === "ready" ? target.model : null, chats: ids };
}

/** What has to be given before there can be a plan, in a sentence; null when nothing is. */
export function missing(models: Models): string | null {
  const needsNoBase = takesBasesPart(models);
  const without = parts(models).filter((part) => {
    const optional = part === "target" || (part === "base" && needsNoBase);
    return !optional && slotOf(models, part).kind === "empty";
  });
  if (without.length === 0) return null;
  const { list, models: words } = text.value;
  const names = without.map((part) => (part === "base" ? words.theBase : partRole(models, part)));
  return words.missing(list(names));
}
