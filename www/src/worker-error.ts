// How an error crosses from a worker: as a plain object.

export type Failed = { kind: "failed"; name: string; message: string };

export function failed(error: unknown): Failed {
  const { name, message } = isNamed(error) ? error : new Error(String(error));
  return { kind: "failed", name, message };
}

/** Also what is no Error: Firefox throws exceptions of its own when a disk is full. */
function isNamed(error: unknown): error is { name: string; message: string } {
  const named = error as { name?: unknown; message?: unknown } | null | undefined;
  return typeof named?.name === "string" && typeof named.message === "string";
}

/** The error on the other side. */
export function thrown({ name, message }: Omit<Failed, "kind">): Error {
  return Object.assign(new Error(message), { name });
}
