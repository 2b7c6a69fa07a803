"""Cyclic convolution in whole numbers alone: a Fourier transform modulo a prime, with nothing to round.

Modulo p = 998244353 = 119 · 2²³ + 1 the powers of a root of order 2ᵏ, k ≤ 23, take the place of the complex
roots of unity (Pollard, Math. Comp. 25, 365 (1971)). Sums below p come out as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import shown

PRIME = 998_244_353
"""The modulus, below 2³⁰, so that products fit in 64 bits."""
LARGEST_SIZE = 1 << 23
"""The longest transform: the largest power of two that divides p - 1."""
_GENERATOR = 3
"""Its powers are all numbers from 1 to p - 1."""

Residues = NDArray[np.uint64]


def convolve(first: ArrayLike, second: ArrayLike, size: int) -> NDArray[np.int64]:
    """Return the cyclic convolution modulo `PRIME`: Σⱼ first[j] second[i - j], the index taken modulo `size`.

    Parameters
    ----------
    first, second
        Whole numbers from 0 to p - 1, shape (n,), n ≤ `size`; padded with zeros.
    size
        A power of two, at most `LARGEST_SIZE`.

    Returns
    -------
    int64 array, shape (size,).

    Raises
    ------
    ValueError
        If `size` is another number or shorter than an input, or a value is no such number.

    Examples
    --------
    >>> convolve([1, 2, 3], [0, 1], 4).tolist()
    [0, 1, 2, 3]
    """
    if not 1 <= size <= LARGEST_SIZE or size & (size - 1):
        raise ValueError(f"size must be a power of two and at most {LARGEST_SIZE}, got {shown(size)}")
    roots = _powers(pow(_GENERATOR, (PRIME - 1) // size, PRIME), size // 2)
    spectrum = _transformed(_padded(first, size), roots)
    spectrum = _product(spectrum, _transformed(_padded(second, size), roots))
    return _restored(spectrum, roots).astype(np.int64)


def _padded(values: ArrayLike, size: int) -> Residues:
    given = np.asarray(values)
    if len(given) > size:
        raise ValueError(f"size must be at least the input's {len(given)}, got {shown(size)}")
    if (bad := ~((given >= 0) & (given < PRIME))).any():
        raise ValueError(f"values must be from 0 to {PRIME - 1}, got {shown(given[np.argmax(bad)].item())}")
    padded = np.zeros(size, dtype=np.uint64)
    padded[: len(given)] = given
    return padded


def _product(first: Residues, second: Residues | np.uint64) -> Residues:
    """Return products modulo p; NumPy divides by a constant faster than it takes remainders."""
    product: Residues = first * second
    quotient = product // np.uint64(PRIME)
    quotient *= np.uint64(PRIME)
    product -= quotient
    return product


def _reduced(sums: Residues) -> Residues:
    """Return numbers below 2 p modulo p, in place: below p, the difference wraps around and is larger."""
    return np.asarray(np.minimum(sums, sums - np.uint64(PRIME), out=sums))


def _powers(root: int, n: int) -> Residues:
    """Return 1, root, root² …, shape (max(n, 1),), n a power of two or 0."""
    powers = np.ones(max(n, 1), dtype=np.uint64)
    known = 1
    while known < n:
        powers[known : 2 * known] = _product(powers[:known], np.uint64(pow(root, known, PRIME)))
        known *= 2
    return powers


def _transformed(values: Residues, roots: Residues) -> Residues:
    """Return the transform, in bit-reversed order.

    Each step takes the two halves apart into the even frequencies, their sum, and the odd ones, their
    difference times the powers of the root; laid down in turns, every step has the same shape (Pease, J. ACM
    15, 252 (1968)).
    """
    half = len(values) // 2
    for step in range(len(values).bit_length() - 1):
        low, high = values[:half], values[half:]
        values = np.empty_like(values)
        values[0::2] = _reduced(low + high)
        values[1::2] = _product(low + (np.uint64(PRIME) - high), _stretched(roots, step))
    return values


def _restored(spectrum: Residues, roots: Residues) -> Residues:
    """Return what a transform in bit-reversed order belongs to: the same steps backwards."""
    size = len(spectrum)
    inverse = np.empty_like(roots)  # of root^j: -root^(n / 2 - j)
    inverse[0], inverse[1:] = 1, np.uint64(PRIME) - roots[:0:-1]
    for step in reversed(range(size.bit_length() - 1)):
        even, odd = spectrum[0::2], _product(spectrum[1::2], _stretched(inverse, step))
        spectrum = np.empty_like(spectrum)
        spectrum[: size // 2] = _reduced(even + odd)
        spectrum[size // 2 :] = _reduced(even + (np.uint64(PRIME) - odd))
    return _product(spectrum, np.uint64(pow(size, -1, PRIME)))


def _stretched(roots: Residues, step: int) -> Residues:
    """Return the powers that a step needs: each 2^step-th, 2^step times."""
    return np.repeat(roots[:: 1 << step], 1 << step)
