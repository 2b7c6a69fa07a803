"""The rooms of the package stand in the order of the key's way, and imports point only backwards along it.

What is imported for its type alone (``if TYPE_CHECKING``) counts as much as what runs.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

import qkdlab

PACKAGE = Path(qkdlab.__file__).parent
PATHS = sorted(PACKAGE.rglob("*.py"))

TOPICS = {"qubits", "by_hand", "link", "eavesdropper", "link_budget", "distillation"}
TOPICS |= {"network", "delivery", "pqc", "sweeps"}
"""The topics of the lab: each has its panel, charts, words, presets and exercises, and imports no other."""

# A room may import from itself and from the rows above its own; rooms of one row are independent.
ROWS: dict[str, list[set[str]]] = {
    "qkdlab": [
        {"errors"},
        {"delimited", "extras", "values"},
        {"quantum", "link", "distillation"},  # qubits, photons, bits
        {"attacks"},
        {"exchange"},
        {"settings"},
        {"theory"},
        {"session"},
        {"recorded"},
        {"network"},
        {"sweep"},
        {"delivery"},
        {"lab"},
    ],
    "qkdlab.distillation": [
        {"channel", "hashing"},
        {"amplification", "authentication", "sifting", "verification"},
        {"correction", "estimation"},
        {"outcome", "security"},
        {"pipeline"},
    ],
    "qkdlab.network": [{"topology", "routing"}, {"relay"}, {"operation"}],
    "qkdlab.delivery": [
        {"closing", "link_sessions", "pem_files", "primitives", "sites"},
        {"hybrid", "messages", "one_time_pad", "pki", "store"},
        {"parsing"},
        {"client"},
        {"conformance", "encryptor", "kme"},
        {"pair"},
        {"__main__"},
    ],
    "qkdlab.lab": [{"components"}, {"learning"}, {"frame"}, {"sessions"}, TOPICS, {"catalogue"}],
}

SHARED_NAMES = {
    # what a topic of the lab has
    *("panel", "controls", "words", "presets", "charts", "exercises", "choices", "guide", "view"),
    *("__init__", "__main__", "session"),
}
"""Names that more than one module may have."""

MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_FILES = 300, 80, 14
LONG = "Long because"
"""How a comment in a longer module or function begins, which says why it is one."""

FORBIDDEN_AT_IMPORT = ("ipywidgets", "anywidget", "matplotlib", "IPython", "jupyter_server", "http.server")


def module_of(path: Path) -> str:
    """The full name of a module: that of its folder for an ``__init__``."""
    parts = ("qkdlab", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in PATHS}


@cache
def imported_modules(module: str) -> frozenset[str]:
    """Full names of all modules that `module` imports, anywhere in it, names of types included."""
    path = MODULES[module]
    inside = ("qkdlab", *path.relative_to(PACKAGE).with_suffix("").parts)
    stub = path.with_suffix(".pyi")  # what is imported when it is first used
    sources = [one.read_text(encoding="utf-8") for one in (path, stub) if one.is_file()]
    found: set[str] = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level:
                base = [*inside[: len(inside) - node.level], *base]
            names = {".".join([*base, alias.name]) for alias in node.names}
            found |= {name if name in MODULES else ".".join(base) for name in names}
    return frozenset(found - {module})


def room_of(module: str, house: str) -> str | None:
    """The room of a house that a module belongs to; "" for the house itself, None outside it."""
    if module != house and not module.startswith(f"{house}."):
        return None
    return module.removeprefix(house).removeprefix(".").partition(".")[0]


def pairs(house: str) -> Iterator[tuple[str, str, str]]:
    """Each import from one room of a house to another: the module, its room and the other room."""
    for module in MODULES:
        room = room_of(module, house)
        if room:
            for other in {room_of(name, house) for name in imported_modules(module)} - {room, None, ""}:
                yield module, room, other


def row_of(room: str, house: str) -> int:
    """The row a room stands in."""
    return next(number for number, row in enumerate(ROWS[house]) if room in row)


@pytest.mark.parametrize("house", ROWS)
def test_every_room_has_its_place_and_every_place_its_room(house: str) -> None:
    rooms = {room_of(module, house) for module in MODULES} - {None, ""}
    assert rooms == set().union(*ROWS[house]), "give the new room a row in ROWS"
    assert all(not earlier & later for earlier, later in pairwise(ROWS[house]))
    assert len(rooms) == sum(map(len, ROWS[house]))


@pytest.mark.parametrize("house", ROWS)
def test_imports_point_backwards(house: str) -> None:
    forward = {
        f"{module} imports {other}"
        for module, room, other in pairs(house)
        if row_of(other, house) >= row_of(room, house)
    }
    assert not forward


def test_the_package_itself_names_no_front_end() -> None:
    assert not {name for name in imported_modules("qkdlab") if room_of(name, "qkdlab") == "lab"}


def test_no_circle_of_modules_anywhere() -> None:
    # a folder's ``__init__`` only hands names on: who imports the folder is tied to all that it names
    graph = {module: {name for name in imported_modules(module) if name in MODULES} for module in MODULES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from error
    assert set(order) == MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_only_quantum_imports_qiskit(module: str) -> None:
    roots = {name.split(".")[0] for name in imported_modules(module)}
    assert room_of(module, "qkdlab") == "quantum" or not roots & {"qiskit", "qiskit_aer"}


def test_importing_the_package_loads_no_front_end_and_no_server() -> None:
    code = f"import sys, qkdlab\nprint(*(m for m in {FORBIDDEN_AT_IMPORT!r} if m in sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == []


# ---- what a room may hold ----------------------------------------------------------------------------


def test_a_module_name_is_used_once() -> None:
    names = Counter(path.stem for path in PATHS if path.stem not in SHARED_NAMES)
    assert not {name for name, count in names.items() if count > 1}


def test_a_folder_of_many_files_has_rooms() -> None:
    many = Counter(path.parent for path in PATHS)
    assert not {folder.name: count for folder, count in many.items() if count > MOST_FILES}


def test_modules_and_functions_are_short_or_say_why_not() -> None:
    long: list[str] = []
    for module, path in MODULES.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > MOST_LINES and not any(line.startswith(f"# {LONG}") for line in lines):
            long.append(f"{module}: {len(lines)}")
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef):
                body = lines[node.lineno - 1 : node.end_lineno]
                length = len(body) - len((ast.get_docstring(node, clean=False) or "").splitlines())
                if length > MOST_LINES_OF_A_FUNCTION and not any(f"# {LONG}" in line for line in body):
                    long.append(f"{module}.{node.name}: {length}")
    assert not long
