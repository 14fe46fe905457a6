// How large the chat vectors are, tensor by tensor.
import { signal } from "@preact/signals";
import type { TensorNorms } from "../protocol";

export const norms = signal<readonly TensorNorms[]>([]);
