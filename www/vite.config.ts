// Bundles the page; relative URLs throughout, so that it works under any path.
import { defineConfig, type Plugin } from "vite";
import { offline } from "./vite.offline.ts";

export default defineConfig({
  base: "./",
  plugins: [plainImports(), offline()],
  build: {
    target: "es2022",
    // A data: URL would keep the browser from compiling the wasm while it loads.
    assetsInlineLimit: (file) => (file.endsWith(".wasm") ? false : undefined),
    modulePreload: false,
    cssCodeSplit: false,
    // What only some visitors need, or nobody at once, apart from what it shares with the page.
    rollupOptions: {
      output: {
        chunkFileNames: ({ isDynamicEntry }) =>
          `assets/${isDynamicEntry ? "later/" : ""}[name]-[hash].js`,
      },
    },
  },
  worker: { format: "es" },
});

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
