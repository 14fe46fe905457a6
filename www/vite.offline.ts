// Builds the service worker, and writes into it what the site's files are.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import type { Plugin } from "vite";

const NAME = "sw.js";

export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: "service-worker/service-worker.ts", fileName: NAME });
    },
    writeBundle({ dir = "" }) {
      const files = JSON.stringify(filesOf(dir));
      const path = join(dir, NAME);
      const template = readFileSync(path, "utf8");
      const version = createHash("sha256").update(files).update(template).digest("hex").slice(0, 16);
      const program = template
        .replace("FILES_OF_THE_SITE", () => files)
        .replace("VERSION_OF_THE_SITE", () => JSON.stringify(version));
      if (/_OF_THE_SITE|^\s*(im|ex)port\b/m.test(program)) {
        throw new Error(`${NAME} is not whole, or has parts elsewhere`);
      }
      writeFileSync(path, program);
    },
  };
}

/** Each file by its path, with its hash as `integrity` has it. */
function filesOf(dir: string): Record<string, string> {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, posix.sep))
    .filter((path) => path !== NAME)
    .sort();
  return Object.fromEntries(
    paths.map((path) => {
      const hash = createHash("sha256").update(readFileSync(join(dir, path))).digest("base64");
      return [path === "index.html" ? "./" : path, `sha256-${hash}`];
    }),
  );
}
