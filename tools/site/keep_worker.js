// Keeps the memory of a Python that has just started, and ends.
import { keep } from "./static/pyodide/start_python.mjs";

keep()
  .catch((error) => console.warn("The next visit will start Python anew:", error))
  .finally(() => close());
