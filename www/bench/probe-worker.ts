// Our reader and our kernels, each alone, by way of the wasm in `benches/wasm`.
import { RemoteStreams } from "../src/remote-streams";
import initScalar, { kernel as scalar } from "./wasm/scalar/bench_wasm";
import initSimd, { drain, kernel as simd128 } from "./wasm/simd128/bench_wasm";

const streams = new RemoteStreams();

export type ProbeTask =
  | { kind: "read"; inputs: File[] }
  | { kind: "kernel"; backend: "scalar" | "simd128"; dtype: string; vectors: number; bytes: number };

async function probe(task: ProbeTask): Promise<number> {
  await Promise.all([initScalar(), initSimd()]);
  if (task.kind === "read") {
    const began = performance.now();
    await drain(task.inputs, streams);
    return performance.now() - began;
  }
  const run = task.backend === "simd128" ? simd128 : scalar;
  // Compiled by the browser's best compiler only once it has run for a while.
  run(task.dtype, task.vectors, task.bytes / 4);
  const began = performance.now();
  run(task.dtype, task.vectors, task.bytes);
  return performance.now() - began;
}

self.onmessage = ({ data }: MessageEvent<ProbeTask>) => {
  void probe(data).then(
    (took) => self.postMessage({ took }),
    (error) => self.postMessage({ error: String(error) }),
  );
};
