"""The rooms of the package stand in the order of the key's way, and imports point only backwards along it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import qkdlab

PACKAGE = Path(qkdlab.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room may import from itself and from the rows above its own; rooms of one row are independent.
ROWS: list[set[str]] = [
    {"errors"},
    {"extras", "values"},
    {"quantum", "distillation"},  # qubits, bits
    {"link"},  # photons
    {"transmission"},
    {"exchange"},
    {"recorded"},
    {"key_knowledge", "plausibility", "slot_shifts"},
    {"information", "ledger", "rates", "report", "scenario", "scoring", "search"},
    {"result"},
    {"settings"},
    {"expected_counts"},
    {"expectation"},
    {"optimisation"},
    {"advice"},
    {"session"},
    {"jobs", "man_in_the_middle", "recorded_session"},
    {"sweep"},
    {"network"},
    {"delivery"},
    {"lab"},
]
FORBIDDEN_AT_IMPORT = ("ipywidgets", "anywidget", "matplotlib", "IPython", "jupyter_server", "http.server")


def room_of(path: Path) -> str:
    """The room a module belongs to: the first part of its path in the package; '' for the package itself."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def nodes_that_run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below `node` except what stands under ``if TYPE_CHECKING``."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from nodes_that_run(child)


def imported_modules(path: Path) -> Iterator[str]:
    """Full names of all modules that `path` imports, anywhere in it but for names of types alone."""
    inside = ("qkdlab", *path.relative_to(PACKAGE).with_suffix("").parts)
    for node in nodes_that_run(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level:
                base = [*inside[: len(inside) - node.level], *base]
            yield ".".join(base)
            yield from (".".join([*base, alias.name]) for alias in node.names)


def imported_rooms(path: Path) -> set[str]:
    """Rooms of the package that `path` imports from."""
    known = set().union(*ROWS)
    parts = (name.split(".") for name in imported_modules(path))
    return {part[1] for part in parts if part[0] == "qkdlab" and len(part) > 1 and part[1] in known}


def row_of(room: str) -> int:
    """The row a room stands in."""
    return next(number for number, row in enumerate(ROWS) if room in row)


def name_of(path: Path) -> str:
    """A short name for a test's id."""
    return str(path.relative_to(PACKAGE))


def test_every_room_has_its_place() -> None:
    rooms = {room_of(path) for path in MODULES} - {""}
    assert rooms <= set().union(*ROWS), "give the new room a row in ROWS"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_backwards(path: Path) -> None:
    room = room_of(path)
    if not room:  # qkdlab/__init__.py names the rest, but never the front end
        assert "lab" not in imported_rooms(path)
        return
    foreign = imported_rooms(path) - {room}
    forward = {other for other in foreign if row_of(other) >= row_of(room)}
    assert not forward, f"{room} must not import {sorted(forward)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_quantum_imports_qiskit(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported_modules(path)}
    assert room_of(path) == "quantum" or not roots & {"qiskit", "qiskit_aer"}


def test_rows_name_each_room_once() -> None:
    assert all(not earlier & later for earlier, later in pairwise(ROWS))
    assert len(set().union(*ROWS)) == sum(map(len, ROWS))


def test_importing_the_package_loads_no_front_end_and_no_server() -> None:
    code = f"import sys, qkdlab\nprint(*(m for m in {FORBIDDEN_AT_IMPORT!r} if m in sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []
