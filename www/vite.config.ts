// Bundles the page; relative URLs throughout, so that it works under any path.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    // A data: URL would keep the browser from compiling the wasm while it loads.
    assetsInlineLimit: (file) => (file.endsWith(".wasm") ? false : undefined),
  },
  worker: { format: "es" },
});
