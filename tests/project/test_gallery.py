"""Every notebook of the gallery has a source, a figure, a table and a stored sweep, run again in part."""

import importlib
import re
from pathlib import Path

import pytest

from qkdlab.sweep import SweepResult
from tools.gallery_sweeps import DATA, GALLERY, main, sweeps
from tools.save_notebooks import read

PATHS = sorted(GALLERY.glob("*.ipynb"))
MOST_BYTES = 200_000

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_of(path: Path) -> str:
    """The code of a notebook."""
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")


@each_notebook
def test_it_names_its_figure_and_its_source_first(path: Path) -> None:
    first = read(path).cells[0].source
    assert "**Figure.**" in first
    source = first.split("**Source.**")[1]
    assert re.search(r"\b(19|20)\d\d\b", source), "a source has a year"


@each_notebook
def test_the_figure_comes_before_everything_but_imports(path: Path) -> None:
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert any("image/png" in output.get("data", {}) for output in code[1].outputs)


@each_notebook
def test_numbers_stand_beside_others_and_a_point_is_run_again(path: Path) -> None:
    code = code_of(path)
    assert "print(beside(" in code
    assert re.search(r"^assert is_part\(", code, flags=re.M)
    stored = re.findall(r'SweepResult\.read\("data/(\w+)\.csv"\)', code)
    assert stored
    assert set(stored) <= set(sweeps())


def test_every_stored_sweep_has_its_module_and_its_notebook() -> None:
    kept = {path.stem for path in DATA.iterdir()}
    shown = {name for path in PATHS for name in re.findall(r"data/(\w+)\.csv", code_of(path))}
    assert kept == set(sweeps()) == shown


@pytest.mark.parametrize("name", sweeps())
def test_what_is_stored_is_small_and_has_no_failures(name: str) -> None:
    path = DATA / f"{name}.csv"
    assert path.stat().st_size < MOST_BYTES
    result = SweepResult.read(path)
    assert len(result) > 0
    assert len(result.failed) == 0
    assert "seconds" not in path.read_text(encoding="utf-8").splitlines()[0]


def test_the_index_leads_to_every_notebook() -> None:
    index = (GALLERY / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in PATHS} == set(re.findall(r"\((\w+\.ipynb)\)", index))


def test_the_command_stores_what_the_module_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a sweep of one point in place of the whole; would catch seconds in the file, which differ each time
    pns = importlib.import_module("gallery_runs.pns_shares")
    monkeypatch.setattr("tools.gallery_sweeps.DATA", tmp_path)
    monkeypatch.setattr(pns, "MEANS", (0.1,))
    monkeypatch.setattr(pns, "LENGTHS_KM", (100,))
    monkeypatch.setattr("sys.argv", ["gallery_sweeps", "pns_shares"])
    assert main() == 0
    (line,) = (tmp_path / "pns_shares.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert line in (DATA / "pns_shares.csv").read_text(encoding="utf-8").splitlines()


def test_the_command_refuses_other_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["gallery_sweeps", "none"])
    with pytest.raises(SystemExit):
        main()
    assert "NAME must be one of" in capsys.readouterr().err
