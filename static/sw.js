// The service worker: keeps one whole version of page, scripts, engines and networks for use without a network.
// Served at /sw.js; its address carries the version (see js/net/offline.js).

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);
const PREFIX = "allsmiles-";
const NAME = PREFIX + new URL(worker.location.href).searchParams.get("version");
/** Where the language that a person reads is remembered, through all versions. */
const [LANGUAGE, ENTRY] = ["allsmiles.language", "/language"];

/** Fetch every file of this version anew; unchanged ones cost only a question to the server. */
async function precache() {
  const answer = await fetch("/precache.json", { cache: "no-store" });
  /** @type {{urls: string[], language: string}} */
  const { urls, language } = await answer.json();
  await remember(language);
  const cache = await caches.open(NAME);
  await Promise.all(
    urls.map(async (url) => {
      const file = await fetch(url, { cache: "no-cache" });
      if (!file.ok) throw new Error(`cannot keep ${url} for use without a network: the server answers ${file.status}`);
      await cache.put(url, file);
    }),
  );
}

/** Remember in which language pages are wanted. @param {string} language */
const remember = async (language) => (await caches.open(LANGUAGE)).put(ENTRY, new Response(language));

/**
 * Find a page in the language that its address asks for, else in the one remembered. A page's own question (`/?source=...`) does not matter to it.
 * @param {Cache} cache
 * @param {URL} url
 */
async function keptPage(cache, url) {
  const find = (/** @type {string | undefined | null} */ language) => cache.match(`${url.pathname}?lang=${language}`, { ignoreVary: true });
  const wish = url.searchParams.get("lang");
  const asked = wish && (await find(wish));
  if (asked) await remember(wish);
  return asked || find(await (await caches.match(ENTRY, { cacheName: LANGUAGE }))?.text());
}

/** Remove the versions before this one. */
async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
}

/**
 * Answer from this version, else from the network.
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function answer(request) {
  const cache = await caches.open(NAME);
  const kept = request.mode === "navigate" ? await keptPage(cache, new URL(request.url)) : await cache.match(request);
  if (kept) return kept;
  const file = await fetch(request);
  // Networks that a person chose are kept from then on.
  if (file.ok && new URL(request.url).pathname.startsWith("/static/models/")) await cache.put(request, file.clone());
  return file;
}

worker.addEventListener("install", (event) => event.waitUntil(precache()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => worker.clients.claim())));
worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const own = url.origin === worker.location.origin;
  const kept = request.mode === "navigate" || url.pathname.startsWith("/static/");
  if (request.method === "GET" && own && kept && !request.headers.has("Range")) event.respondWith(answer(request));
});
