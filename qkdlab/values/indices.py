"""Whole numbers as NumPy takes them for places and counts, also where Python has 32 bits."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_index(numbers: ArrayLike) -> NDArray[np.intp]:
    """Return whole numbers as ``np.intp``: for ``bincount``, ``repeat``, ``take`` and ``reduceat``.

    In a browser (WebAssembly) ``np.intp`` has 32 bits, and these functions refuse int64 there. No array has
    more than 2³¹ values there, so no number is too large. Elsewhere int64 is ``np.intp``, and nothing is
    copied.

    >>> np.repeat(["key", "no key"], as_index(np.array([1, 2], dtype=np.int64))).tolist()
    ['key', 'no key', 'no key']
    """
    return np.asarray(numbers).astype(np.intp, copy=False)
