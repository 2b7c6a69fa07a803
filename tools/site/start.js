// Before JupyterLab: what the browser must have, and a service worker that is there from the first byte on.
// After it: a line that says how far the start is.

const root = new URL(".", import.meta.url);
// JupyterLite registers a worker of its own, and unregisters one that it does not know by the note of its version: it
// would take the place of ours while the kernel talks through it. So ours has that address, and that note.
const WORKER = new URL("service-worker.js?enableCache=false", root).href;
const VERSION = "JUPYTERLITE";
const OPENED = 60_000; // ms in which a notebook that the address names is opened, if there is one
const SOON = 20_000; // ms after the start in which nothing is done that can wait
const PATIENCE = 4000; // ms for the service worker; without it the page works, but not offline

export function missing() {
  const needs = [];
  if (typeof WebAssembly !== "object") needs.push("WebAssembly");
  if (typeof Worker !== "function") needs.push("web workers");
  if (!window.isSecureContext) needs.push("an address that begins with https:// or http://localhost");
  if (typeof indexedDB !== "object") needs.push("storage for pages (IndexedDB)");
  return needs;
}

async function controlled() {
  if (!navigator.serviceWorker) return;
  localStorage.setItem(`${WORKER}-version`, VERSION);
  const taken = new Promise((done) => {
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
  });
  await navigator.serviceWorker.register(WORKER, { scope: root.pathname });
  if (!navigator.serviceWorker.controller) {
    await Promise.race([taken, new Promise((done) => setTimeout(done, PATIENCE))]);
  }
}

// The next worker that is asked for with the kernel's own script is one that has begun already. A kernel that is
// restarted has a worker as JupyterLite makes it.
function beginKernel() {
  const begun = new Worker(new URL("kernel_worker.js", root), { type: "module" });
  const Plain = window.Worker;
  window.Worker = new Proxy(Plain, {
    construct(_, [url, options]) {
      if (!/\/comlink\.worker\./.test(url)) return new Plain(url, options);
      window.Worker = Plain;
      return begun;
    },
  });
}

function line() {
  const shown = document.createElement("div");
  shown.id = "qkdlab-start";
  shown.setAttribute("role", "status");
  shown.style.cssText =
    "position:fixed;inset:auto 0 0 0;z-index:2000;padding:6px 12px;font:14px system-ui,sans-serif;" +
    "background:#fff3c4;color:#222;border-top:1px solid #b58900";
  document.body.append(shown);
  return shown;
}

// What is still being waited for; "" when the notebook that is open can run, or none is open and none is to come.
function waitingFor(restored, toCome) {
  if (!restored) return "Loading JupyterLab";
  const session = window.jupyterapp.shell.currentWidget?.context?.sessionContext;
  const status = session?.session?.kernel?.status;
  return (session || toCome) && status !== "idle" && status !== "busy" ? "Starting Python" : "";
}

async function tell(known, named) {
  const note = known ? "" : " (the first visit fetches about 40 MB; later ones need no network)";
  const shown = line();
  const begun = performance.now();
  let restored = false;
  for (;;) {
    if (!restored)
      window.jupyterapp?.restored.then(() => {
        restored = true;
      });
    const what = waitingFor(restored, named && performance.now() - begun < OPENED);
    if (!what) break;
    shown.textContent = `${what} … ${Math.round((performance.now() - begun) / 1000)} s${note}`;
    await new Promise((done) => setTimeout(done, 250));
  }
  shown.remove();
  if (!globalThis.caches) return;
  setTimeout(() => new Worker(new URL("keep_worker.js", root), { type: "module" }), SOON);
}

export async function ready() {
  if (missing().length) {
    location.replace(new URL(`index.html${location.search}`, root)); // which says what is missing
    await new Promise(() => {});
  }
  const known = Boolean(navigator.serviceWorker?.controller); // only a page that was here before has one at once
  const named = new URLSearchParams(location.search).has("path"); // JupyterLab takes it out of the address
  try {
    await controlled();
  } catch (error) {
    console.warn("No service worker: the page will need the network", error);
  }
  if (named && !window.crossOriginIsolated) beginKernel();
  tell(known, named);
}
