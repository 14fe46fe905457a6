// Bundles the page, and the one to learn with; relative URLs throughout, so that they work under any path.
import { defineConfig, type Plugin } from "vite";
import { LEARN, offline } from "./vite.offline.ts";

export default defineConfig({
  base: "./",
  plugins: [plainImports(), offline()],
  build: {
    target: "es2022",
    // A data: URL would keep the browser from compiling the wasm while it loads.
    assetsInlineLimit: (file) => (file.endsWith(".wasm") ? false : undefined),
    modulePreload: false,
    // What only some visitors need, or nobody at once, apart from what it shares with the page.
    rollupOptions: {
      input: ["index.html", "learn.html"],
      output: {
        ...names(),
        // What the page's program needs at once is one file, and what later parts say another: they
        // pack better than what is shared with this part or that in files of their own.
        codeSplitting: {
          groups: [
            { name: (id, modules) => (isNeededAtOnce(id, modules) ? "page" : null) },
            { name: "later-text", test: /\/text\/(later-text|languages\/en-later)\.ts$/ },
          ],
        },
      },
    },
  },
  worker: {
    format: "es",
    rollupOptions: {
      output: names(),
    },
  },
});

type Chunk = { moduleIds: string[]; isDynamicEntry: boolean };
type Asset = { names: string[]; originalFileNames: string[] };

/** What files are called, by what they are made of. */
function names() {
  return {
    entryFileNames: ({ moduleIds }: Chunk) => `${folderOf(moduleIds)}[name]-[hash].js`,
    chunkFileNames: ({ moduleIds, isDynamicEntry }: Chunk) =>
      `${folderOf(moduleIds, isDynamicEntry)}[name]-[hash].js`,
    assetFileNames: ({ names, originalFileNames }: Asset) =>
      `${folderOf([...names, ...originalFileNames])}[name]-[hash][extname]`,
  };
}

/** The learn page's own files have a folder of their own: only who opens that page needs them. */
function folderOf(sources: string[], isLoadedLater = false): string {
  if (sources.some((source) => /(^|\/)(src\/learn\/|learn\.(html|css))/.test(source))) return LEARN;
  return isLoadedLater ? "assets/later/" : "assets/";
}

type Modules = { getModuleInfo(id: string): { importers: string[] } | null };

/** Whether the page's program imports it, by itself or through others. */
function isNeededAtOnce(id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const { importers = [] } = modules.getModuleInfo(id) ?? {};
  return importers.some(
    (importer) => importer.endsWith("/src/main.tsx") || isNeededAtOnce(importer, modules, seen),
  );
}

/** Parts that are loaded later have no parts and no styles of their own: Vite's program that loads
 * those first is 1 KB that nobody needs. */
function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: {
      filter: { id: /^\0vite\/preload-helper\.js$/ },
      handler: () => "export const __vitePreload = (load) => load();",
    },
  };
}
