"""What NumPy refuses where its index has 32 bits (WebAssembly) is given as such: shown by the source.

On a 64-bit machine the same calls pass, so no run of these tests would find one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qkdlab.exchange.pulses import draw_slots
from qkdlab.values import as_index

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "qkdlab").rglob("*.py"), *(ROOT / "notebooks").rglob("*.py")])
OF_NUMPY = {"bincount": 0, "repeat": 1, "take": 1, "choose": 0, "put": 1, "reduceat": 1}
OF_ARRAYS = {"repeat": 0, "take": 0, "reduceat": 1}
"""Which argument must be of NumPy's index type: of a function ``np.name``, and of a method. (That of ufuncs,
`reduceat`, has the array first.)"""


def numpy_calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of functions of modules and of methods, with their names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def fault(name: str, call: ast.Call) -> str | None:
    """Return what is wrong with a call; None if nothing is, or it is of no array."""
    assert isinstance(call.func, ast.Attribute)
    owner = ast.unparse(call.func.value)
    place = (OF_NUMPY if owner == "np" else OF_ARRAYS).get(name)
    if place is None or len(call.args) <= place or "store" in owner:  # a key store has a `take`, too
        return None
    given = call.args[place]
    is_scalar = isinstance(given, ast.Constant | ast.BinOp)
    is_cast = isinstance(given, ast.Call) and ast.unparse(given.func) == "as_index"
    return None if is_scalar or is_cast else f"{ast.unparse(call)} without as_index"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_numpy_is_given_its_own_index_type(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    faults = [found for name, call in numpy_calls(tree) if (found := fault(name, call))]
    assert faults == []


@pytest.mark.parametrize(
    ("line", "is_fault"),
    [
        ("np.bincount(cells, minlength=4)", True),
        ("np.bincount(as_index(cells), minlength=4)", False),
        ("np.repeat(values, counts)", True),
        ("np.repeat(slots, 2)", False),
        ("values.repeat(counts)", True),
        ("np.bitwise_or.reduceat(masks, starts)", True),
        ("frames.take(bits, axis=0)", True),
        ("np.take(frames, bits)", True),
        ("store.take(slave, master, key_ids)", False),
    ],
)
def test_the_rule_finds_what_it_is_for(line: str, is_fault: bool) -> None:
    ((name, call),) = numpy_calls(ast.parse(line))
    assert (fault(name, call) is not None) == is_fault


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint32, np.int64])
def test_as_index(dtype: type[np.integer]) -> None:
    numbers = np.arange(3, dtype=dtype)
    made = as_index(numbers)
    assert (made.dtype, made.tolist()) == (np.intp, [0, 1, 2])
    assert (made is numbers) == (numbers.dtype == np.intp)  # nothing is copied where nothing changes


@pytest.mark.parametrize("probability", [1e-3, 0.5, 1.0])
def test_slots_have_64_bits_everywhere(probability: float) -> None:
    assert draw_slots(1_000, probability, np.random.default_rng(1)).dtype == np.int64
