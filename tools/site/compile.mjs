// node compile.mjs DISTRIBUTION FOLDER: compile the Python files below FOLDER with the Python of a Pyodide distribution.
// Beside the sources of qkdlab, which a learner may read, and in place of all others.
import { pathToFileURL } from "node:url";

const [distribution, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${distribution}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${distribution}/` });
pyodide.FS.mkdirTree("/work");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/work");
pyodide.runPython(`
import py_compile
from importlib.util import cache_from_source
from pathlib import Path

MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH
for path in sorted(Path("/work").rglob("*.py")):
    package = path.relative_to("/work").parts[0]
    inside = path.relative_to(Path("/work") / package)
    stays = package == "qkdlab"
    target = cache_from_source(str(path)) if stays else str(path.with_suffix(".pyc"))
    try:
        py_compile.compile(str(path), target, str(inside), doraise=True, invalidation_mode=MODE)
    except py_compile.PyCompileError:  # a file for another Python: it stays as it is
        continue
    if not stays:
        path.unlink()
`);
process.exit(0);
