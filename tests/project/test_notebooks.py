"""Notebooks in the repository are complete, small, and in the form that tools/save_notebooks.py writes.

That their outputs are right, nbval checks (`make notebook-tests`); that it has something to check, these.
"""

import ast
import builtins
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools.save_notebooks import NOTEBOOKS, WIDGET_VIEW, all_notebooks, execute, normalise, read, text_of

ROOT = NOTEBOOKS.parent
PATHS = all_notebooks()
LESSONS = [path for path in PATHS if path.parent == NOTEBOOKS]
MAX_CELL_LINES = 15
MIN_STRICT_OUTPUTS = 3
IGNORE_OUTPUT = "nbval-ignore-output"

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


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


def own_names(source: str) -> set[str]:
    """The names that a cell imports, assigns or defines."""
    nodes = list(ast.walk(ast.parse(source)))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    own = {one.asname or one.name for node in imports for one in node.names}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return own | {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def names_from_elsewhere(source: str) -> set[str]:
    """The names that a cell uses and neither imports nor assigns."""
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    return used - own_names(source) - set(dir(builtins))


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("import math\nrng = make(3)", True),
        ("total = 3\nassert total == 3", True),
        ("def half(x):\n    return x / 2\nassert half(2) == 1", True),
        ("for total in (3, 4):\n    assert total > 2", True),
        ("def answer(x):\n    return None", False),
        ("def answer(x):\n    assert x > 0\n    return x", False),
        ("import math\nfor x in (1, 2):\n    math.sqrt(x)", False),
        ("panel = 3", False),
    ],
)
def test_cells_that_only_import_or_check_are_folded(source: str, folded: bool) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    assert ("jupyter" in normalise(notebook).cells[0].metadata) == folded


def test_a_cell_that_shows_something_is_not_folded() -> None:
    output = nbformat.v4.new_output("stream", name="stdout", text="3")
    cell = nbformat.v4.new_code_cell("import math\nassert not print(3)", outputs=[output])
    assert "jupyter" not in normalise(nbformat.v4.new_notebook(cells=[cell])).cells[0].metadata


def test_only_what_answers_a_prediction_is_veiled() -> None:
    # before: the saved outputs gave away what the learner was asked to predict
    output = nbformat.v4.new_output("stream", name="stdout", text="3")
    texts = ("## Predict\n\n1. How many?\n\n## Try\n\nMove it.", "", "The same.", "", "## What you saw", "")
    cells = [
        nbformat.v4.new_markdown_cell(text)
        if text
        else nbformat.v4.new_code_cell("print(3)", outputs=[output])
        for text in texts
    ]
    normal = normalise(nbformat.v4.new_notebook(cells=cells))
    veiled = [cell.metadata.get("jupyter") for cell in normal.cells if cell.cell_type == "code"]
    assert veiled == [{"outputs_hidden": True}, {"outputs_hidden": True}, None]


@each_lesson
def test_every_notebook_that_asks_for_predictions_veils_the_answers(path: Path) -> None:
    cells = read(path).cells
    asked = next(
        place for place, cell in enumerate(cells) if re.search(r"^## Predict", cell.source, flags=re.M)
    )
    veiled = [
        place for place, cell in enumerate(cells) if "outputs_hidden" in cell.metadata.get("jupyter", {})
    ]
    assert has_picture(cells[veiled[0]]), "the panel is the first"
    first_output = next(place for place, cell in enumerate(cells) if place > asked and cell.get("outputs"))
    assert veiled[0] == first_output


def test_html_shows_the_picture_of_a_widget_with_its_words(tmp_path: Path) -> None:
    """nbconvert would rather show the widget, which needs the network, and forget the words of pictures."""
    data = {WIDGET_VIEW: {"model_id": "one"}, "image/png": "iVBORw0KGgo=", "text/plain": "Panel()"}
    output = nbformat.v4.new_output("display_data", data=data, metadata={"image/png": {"alt": 'QBER "<2 %"'}})
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"one": {}}}}
    cells = [nbformat.v4.new_code_cell("panel", outputs=[output])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"widgets": state}), tmp_path / "one.ipynb")
    environment = os.environ | {
        "JUPYTER_CONFIG_PATH": str(ROOT / "etc" / "jupyter"),
        "JUPYTER_PATH": str(ROOT / "share" / "jupyter"),
    }
    convert = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", "html", "one.ipynb"]
    subprocess.run(convert, cwd=tmp_path, env=environment, check=True)
    page = (tmp_path / "one.html").read_text(encoding="utf-8")
    found = re.findall(r"<img alt='(.*?)'[^>]* src=\"(.*?)\"", page)
    assert [(unescape(alt), src) for alt, src in found] == [
        ('QBER "<2 %"', "data:image/png;base64,iVBORw0KGgo=")
    ]


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


@each_lesson
def test_a_panel_can_be_run_before_anything_else(path: Path) -> None:
    # before: a bare NameError where a learner began with the panel
    own = [
        cell
        for cell in code_cells(path)
        if any("Panel(" in str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs)
    ]
    assert own
    for cell in own:
        assert not names_from_elsewhere(cell.source), cell.source


@each_lesson
def test_code_in_the_text_runs_where_it_stands(path: Path) -> None:
    # would catch: a line to copy that uses what a cell below imports
    there: set[str] = set()
    for cell in read(path).cells:
        if cell.cell_type == "code":
            there |= own_names(cell.source)
        else:
            for code in re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL):
                assert names_from_elsewhere(code) <= there, code


@each_lesson
def test_checks_at_the_end_say_that_they_check_the_text_and_are_folded(path: Path) -> None:
    # before: they looked like a test of the learner
    cells = read(path).cells
    start = next(place for place, cell in enumerate(cells) if cell.source.startswith("## Check"))
    assert "These cells hold the text above to what was simulated." in cells[start].source
    assert "This is not a test of you." in cells[start].source
    for cell in cells[start + 1 :]:
        if cell.cell_type == "markdown":
            break
        assert cell.metadata.get("jupyter") == {"source_hidden": True}, cell.source


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
def test_a_ket_is_not_broken_into_two_lines(path: Path) -> None:
    # before: "|" at the end of a line and "−⟩" in the next; a browser may break between the two
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    assert not [ket for text in texts for ket in re.findall(r"\|−[^ |⟩]*⟩", text)]


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
