// What to call a model that was given as files.
import type { GivenFile } from "../protocol";
import { counted } from "./bytes";

const SHARD = /^(.+)-\d+-of-\d+\.safetensors$/;

/** The folder that all files share, or the only checkpoint's file name. */
export function modelName(files: GivenFile[]): string {
  const folders = new Set(files.map(({ path }) => path.split("/").slice(0, -1)[0]));
  const [folder] = folders;
  if (folders.size === 1 && folder) return folder;
  const checkpoints = files.filter(({ path }) => path.endsWith(".safetensors"));
  const [first, ...others] = checkpoints.length > 0 ? checkpoints : files;
  if (!first) return "no files";
  const stems = new Set(checkpoints.map(({ file }) => SHARD.exec(file.name)?.[1]));
  const [stem] = stems;
  if (stems.size === 1 && stem) return `${stem}, ${counted(checkpoints.length, "shard")}`;
  return others.length === 0 ? first.file.name : `${first.file.name} and ${others.length} more`;
}
