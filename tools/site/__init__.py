"""Builds the laboratory as a page: JupyterLite, Pyodide, our notebooks and all they need in one folder."""
