// Pyodide with what every notebook needs, for a kernel that asks for it or before one does.
//
// Two things make it quick. Packages are unpacked, and a library in them is loaded when it is imported: Pyodide's own
// `loadPackage` loads all of them at once, of SciPy 88. And the memory of a Python that has just started, with the
// standard library imported, is kept by the browser: the next visit begins there.
import { loadPyodide as load } from "./pyodide.mjs";

const OPTIONS = {}; // packages and environment
const STANDARD = []; // what the packages import of the standard library
const VERSION = "";
const IMPORTED = "import pyodide_kernel, qkdlab.lab"; // what comes with each notebook

const root = new URL("./", import.meta.url).href;
const PLACE = `${root}started-${VERSION}`;
const CACHE = "started-python";

let begun;
let heard = { stdout: console.log, stderr: console.error };

async function core(extra) {
  return load({
    env: OPTIONS.env,
    indexURL: root,
    lockFileURL: `${root}pyodide-lock.json`,
    stdout: (text) => heard.stdout(text),
    stderr: (text) => heard.stderr(text),
    ...extra,
  });
}

// A Python that has started; a memory that this browser cannot use any more is given up.
async function started() {
  if (!globalThis.caches) return core();
  const cache = await caches.open(CACHE);
  const kept = await (await cache.match(PLACE))?.arrayBuffer();
  if (!kept) return core();
  try {
    const pyodide = await core({ _loadSnapshot: kept });
    pyodide.runPython("import random; random.seed()"); // or each visit would draw the same
    return pyodide;
  } catch (error) {
    console.warn("The memory of Python cannot be used, and is made anew", error);
    await cache.delete(PLACE);
    return core();
  }
}

// All packages that these need, each with its archive.
async function fetched(names) {
  const { packages } = await (await fetch(`${root}pyodide-lock.json`)).json();
  const needed = new Set();
  const add = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    packages[name].depends.forEach(add);
  };
  names.forEach(add);
  return Promise.all(
    [...needed].map(async (name) => {
      const { file_name, package_type } = packages[name];
      if (package_type === "shared_library") return { name };
      const archive = await (await fetch(`${root}${file_name}`)).arrayBuffer();
      return { name, archive, format: file_name.split(".").at(-1) };
    }),
  );
}

async function start() {
  const [pyodide, packages] = await Promise.all([started(), fetched(OPTIONS.packages)]);
  const shared = packages.filter(({ archive }) => !archive).map(({ name }) => name);
  await pyodide.loadPackage(shared, { messageCallback: () => {} });
  const extractDir = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const { name, archive, format } of packages) {
    if (!archive) continue;
    pyodide.unpackArchive(archive, format, { extractDir });
    pyodide.loadedPackages[name] = "default channel";
  }
  await pyodide.runPythonAsync(`import importlib\nimportlib.invalidate_caches()\n${IMPORTED}`);
  return pyodide;
}

// Begin before anybody asks.
export function begin() {
  begun = start();
  begun.catch(() => {}); // whoever asks for it is told
}

export function loadPyodide(options) {
  heard = options;
  begun ??= start();
  return begun;
}

// Keep the memory of a Python that has started, for the next visit; nothing is done if there is one.
export async function keep() {
  const cache = await caches.open(CACHE);
  if (await cache.match(PLACE)) return;
  const pyodide = await core({ _makeSnapshot: true });
  pyodide.runPython(`import importlib\nfor name in ${JSON.stringify(STANDARD)}: importlib.import_module(name)`);
  const memory = pyodide.makeMemorySnapshot();
  for (const { url } of await cache.keys()) if (url.startsWith(root)) await cache.delete(url);
  await cache.put(PLACE, new Response(memory));
}
