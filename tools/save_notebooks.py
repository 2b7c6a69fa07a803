"""Execute notebooks and save them in the one form in which they are committed.

    python tools/save_notebooks.py                 every notebook of notebooks/ and notebooks/gallery/
    python tools/save_notebooks.py FILE ...        these notebooks
    python tools/save_notebooks.py --check [FILE]  run nothing; exit status 1 if a file is not in that form

The form: cells numbered 1, 2, 3, … as a fresh kernel runs them; of a widget only its picture and its text
(the saved state of a widget is blank without a network); no timings, no versions of this machine; cells that
only import or only check are folded up, as JupyterLab folds them: their first line stays to be seen. Folded
are also the outputs of the section "Try", which would answer what a learner is asked to predict: JupyterLab
shows them once the cell is run, and pages made of a notebook show them at once.
"""

import argparse
import ast
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CELL_TIMEOUT = 600  # seconds
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
CELL_METADATA = ("slideshow", "tags")  # what an author sets; the rest is left by tools
FOLDED = {"jupyter": {"source_hidden": True}}
VEILED = {"collapsed": True, "jupyter": {"outputs_hidden": True}}  # both, or JupyterLab adds the first


def all_notebooks() -> list[Path]:
    """Return the notebooks of the course, then those of the gallery."""
    return [*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(NOTEBOOKS.glob("gallery/*.ipynb"))]


def execute(notebook: Any, folder: Path) -> None:
    """Run all cells of `notebook` in a fresh kernel in `folder`; a failing cell raises CellExecutionError."""
    # Output widgets need the client to keep widget state while it runs; normalise() removes it afterwards.
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()


def merge_streams(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where the kernel cuts them is chance."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def is_aside(cell: Any) -> bool:
    """Whether a code cell shows a reader nothing: it only imports and sets a generator up, or only checks."""
    if cell.outputs:
        return False
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError:  # a magic of IPython
        return False
    imports = any(isinstance(one, ast.Import | ast.ImportFrom) for one in statements)
    only = all(isinstance(one, ast.Import | ast.ImportFrom | ast.Assign) for one in statements)
    run = [one for one in statements if not isinstance(one, ast.FunctionDef)]
    return (imports and only) or any(isinstance(part, ast.Assert) for one in run for part in ast.walk(one))


def normalise(notebook: Any) -> Any:
    """Return `notebook` (changed in place) in the form in which we commit it."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    number, answers = 0, False
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: cell.metadata[k] for k in CELL_METADATA if k in cell.metadata})
        if cell.cell_type != "code":
            for title in re.findall(r"^## (.*)", cell.source, flags=re.M):
                answers = title.startswith("Try")
            continue
        number += 1
        cell.execution_count = number
        for output in cell.outputs:
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
                output.metadata = nbformat.from_dict(
                    {mime: value for mime, value in output.metadata.items() if mime in output.data}
                )
            if output.output_type == "execute_result":
                output.execution_count = number
        cell.outputs = merge_streams([o for o in cell.outputs if o.get("data", True)])
        if is_aside(cell):
            cell.metadata |= nbformat.from_dict(FOLDED)
        elif answers and cell.outputs:
            cell.metadata |= nbformat.from_dict(VEILED)
    return notebook


def text_of(notebook: Any) -> str:
    """Return the notebook as the text of its file."""
    return nbformat.writes(notebook, version=4) + "\n"


def read(path: Path) -> Any:
    """Read the notebook in `path`."""
    return nbformat.read(path, as_version=4)


def main() -> int:
    """Save, or with --check only look at, the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="run and write nothing")
    parser.add_argument("files", nargs="*", type=Path, help="notebooks (default: all)")
    arguments = parser.parse_args()
    stale = 0
    for path in arguments.files or all_notebooks():
        notebook = read(path)
        if not arguments.check:
            print(f"running {path.name}", flush=True)
            execute(notebook, path.resolve().parent)
        text = text_of(normalise(notebook))
        if text == path.read_text(encoding="utf-8"):
            continue
        if arguments.check:
            stale += 1
            print(f"{path}: not in the committed form; run `make notebooks`")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
