// A directory on the browser's private disk, which is this page's for as long as it is needed.

export type PrivateDirectory = {
  name: string;
  /** Gives its name free and leaves what it holds, for a merge that goes on later. */
  release(): Promise<void>;
  /** Deletes the directory and gives its name free. */
  delete(): Promise<void>;
};

const ATTEMPTS = 5;
const PAUSE = 300;

/** A new directory, under a Web Lock by which other pages see that it is in use. */
export async function newDirectory(): Promise<PrivateDirectory> {
  const name = `merge-${crypto.randomUUID()}`;
  const directory = await takeDirectory(name);
  if (!directory) throw new Error(`${name} is in use`);
  return directory;
}

/** One that is there; null while another page uses it. */
export async function takeDirectory(name: string): Promise<PrivateDirectory | null> {
  const unlock = await lock(name);
  if (!unlock) return null;
  return {
    name,
    release: unlock,
    async delete() {
      await remove(name);
      await unlock();
    },
  };
}

/** Takes the lock of a name; the function that is returned gives it free, and waits until it is. */
function lock(name: string): Promise<(() => Promise<void>) | null> {
  if (!("locks" in navigator)) return Promise.resolve(async () => {});
  return new Promise((granted, refused) => {
    const held: Promise<void> = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return granted(null);
      return new Promise<void>((release) => {
        granted(() => {
          release();
          return held;
        });
      });
    });
    held.catch(refused);
  });
}

/** A worker that has just ended may hold its file for a moment longer. */
async function remove(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  // First: should the rest stay, it is no interrupted merge.
  const directory = await root.getDirectoryHandle(name).catch(() => null);
  await directory?.removeEntry("journal.json").catch(() => {});
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
