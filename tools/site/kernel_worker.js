// The worker of the first kernel, made before JupyterLab asks for one: Python starts while JupyterLab is loaded. What
// the kernel's own worker does is imported; it asks for Pyodide as any other, and is given the one that has begun.
import { begin } from "./static/pyodide/start_python.mjs";
import "./KERNEL";

begin();
