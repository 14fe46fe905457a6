// Reads a File through a BYOB stream and hands each block to the worker that asked for it. Three
// buffers: one here, one there, one between.

import { fill } from "../src/byob";

type Begin = { file: File; size: number };

const spare: ArrayBuffer[] = [];
let wake: () => void = () => {};

self.onmessage = ({ data }: MessageEvent<Begin | ArrayBuffer>) => {
  if (data instanceof ArrayBuffer) {
    spare.push(data);
    wake();
  } else {
    void read(data);
  }
};

async function read({ file, size }: Begin): Promise<void> {
  const reader = file.stream().getReader({ mode: "byob" });
  for (let i = 0; i < 3; i += 1) spare.push(new ArrayBuffer(size));
  for (let left = file.size; left > 0; ) {
    while (spare.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const len = Math.min(size, left);
    const { value } = await fill(reader, spare.pop() as ArrayBuffer, len);
    if (!value) break;
    left -= value.length;
    self.postMessage(value, { transfer: [value.buffer] });
  }
  self.postMessage(null);
}
