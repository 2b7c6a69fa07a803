// Keeps what the page has fetched, so that the next visit needs no network. One cache for each build: a new build
// has another name, and its first visit fetches what is new. What the kernel asks of the notebooks' folder is
// answered by JupyterLite's own worker, which is loaded last.
const KEPT = "qkdlab-BUILD";
const root = new URL(self.registration.scope);

// What a page loads before it has this worker.
const FIRST = ["index.html", "lab/index.html", "start.js"];

async function keepFirst() {
  const cache = await caches.open(KEPT);
  await cache.addAll(FIRST.map((name) => new URL(name, root).href));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepFirst());
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("qkdlab-") && name !== KEPT) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

function isOurs(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return false;
  const inside = url.pathname.slice(root.pathname.length);
  return !/^api\/(drive|stdin|service-worker-heartbeat)/.test(inside) && inside !== "service-worker.js";
}

// Which files there are is asked again, where there is a network.
function isListing(request) {
  return new URL(request.url).pathname.slice(root.pathname.length).startsWith("api/contents/");
}

// A server that is asked for fifty files at once may refuse one: it is asked again. Not where it has just been found
// to be away, nor for a list of files: the kernel asks for many that are not there.
let away = 0; // until when, in ms

async function fetchPatiently(request) {
  for (const pause of [200, 800, 2000]) {
    if (!navigator.onLine || performance.now() < away || isListing(request)) break;
    try {
      return await fetch(request);
    } catch {
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  try {
    return await fetch(request);
  } catch (error) {
    away = performance.now() + 30_000;
    throw error;
  }
}

// An address with and without what is after "?" is the same file here, and so is a folder and its page. What is new is
// given out as it was kept: only beside such a file the browser keeps what it compiled of it, WebAssembly above all.
async function answer(request) {
  const file = request.url.split(/[?#]/)[0].replace(/\/$/, "/index.html");
  const cache = await caches.open(KEPT);
  const kept = await cache.match(file);
  if (kept && !isListing(request)) return kept;
  const fresh = await (kept ? fetch(request).catch(() => kept) : fetchPatiently(request));
  if (fresh === kept || fresh.status !== 200) return fresh;
  await cache.put(file, fresh);
  return cache.match(file);
}

self.addEventListener("fetch", (event) => {
  if (!isOurs(event.request)) return;
  event.stopImmediatePropagation();
  event.respondWith(answer(event.request));
});

importScripts("drive-worker.js");
