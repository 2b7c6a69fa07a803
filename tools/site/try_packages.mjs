// node try_packages.mjs FOLDER: import what is in the site's folder of packages as its kernel would; print, as the last
// line, the list of fonts that matplotlib made, as JSON with its name and text.
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({
  indexURL: `${folder}/`,
  env: { MPLCONFIGDIR: "/fonts", HOME: "/home/pyodide" },
  packages: ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "qkdlab"],
});
const code = `
import importlib, json
from pathlib import Path

for name in ("scipy.special", "scipy.stats", "scipy.optimize", "scipy.fft", "networkx", "simpy", "IPython", "jedi",
             "ipywidgets", "anywidget", "matplotlib.figure", "matplotlib.font_manager", "pyodide_kernel"):
    importlib.import_module(name)
import matplotlib
own = Path(matplotlib.__file__).parent  # where Pyodide's matplotlib keeps it; others in the folder of settings
(fonts,) = [*Path("/fonts").glob("fontlist*.json"), *own.glob("fontlist*.json")]
json.dumps({"name": fonts.name, "own": fonts.parent == own, "text": fonts.read_text()})
`;
try {
  const found = pyodide.runPython(code);
  process.stdout.write(`\n${found}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(error.message, () => process.exit(1));
}
