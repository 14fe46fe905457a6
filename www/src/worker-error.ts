// How an error crosses from a worker: as a plain object.

export type Failed = { kind: "failed"; name: string; message: string };

export function failed(error: unknown): Failed {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { kind: "failed", name, message };
}

/** The error on the other side. */
export function thrown({ name, message }: Omit<Failed, "kind">): Error {
  return Object.assign(new Error(message), { name });
}
