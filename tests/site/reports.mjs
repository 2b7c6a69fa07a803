// node reports.mjs FOLDER: run Python code from standard input with the packages in the site's FOLDER; the code leaves
// its answer, a text, in `answer`, which is printed as the last line, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${folder}/`, packages: ["qkdlab"] });
try {
  pyodide.runPython(readFileSync(0, "utf8"));
  process.stdout.write(`\n${JSON.stringify(pyodide.globals.get("answer"))}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(error.message, () => process.exit(1));
}
