// Tests of the models part by part.
import { expect, test } from "vitest";
import {
  castOf,
  missing,
  namesOf,
  noModels,
  partTitle,
  withChat,
  withName,
  withoutChat,
  withSlot,
} from "./models";
import type { Slot } from "./models";
import { say } from "../text/message";

const ready = (model: number): Slot => ({
  kind: "ready",
  model,
  files: [],
  summary: { files: [], tensors: 1, label: say(""), bytes: 0, is_vector: false, notices: [] },
});

test("a cast needs the base and every chat model, not the target", () => {
  let models = withChat(noModels());
  expect(missing(models)).toBe("Give the files of the base model, chat model 1 and chat model 2 first.");
  models = withSlot(withSlot(models, "base", ready(7)), 0, ready(8));
  expect(missing(models)).toBe("Give the files of chat model 2 first.");
  expect(castOf(models)).toBeNull();
  models = withSlot(models, 1, ready(9));
  expect(missing(models)).toBeNull();
  expect(castOf(models)).toEqual({ base: 7, target: null, chats: [8, 9] });
  expect(castOf(withSlot(models, "target", ready(3)))?.target).toBe(3);
});

test("chat vectors alone need no base", () => {
  const slot = ready(4);
  if (slot.kind === "ready") slot.summary.is_vector = true;
  let models = withSlot(withSlot(noModels(), "target", ready(3)), 0, slot);
  expect(missing(models)).toBeNull();
  expect(castOf(models)).toEqual({ base: 3, target: null, chats: [4] });
  models = withSlot(withChat(models), 1, ready(5));
  expect(missing(models)).toBe("Give the files of the base model first.");
  expect(castOf(models)).toBeNull();
});

test("a target that is being read holds the plan up", () => {
  const models = withSlot(withSlot(noModels(), "base", ready(1)), 0, ready(2));
  const slot: Slot = { kind: "reading", model: 3, files: [] };
  expect(castOf(withSlot(models, "target", slot))).toBeNull();
});

test("chat models are counted by place, and keep their models when one goes", () => {
  let models = withSlot(withChat(withChat(noModels())), 2, ready(5));
  models = withoutChat(models, 0);
  expect(partTitle(models, 2)).toBe("Chat model 2");
  expect(models.chats[1]?.slot.kind).toBe("ready");
  expect(withChat(models).chats.map(({ key }) => key)).toEqual([1, 2, 3]);
});

test("a model is called as it was typed, or as its files suggest", () => {
  const files = [{ path: "org-model/model.safetensors", file: new File([], "model.safetensors") }];
  const slot: Slot = { kind: "reading", model: 1, files };
  let models = withSlot(withSlot(noModels(), "base", slot), 0, slot);
  expect(namesOf(models)).toEqual({ base: "org-model", target: "", chats: ["org-model"] });
  models = withName(withName(models, "base", " org/model "), 0, "chat");
  expect(namesOf(models)).toEqual({ base: "org/model", target: "", chats: ["chat"] });
  expect(namesOf(withName(models, 0, "  ")).chats).toEqual(["org-model"]);
  expect(namesOf(withName(models, "target", "none is given")).target).toBe("");
});
