// node try_packages.mjs FOLDER PACKAGE...: start Pyodide from the site's folder of packages with those that its kernel
// starts with, import the others, and draw; what matplotlib misses ends it. Print as the last line, as JSON, the list
// of fonts that matplotlib made, and the modules of the standard library that were imported.
import { pathToFileURL } from "node:url";

const [folder, ...packages] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({
  indexURL: `${folder}/`,
  env: { MPLCONFIGDIR: "/fonts", HOME: "/home/pyodide" },
  packages,
});
const code = `
import importlib, json, logging, sys
from io import BytesIO
from pathlib import Path

for name in ("scipy.special", "scipy.stats", "scipy.optimize", "scipy.fft", "networkx", "simpy", "IPython", "jedi",
             "ipywidgets", "anywidget", "matplotlib.figure", "matplotlib.font_manager", "pyodide_kernel"):
    importlib.import_module(name)
import matplotlib


class Refusal(logging.Handler):
    def emit(self, record):
        raise RuntimeError(record.getMessage())


logging.getLogger("matplotlib").addHandler(Refusal())
figure = matplotlib.figure.Figure()
figure.subplots().loglog([1, 10], [1, 10])  # the numbers on its axes need mathtext, and that all its families of fonts
figure.savefig(BytesIO(), format="png")
own = Path(matplotlib.__file__).parent  # where Pyodide's matplotlib keeps it; others in the folder of settings
(fonts,) = [*Path("/fonts").glob("fontlist*.json"), *own.glob("fontlist*.json")]
library = str(Path(json.__file__).parent.parent)  # an archive; what is outside it is a package, and not there at once
standard = sorted(
    name for name, module in list(sys.modules.items())
    if name.split(".")[0] in sys.stdlib_module_names and (spec := getattr(module, "__spec__", None)) and spec.origin
    and (spec.origin in ("built-in", "frozen") or spec.origin.startswith(library))
)
found = {"name": fonts.name, "own": fonts.parent == own, "text": fonts.read_text()}
json.dumps({"fonts": found, "standard": standard})
`;
try {
  const found = pyodide.runPython(code);
  process.stdout.write(`\n${found}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(error.message, () => process.exit(1));
}
