// The page's own worker, which also says how large its wasm memory has become: it never shrinks.
import "../src/worker";
import init from "../src/wasm/chat_vector";

export type HeapQuestion = { kind: "heap" };
export type HeapAnswer = { kind: "heap"; bytes: number };

self.addEventListener("message", ({ data }: MessageEvent<{ kind: string }>) => {
  if (data.kind !== "heap") return;
  // The second call returns what the first one has made.
  void init().then(({ memory }) => {
    self.postMessage({ kind: "heap", bytes: memory.buffer.byteLength } satisfies HeapAnswer);
  });
});
