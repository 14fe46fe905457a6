// A directory on the browser's private disk, which is this page's for as long as it is needed.

export type PrivateDirectory = {
  name: string;
  /** Gives its name free and leaves what it holds, for a merge that goes on later. */
  release(): void;
  /** Deletes the directory and gives its name free. */
  delete(): Promise<void>;
};

const ATTEMPTS = 5;
const PAUSE = 300;

/** A new directory, or one that is there, under a Web Lock by which other pages see that it is in use. */
export async function takeDirectory(
  name = `merge-${crypto.randomUUID()}`,
): Promise<PrivateDirectory> {
  const unlock = await lock(name);
  return {
    name,
    release: unlock,
    async delete() {
      await remove(name);
      unlock();
    },
  };
}

function lock(name: string): Promise<() => void> {
  if (!("locks" in navigator)) return Promise.resolve(() => {});
  return new Promise((granted, refused) => {
    navigator.locks
      .request(name, () => new Promise<void>((release) => granted(release)))
      .catch(refused);
  });
}

/** A worker that has just ended may hold its file for a moment longer. */
async function remove(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await root.removeEntry(name, { recursive: true });
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** The bytes that the browser says are left; null where it does not say. */
export async function roomLeft(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? null : quota - (usage ?? 0);
  } catch {
    return null;
  }
}
