// Fetches the sample models that come with the page.
import type { GivenFile } from "./protocol";

const ROLES = ["base", "target", "chat"] as const;
const FILES = [
  "model.safetensors",
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
] as const;

/** For each file, in milliseconds. */
const PATIENCE = 60_000;

export type Samples = Record<(typeof ROLES)[number], GivenFile[]>;

/** Each model as the files of a folder. */
export async function fetchSamples(): Promise<Samples> {
  const models = await Promise.all(ROLES.map(fetchModel));
  return Object.fromEntries(ROLES.map((role, i) => [role, models[i]])) as Samples;
}

/** One file after the other: few connections, and each has little to bring. */
async function fetchModel(role: keyof Samples): Promise<GivenFile[]> {
  const files: GivenFile[] = [];
  for (const name of role === "chat" ? [...FILES, "chat_template.jinja"] : FILES) {
    const answer = await fetch(`./samples/${role}/${name}`, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${role}/${name}: ${answer.status}`);
    const file = new File([await answer.blob()], name, { lastModified: 0 });
    files.push({ file, path: `sample-${role}/${name}` });
  }
  return files;
}
