"""Places: as NumPy takes them, also where Python has 32 bits, and what stands at many of them, quickly."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Value = TypeVar("_Value", bound=np.generic)

_BLOCK = 1 << 14
"""Values that are picked at once: the list of their places is short."""


def as_index(numbers: ArrayLike) -> NDArray[np.intp]:
    """Return whole numbers as ``np.intp``: for ``bincount``, ``repeat``, ``take`` and ``reduceat``.

    In a browser (WebAssembly) ``np.intp`` has 32 bits, and these functions refuse int64 there. No array has
    more than 2³¹ values there, so no number is too large. Elsewhere int64 is ``np.intp``, and nothing is
    copied.

    >>> np.repeat(["key", "no key"], as_index(np.array([1, 2], dtype=np.int64))).tolist()
    ['key', 'no key', 'no key']
    """
    return np.asarray(numbers).astype(np.intp, copy=False)


def picked(values: NDArray[_Value], mask: NDArray[np.bool_]) -> NDArray[_Value]:
    """Return ``values[mask]``, shape (n,) both, several times as quick where the mask is random.

    ``IndexError`` if they differ in length.

    >>> picked(np.array([3, 1, 4]), np.array([True, False, True])).tolist()
    [3, 4]
    """
    if len(mask) != len(values):
        raise IndexError(f"a mask of {len(mask)} does not fit {len(values)} values")
    chosen = np.empty(np.count_nonzero(mask), dtype=values.dtype)
    filled = 0
    for start in range(0, len(mask), _BLOCK):
        places = np.flatnonzero(mask[start : start + _BLOCK])
        chosen[filled : filled + len(places)] = values[start : start + _BLOCK].take(as_index(places))
        filled += len(places)
    return chosen


def looked_up(table: NDArray[_Value], *places: NDArray[Any]) -> NDArray[_Value]:
    """Return ``table[places]`` for a small table, about twice as quick: by one number each.

    Places are uint8, shape (n,), one array for each axis of the table; ``IndexError`` if one is not in it.

    >>> looked_up(np.array([[5, 6], [7, 8]]), np.uint8([0, 1]), np.uint8([1, 0])).tolist()
    [6, 7]
    """
    for length, place in zip(table.shape, places, strict=True):
        if np.max(place, initial=0) >= length:
            raise IndexError(f"there are {length} places along an axis, got {np.max(place)}")
    number = places[0].astype(np.min_scalar_type(table.size - 1))
    for length, place in zip(table.shape[1:], places[1:], strict=True):
        number *= number.dtype.type(length)
        number += place
    found: NDArray[_Value] = table.reshape(-1)[number]
    return found
