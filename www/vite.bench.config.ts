// Bundles the bench's page, which is never part of the site.
import { defineConfig } from "vite";

export default defineConfig({
  root: "bench",
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    assetsInlineLimit: (file) => (file.endsWith(".wasm") ? false : undefined),
  },
  worker: { format: "es" },
});
