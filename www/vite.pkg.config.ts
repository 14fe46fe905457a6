// Bundles the package for other pages: one module, its workers and its wasm beside it.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../pkg/dist",
    emptyOutDir: true,
    minify: true,
    assetsInlineLimit: (file) => (file.endsWith(".wasm") ? false : undefined),
    rollupOptions: {
      input: "src/api.ts",
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: "chat-vector.js" },
    },
  },
  worker: { format: "es" },
});
