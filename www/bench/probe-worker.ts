// Our reader and our kernels, each alone, by way of the wasm in `benches/wasm`.
import { RemoteReader } from "../src/remote-reader";
import initScalar, { kernel as scalar } from "./wasm/scalar/bench_wasm";
import initSimd, { drain, kernel as simd128 } from "./wasm/simd128/bench_wasm";

const reader = new RemoteReader();

export type ProbeTask = { kind: "read"; inputs: File[] } | KernelTask;

type KernelTask = {
  kind: "kernel";
  backend: "scalar" | "simd128";
  dtype: string;
  vectors: number;
  /** Whether what is merged is summed up as well. */
  sums: boolean;
  bytes: number;
};

async function probe(task: ProbeTask): Promise<number> {
  await Promise.all([initScalar(), initSimd()]);
  if (task.kind === "read") {
    // As in the page, the reader's program is there before anything is asked.
    const one = new File(["?"], "one");
    await reader.open(one, 0, 1)?.read(new ArrayBuffer(1), 1);
    const began = performance.now();
    await drain(task.inputs, reader);
    return performance.now() - began;
  }
  const run = task.backend === "simd128" ? simd128 : scalar;
  // Compiled by the browser's best compiler only once it has run for a while.
  run(task.dtype, task.vectors, task.sums, task.bytes / 4);
  const began = performance.now();
  run(task.dtype, task.vectors, task.sums, task.bytes);
  return performance.now() - began;
}

self.onmessage = ({ data }: MessageEvent<ProbeTask>) => {
  void probe(data).then(
    (took) => self.postMessage({ took }),
    (error) => self.postMessage({ error: String(error) }),
  );
};
