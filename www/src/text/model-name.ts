// What to call a model that was given as files.
import type { GivenFile } from "../protocol";
import { text } from "./language";

const SHARD = /^(.+)-\d+-of-\d+\.safetensors$/;
/** The folder of a model in the cache of Hugging Face's tools. */
const CACHED = /^models--(?:([^/]+?)--)?(.+)$/;
/** A snapshot in there is named by its commit. */
const COMMIT = /^[0-9a-f]{40}$/;
/** Names of files that say nothing of the model. */
const ANY = /^(model|pytorch_model|consolidated)([.-]\d+-of-\d+)?$/;

/** The folder that all files share, or the only checkpoint's file name. */
export function modelName(files: GivenFile[]): string {
  const folder = folderOf(files);
  if (folder) return folder;
  const checkpoints = files.filter(({ path }) => path.endsWith(".safetensors"));
  const [first, ...others] = checkpoints.length > 0 ? checkpoints : files;
  if (!first) return text.value.models.noFiles;
  const stems = new Set(checkpoints.map(({ file }) => SHARD.exec(file.name)?.[1]));
  const [stem] = stems;
  if (stems.size === 1 && stem) return text.value.models.shards(stem, checkpoints.length);
  const { name } = first.file;
  return others.length === 0 ? name : text.value.andMore(name, others.length);
}

/** What a person may call it: `mistralai/Mistral-7B-v0.1`; empty where the files don't say. */
export function suggestedName(files: GivenFile[]): string {
  const folder = folderOf(files);
  if (folder && COMMIT.test(folder)) return "";
  const cached = CACHED.exec(folder ?? "");
  if (cached) return [cached[1], cached[2]].filter(Boolean).join("/");
  if (folder) return folder;
  const checkpoint = files.find(({ path }) => path.endsWith(".safetensors"));
  const stem = checkpoint?.file.name.replace(/\.safetensors$/, "") ?? "";
  return ANY.test(stem) ? "" : stem.replace(/-\d+-of-\d+$/, "");
}

function folderOf(files: GivenFile[]): string | undefined {
  const folders = new Set(files.map(({ path }) => path.split("/").slice(0, -1)[0]));
  const [folder] = folders;
  return folders.size === 1 ? folder : undefined;
}

/** A name without its owner, for where there is little room. */
export function shortName(name: string): string {
  return name.split("/").at(-1) || name;
}
