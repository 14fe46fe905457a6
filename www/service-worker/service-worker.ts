// Keeps the site's files in the browser, so that the page works without a network. Nothing but GETs
// of the site's own files is ever answered here.
//
// Each version of the site has a cache of its own, filled as a whole or not at all: what a file must
// hold was written down when the site was built. Names of programs hold their hash, so that a page
// finds its own workers and no others, whichever version is the newest. An old cache goes when the
// last page that it was for is closed; no page is ever made to load again.
/** The site's files by their path, each with the hash of what it holds; put in by the build. */
declare const FILES_OF_THE_SITE: Readonly<Record<string, string>>;
declare const VERSION_OF_THE_SITE: string;

const FILES = FILES_OF_THE_SITE;
const sw = self as unknown as ServiceWorkerGlobalScope;
/** Hosts like GitHub's have many sites, which all see each other's caches. */
const SITE = `${sw.registration.scope} `;
const CACHE = SITE + VERSION_OF_THE_SITE;
/** The path of the page itself. */
const PAGE = "./";
/** Their names hold the hash of what they hold. */
const HASHED = "assets/";
/** How long a page may keep a person waiting that is here already, in milliseconds. */
const PATIENCE = 3000;

sw.addEventListener("install", (event) => event.waitUntil(keepAll()));
sw.addEventListener("activate", (event) => event.waitUntil(takeOver()));
sw.addEventListener("fetch", answer);
/** A page asks whether its program is this version's. */
sw.addEventListener("message", ({ data, ports }) => {
  ports[0]?.postMessage(isOurs(pathOf(String(data))));
});

/** One file after the other: nobody waits for them. */
async function keepAll(): Promise<void> {
  // One that is there is whole, and in use: that of a version which the host has gone back to.
  if (await caches.has(CACHE)) return;
  const cache = await caches.open(CACHE);
  try {
    for (const [path, integrity] of Object.entries(FILES)) {
      const how: RequestCache = path.startsWith(HASHED) ? "default" : "no-cache";
      const request = new Request(new URL(path, sw.registration.scope), { cache: how });
      const answer = await fetch(request, { integrity, redirect: "error" });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await cache.put(request, answer);
    }
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(SITE) && name !== CACHE) await caches.delete(name);
  }
  await sw.clients.claim();
}

/** The path of one of the site's files; nothing for those of others. */
function pathOf(url: string): string {
  const { scope } = sw.registration;
  const [plain = ""] = url.split(/[?#]/);
  if (!plain.startsWith(scope)) return "";
  const path = plain.slice(scope.length);
  return path === "" || path === "index.html" ? PAGE : path;
}

function isOurs(path: string): boolean {
  return Object.hasOwn(FILES, path);
}

function answer(event: FetchEvent): void {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (path === PAGE) event.respondWith(newest(request));
  // Also programs of other versions: a page may be newer or older than this.
  else if (isOurs(path) || path.startsWith(HASHED)) {
    event.respondWith(kept(path).then((kept) => kept ?? fetch(request)));
  }
}

async function kept(path: string): Promise<Response | undefined> {
  const url = new URL(path, sw.registration.scope);
  const options = { ignoreVary: true };
  try {
    const own = await caches.match(url, { ...options, cacheName: CACHE });
    return own ?? (path.startsWith(HASHED) ? await caches.match(url, options) : undefined);
  } catch {
    // The disk may be in trouble: then the host is asked.
    return undefined;
  }
}

/** The page as the host has it now, or as it is kept where there is no answer. */
async function newest(request: Request): Promise<Response> {
  const answer = fetch(request);
  answer.catch(() => {});
  const known = await kept(PAGE);
  if (!known) return answer;
  try {
    const first = await Promise.race([answer, after(PATIENCE)]);
    return first && (first.ok || first.type === "opaqueredirect") ? first : known;
  } catch {
    return known;
  }
}

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
