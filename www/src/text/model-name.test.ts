// Tests of models' names.
import { expect, test } from "vitest";
import { modelName, shortName, suggestedName } from "./model-name";

const given = (...paths: string[]) =>
  paths.map((path) => ({ path, file: new File([], path.split("/").at(-1) ?? "") }));

test("a folder gives its name", () => {
  expect(modelName(given("mistral/a.safetensors", "mistral/sub/b.json"))).toBe("mistral");
});

test("files give the checkpoint's name", () => {
  expect(modelName(given("config.json", "m.safetensors"))).toBe("m.safetensors");
  expect(modelName(given("a.safetensors", "b.safetensors"))).toBe("a.safetensors and 1 more");
  expect(modelName(given("m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"))).toBe(
    "m, 2 shards",
  );
  expect(modelName(given("x.bin"))).toBe("x.bin");
  expect(modelName([])).toBe("no files");
});

test("two folders have no common name", () => {
  expect(modelName(given("a/m.safetensors", "b/n.safetensors"))).toBe("m.safetensors and 1 more");
});

test("names that a person would give", () => {
  expect(suggestedName(given("Mistral-7B/model.safetensors"))).toBe("Mistral-7B");
  const cached = "models--mistralai--Mistral-7B-v0.1/snapshots/0a1b/model.safetensors";
  expect(suggestedName(given(cached))).toBe("mistralai/Mistral-7B-v0.1");
  expect(suggestedName(given("models--gpt2/snapshots/0a1b/model.safetensors"))).toBe("gpt2");
  expect(suggestedName(given(`${"0a1b".repeat(10)}/model.safetensors`))).toBe("");
  expect(suggestedName(given("neural-chat.safetensors"))).toBe("neural-chat");
  expect(suggestedName(given("x-00001-of-00002.safetensors", "x-00002-of-00002.safetensors"))).toBe("x");
  expect(suggestedName(given("model-00001-of-00002.safetensors"))).toBe("");
  expect(suggestedName(given("config.json", "model.safetensors"))).toBe("");
  expect(suggestedName([])).toBe("");
  expect(shortName("mistralai/Mistral-7B-v0.1")).toBe("Mistral-7B-v0.1");
  expect(shortName("own")).toBe("own");
});
