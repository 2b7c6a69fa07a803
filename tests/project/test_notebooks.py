"""Notebooks in the repository are complete, small, and in the form that tools/save_notebooks.py writes.

That their outputs are right, nbval checks (`make notebook-tests`); that it has something to check, these.
"""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools.save_notebooks import NOTEBOOKS, WIDGET_VIEW, execute, normalise, read, text_of

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
MAX_CELL_LINES = 15
MIN_STRICT_OUTPUTS = 3
IGNORE_OUTPUT = "nbval-ignore-output"

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[Any]:
    """The code cells of a notebook."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags_of(cell: Any) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", []))


def has_text(cell: Any) -> bool:
    """Whether a cell stores an output that nbval compares as text."""
    words = (out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs)
    return any(map(str.strip, words))


def has_picture(cell: Any) -> bool:
    """Whether a cell stores a picture."""
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_the_first_notebook_exists() -> None:
    assert (NOTEBOOKS / "00_start.ipynb").is_file()


@each_notebook
def test_saved_in_normal_form(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == text_of(normalise(read(path))), "run `make notebooks`"


@each_notebook
def test_stores_text_to_compare(path: Path) -> None:
    strict = [cell for cell in code_cells(path) if IGNORE_OUTPUT not in tags_of(cell) and has_text(cell)]
    assert len(strict) >= MIN_STRICT_OUTPUTS


@each_notebook
def test_only_widget_cells_are_exempt_and_they_store_a_picture(path: Path) -> None:
    for cell in code_cells(path):
        odd = [tag for tag in tags_of(cell) if tag.startswith("nbval-") and tag != IGNORE_OUTPUT]
        assert not odd, odd
        assert IGNORE_OUTPUT not in tags_of(cell) or has_picture(cell), cell.source
        assert not re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)_", cell.source), "exempt a cell by its tag"


@each_notebook
def test_no_saved_errors_or_warnings(path: Path) -> None:
    for cell in code_cells(path):
        bad = [out for out in cell.outputs if out.output_type == "error" or out.get("name") == "stderr"]
        assert not bad, cell.source


@each_notebook
def test_cells_are_short_and_define_no_classes(path: Path) -> None:
    for cell in code_cells(path):
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= MAX_CELL_LINES, cell.source
        assert not re.search(r"^\s*class\s+\w", cell.source, flags=re.M), cell.source


@each_notebook
def test_one_title(path: Path) -> None:
    cells = read(path).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    titles = re.findall(r"^# +\S.*$", re.sub(r"^```.*?^```", "", prose, flags=re.M | re.S), flags=re.M)
    assert len(titles) == 1
    assert cells[0].source.startswith(titles[0]), "the title opens the notebook"


@each_notebook
def test_the_first_code_cell_imports(path: Path) -> None:
    first = ast.parse(code_cells(path)[0].source).body[0]
    assert isinstance(first, ast.Import | ast.ImportFrom)


def test_normal_form_keeps_the_words_and_drops_the_rest(tmp_path: Path) -> None:
    """Execute a notebook as the tool does, and look at what is left."""
    source = "import ipywidgets\nprint('a')\nprint('b')\nipywidgets.IntSlider()"
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["t"], "scrolled": True})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"authors": []})
    execute(notebook, tmp_path)
    assert "widgets" in notebook.metadata
    assert any(WIDGET_VIEW in output.get("data", {}) for output in cell.outputs)

    normal = normalise(notebook)
    assert set(normal.metadata) == {"kernelspec", "language_info"}
    assert "version" not in normal.metadata.language_info
    assert normal.cells[0].metadata == {"tags": ["t"]}
    assert normal.cells[0].id == cell.id
    assert [output.get("text") for output in normal.cells[0].outputs] == ["a\nb\n", None]
    assert set(normal.cells[0].outputs[1].data) == {"text/plain"}
    assert text_of(normal) == text_of(normalise(nbformat.reads(text_of(normal), as_version=4)))
