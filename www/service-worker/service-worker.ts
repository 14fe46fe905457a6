// Keeps the site's files in the browser, so that the page works without a network. Nothing but GETs
// of the site's own files is ever answered here.
//
// Each version of the site has a cache of its own, filled as a whole or not at all: what a file must
// hold was written down when the site was built. Names of programs hold their hash, so that a page
// finds its own workers and no others, whichever version is the newest. An old cache goes when the
// last page that it was for is closed; no page is ever made to load again.
//
// What only the learn page needs is kept once that page asks for it: the page itself comes last, and
// is the sign that all of it is there. Newer versions keep it from the start.

type Files = Readonly<Record<string, string>>;
/** The site's files by their path, each with the hash of what it holds; put in by the build. */
declare const FILES_OF_THE_SITE: Files;
/** Those of the learn page alone. */
declare const LEARN_OF_THE_SITE: Files;
declare const VERSION_OF_THE_SITE: string;

const FILES = FILES_OF_THE_SITE;
const LEARN = LEARN_OF_THE_SITE;
const sw = self as unknown as ServiceWorkerGlobalScope;
/** Hosts like GitHub's have many sites, which all see each other's caches. */
const SITE = `${sw.registration.scope} `;
const CACHE = SITE + VERSION_OF_THE_SITE;
/** The paths of the pages themselves. */
const PAGE = "./";
const LEARN_PAGE = "learn.html";
/** Their names hold the hash of what they hold. */
const HASHED = "assets/";
/** How long a page may keep a person waiting that is here already, in milliseconds. */
const PATIENCE = 3000;

sw.addEventListener("install", (event) => event.waitUntil(keepAll()));
sw.addEventListener("activate", (event) => event.waitUntil(takeOver()));
sw.addEventListener("fetch", answer);
/** A page asks whether its program is this version's; the learn page, whether its files are kept. */
sw.addEventListener("message", (event) => {
  const { data, ports } = event;
  const answer = data?.keep === "learn" ? keepLearn() : Promise.resolve(isOurs(pathOf(String(data))));
  event.waitUntil(answer.then((answer) => ports[0]?.postMessage(answer)));
});

async function keepAll(): Promise<void> {
  // One that is there is whole, and in use: that of a version which the host has gone back to.
  if (await caches.has(CACHE)) return;
  try {
    await keep(FILES);
    if (await hasLearn()) await keep(LEARN);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Whether a version keeps the learn page, this one or the one before. */
async function hasLearn(cacheName?: string): Promise<boolean> {
  const url = new URL(LEARN_PAGE, sw.registration.scope);
  return Boolean(await caches.match(url, { ignoreVary: true, ...(cacheName && { cacheName }) }));
}

let learning: Promise<boolean> | undefined;

/** Whether all that the learn page needs is kept: what is not yet, is fetched. */
function keepLearn(): Promise<boolean> {
  learning ??= hasLearn(CACHE)
    .then((kept) => (kept ? undefined : keep(LEARN)))
    .then(() => true)
    .catch(() => false)
    .finally(() => (learning = undefined));
  return learning;
}

/** One file after the other, for nobody waits for them; pages last. */
async function keep(files: Files): Promise<void> {
  const cache = await caches.open(CACHE);
  const paths = Object.keys(files).sort((a, b) => Number(a === LEARN_PAGE) - Number(b === LEARN_PAGE));
  for (const path of paths) {
    const url = new URL(path, sw.registration.scope);
    // What is there was left by a try that was cut off.
    if (await cache.match(url, { ignoreVary: true })) continue;
    const how: RequestCache = path.startsWith(HASHED) ? "default" : "no-cache";
    const request = new Request(url, { cache: how });
    const integrity = files[path] ?? "";
    const answer = await fetch(request, { integrity, redirect: "error" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await cache.put(request, answer);
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
  return Object.hasOwn(FILES, path) || Object.hasOwn(LEARN, path);
}

function answer(event: FetchEvent): void {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (path === PAGE || path === LEARN_PAGE) event.respondWith(newest(request, path));
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

/** A page as the host has it now, or as it is kept where there is no answer. */
async function newest(request: Request, page: string): Promise<Response> {
  const answer = fetch(request);
  answer.catch(() => {});
  const known = await kept(page);
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
