// Builds the service worker, and writes into it what the site's files are.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import type { Plugin } from "vite";

const NAME = "sw.js";
/** Where what only the learn page needs is built to. */
export const LEARN = "assets/learn/";
/** The page itself, what it needs, and the models that it shows. */
const OF_LEARN = ["learn.html", LEARN, "miniature/"];

export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: "service-worker/service-worker.ts", fileName: NAME });
    },
    writeBundle({ dir = "" }) {
      const files = JSON.stringify(filesOf(dir, false));
      const learn = JSON.stringify(filesOf(dir, true));
      const path = join(dir, NAME);
      const template = readFileSync(path, "utf8");
      const version = createHash("sha256").update(files).update(learn).update(template).digest("hex").slice(0, 16);
      const program = template
        .replace("FILES_OF_THE_SITE", () => files)
        .replace("LEARN_OF_THE_SITE", () => learn)
        .replace("VERSION_OF_THE_SITE", () => JSON.stringify(version));
      if (/_OF_THE_SITE|^\s*(im|ex)port\b/m.test(program)) {
        throw new Error(`${NAME} is not whole, or has parts elsewhere`);
      }
      writeFileSync(path, program);
    },
  };
}

/** Each file by its path, with its hash as `integrity` has it: those of the learn page alone, or all
 * others. */
function filesOf(dir: string, ofLearn: boolean): Record<string, string> {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, posix.sep))
    .filter((path) => path !== NAME && OF_LEARN.some((of) => path.startsWith(of)) === ofLearn)
    .sort();
  return Object.fromEntries(
    paths.map((path) => {
      const hash = createHash("sha256").update(readFileSync(join(dir, path))).digest("base64");
      return [path === "index.html" ? "./" : path, `sha256-${hash}`];
    }),
  );
}
