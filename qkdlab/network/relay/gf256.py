"""The field GF(256) of AES, and linear algebra over it.

An element is a byte, the coefficients of a polynomial over GF(2), bit k that of xᵏ; products are taken modulo
x⁸ + x⁴ + x³ + x + 1 (FIPS 197, section 4.2). Addition and subtraction are both XOR. A matrix of zeros and
ones has the same rank here as over GF(2), so one elimination serves keys that are XORed and keys that are
shared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import shown

Elements = NDArray[np.uint8]
"""Elements of the field, dtype uint8, of any shape."""

POLYNOMIAL = 0x11B
"""x⁸ + x⁴ + x³ + x + 1."""


def _powers() -> Elements:
    """Return all 255 powers of x + 1, which meet every element but 0 once."""
    powers, power = np.empty(255, dtype=np.uint8), 1
    for exponent in range(255):
        powers[exponent] = power
        power ^= power << 1  # times x + 1
        power ^= POLYNOMIAL if power & 0x100 else 0
    return powers


_POWER = np.tile(_powers(), 2)  # two rounds: the sum of two logarithms needs no remainder
_LOGARITHM = np.zeros(256, dtype=np.intp)
_LOGARITHM[_POWER[:255]] = np.arange(255)
_PRODUCT = np.zeros((256, 256), dtype=np.uint8)
_PRODUCT[1:, 1:] = _POWER[_LOGARITHM[1:, np.newaxis] + _LOGARITHM[1:]]


def as_elements(name: str, values: ArrayLike) -> Elements:
    """Return `values` as an array of uint8, the same if it is one; ``ValueError`` unless they are 0 … 255."""
    array = np.asarray(values)
    if array.dtype == np.uint8:
        return array
    if array.size and array.dtype.kind not in "bui":
        raise ValueError(f"{name} must hold whole numbers, got dtype {array.dtype}")
    bad = array[(array < 0) | (array > 255)]
    if bad.size:
        raise ValueError(f"{name} must hold numbers 0 … 255, got {shown(bad.flat[0].item())}")
    return array.astype(np.uint8)


def multiply(one: ArrayLike, other: ArrayLike) -> Elements:
    """Return the product element by element; shapes broadcast.

    >>> f"{multiply(0x57, 0x83):02x}"  # FIPS 197, section 4.2
    'c1'
    """
    product: Elements = _PRODUCT[as_elements("one", one), as_elements("other", other)]
    return product


def inverse(values: ArrayLike) -> Elements:
    """Return what each value must be multiplied by to give 1; ``ValueError`` if one of them is 0.

    >>> multiply(inverse(0x53), 0x53).item()
    1
    """
    elements = as_elements("values", values)
    if not elements.all():
        raise ValueError("values must not be 0, got 0")
    return _POWER[255 - _LOGARITHM[elements]]


def powers(value: int, n: int) -> Elements:
    """Return 1, x, x², …, n of them, of a value x: shape (n,).

    >>> powers(3, 4).tolist()
    [1, 3, 5, 15]
    """
    x = as_elements("value", value)
    exponents = np.arange(n)
    found: Elements = _POWER[_LOGARITHM[x] * exponents % 255] if x else (exponents == 0).astype(np.uint8)
    return found


def reduced(matrix: ArrayLike) -> tuple[Elements, tuple[int, ...]]:
    """Return the reduced row echelon form of a matrix, and its pivot columns (Gauss and Jordan).

    Parameters
    ----------
    matrix
        Shape (rows, columns).

    Examples
    --------
    >>> rows, pivots = reduced([[0, 2, 4], [3, 0, 3]])
    >>> rows.tolist(), pivots
    ([[1, 0, 1], [0, 1, 2]], (0, 1))
    """
    rows = as_elements("matrix", matrix).copy()
    if rows.ndim != 2:
        raise ValueError(f"matrix must have shape (rows, columns), got shape {rows.shape}")
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        done = len(pivots)
        candidates = np.flatnonzero(rows[done:, column])
        if not len(candidates):
            continue
        found = done + int(candidates[0])
        rows[[done, found]] = rows[[found, done]]
        rows[done] = _PRODUCT[_POWER[255 - _LOGARITHM[rows[done, column]]], rows[done]]
        factors = rows[:, column].copy()
        factors[done] = 0
        rows ^= _PRODUCT[factors[:, np.newaxis], rows[done]]
        pivots.append(column)
    return rows, tuple(pivots)


def rank(matrix: ArrayLike) -> int:
    """Return how many rows of a matrix, shape (rows, columns), are linearly independent.

    >>> rank([[1, 1, 0], [0, 1, 1], [1, 0, 1]])  # as over GF(2), the rows sum to 0
    2
    """
    return len(reduced(matrix)[1])


def solve(matrix: ArrayLike, right: ArrayLike) -> Elements | None:
    """Return x with matrix · x = right, or None if there is none; where x is free, it is 0.

    Parameters
    ----------
    matrix, right
        Shapes (rows, columns) and (rows,).

    Returns
    -------
    Elements or None
        Shape (columns,); not 0 at pivot columns at most, which are the first that can be.

    Examples
    --------
    >>> solve([[1, 1], [1, 2]], [3, 0]).tolist(), solve([[1, 1], [1, 1]], [1, 0])
    ([2, 1], None)
    """
    left, wanted = as_elements("matrix", matrix), as_elements("right", right)
    if left.ndim != 2 or wanted.shape != left.shape[:1]:
        raise ValueError(f"right must have shape {left.shape[:1]}, got shape {wanted.shape}")
    rows, pivots = reduced(np.column_stack([left, wanted]))
    n_columns = left.shape[1]
    if n_columns in pivots:
        return None
    solution = np.zeros(n_columns, dtype=np.uint8)
    solution[list(pivots)] = rows[: len(pivots), n_columns]
    return solution
