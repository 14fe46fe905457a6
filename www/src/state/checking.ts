// What is done with merged files to be sure of them: verification against the models, and SHA-256.
import { Failed, WorkerDied } from "../client";
import { Hasher } from "../hasher";
import { type Sentence, wordsOfError } from "../text/sentence";
import { workerClient } from "./actions";
import { type Checksum, checksums, isBusy, type Output, result, verification } from "./store";

// Verification

/** Reads the result back, output by output, and compares it with what its models give: all of it, or a
 * sample. */
export async function verify(all: boolean): Promise<void> {
  const written = result.peek();
  if (!written || isBusy.peek()) return;
  verification.value = { kind: "verifying", output: 0, progress: null, stopping: false };
  const verified = { compared: 0, of: 0 };
  for (const [output, { label }] of written.outputs.entries()) {
    const state = verification.peek();
    if (state.kind === "verifying") verification.value = { ...state, output, progress: null };
    try {
      const outputs = written.kept.files.filter((file) => file.output === output);
      const files: File[] = [];
      for (const output of outputs) files.push(await output.open());
      if (isStopping()) {
        verification.value = { kind: "none" };
        return;
      }
      const names = outputs.map(({ planned }) => planned);
      const asked = { kind: "verify", output, files, names, all } as const;
      const { compared, of } = await workerClient().verify(asked, (progress) => {
        const state = verification.peek();
        if (state.kind === "verifying") verification.value = { ...state, output, progress };
      });
      verified.compared += compared;
      verified.of += of;
    } catch (error) {
      verification.value = ending(error, label);
      return;
    }
  }
  verification.value = { kind: "verified", ...verified };
}

function isStopping(): boolean {
  const state = verification.peek();
  return state.kind === "verifying" && state.stopping;
}

/** `label`: what the output is told by. */
function ending(error: unknown, label: string): typeof verification.value {
  if (error instanceof WorkerDied) {
    return { kind: "failed", message: [({ verify }) => verify.stoppedEarly] };
  }
  if (error instanceof Failed) {
    const { kind, message } = error.failure;
    if (kind === "cancelled") return { kind: "none" };
    const which: Sentence = label ? [() => `${label}:`] : [];
    return { kind: kind === "wrong" ? "wrong" : "failed", message: [...which, message] };
  }
  return { kind: "failed", message: [({ verify }) => verify.unreadable, wordsOfError(error)] };
}

export function stopVerifying(): void {
  const state = verification.peek();
  if (state.kind !== "verifying") return;
  verification.value = { ...state, stopping: true };
  workerClient().cancel();
}

// SHA-256

let hasher: Hasher | null = null;
const stops = new Map<string, AbortController>();

/** Starts the worker, so that nothing has to be loaded later. */
export function startHasher(): Hasher {
  hasher ??= new Hasher();
  return hasher;
}

/** Computes the SHA-256 of a merged file, unless that is done or under way. */
export async function computeChecksum({ key, open }: Output): Promise<void> {
  const known = checksums.peek().get(key);
  if (known && known.kind !== "failed") return;
  const stop = new AbortController();
  stops.set(key, stop);
  const show = (checksum: Checksum) => {
    if (stops.get(key) !== stop) return;
    checksums.value = new Map(checksums.peek()).set(key, checksum);
  };
  show({ kind: "hashing", done: 0 });
  try {
    const file = await open();
    stop.signal.throwIfAborted();
    const onProgress = (done: number) => show({ kind: "hashing", done: done / file.size });
    const sha256 = await startHasher().hash("sha256", file, onProgress, stop.signal);
    show({ kind: "hashed", sha256 });
  } catch (error) {
    show({ kind: "failed", message: wordsOfError(error) });
  }
}

/** Forgets what was found out about files that go, and stops what is under way. */
export function forgetChecks(outputs: readonly Output[]): void {
  const left = new Map(checksums.peek());
  for (const { key } of outputs) {
    stops.get(key)?.abort();
    stops.delete(key);
    left.delete(key);
  }
  checksums.value = left;
}
