"""Toeplitz hashing over GF(2), by fast convolution: the 2-universal family of this lab.

A Toeplitz matrix T with T[i, j] = s[i - j + n - 1] is fixed by a seed s of n + m - 1 bits; the hash
of x is T x mod 2. Two different inputs collide with probability at most 2^-m over the seed (Mansour,
Nisan and Tiwari 1993; Krawczyk, CRYPTO '94). Privacy amplification uses it.
"""

from __future__ import annotations

from collections import deque
from typing import Literal, get_args

import numpy as np
import scipy
from numpy.typing import NDArray

from ...errors import PrecisionError
from ...values import Bits, as_bits, check_choice, check_count, read_only
from .number_theoretic import LARGEST_SIZE, convolve

Method = Literal["fft", "exact"]
"""How sums are convolved: with 64-bit floats and rounding, or with whole numbers alone."""

_LARGEST_SINGLE = 1 << 19
"""Seeds up to this length are transformed in one piece."""
_BLOCK = 1 << 17
"""Longer ones in blocks of this many bits: spectra of 2 MB."""
_GROUP = 4
"""Blocks of the output that are summed at once: twice as many spectra are held."""


def draw_seed(n_bits: int, n_hash: int, rng: np.random.Generator) -> Bits:
    """Return a uniformly random seed that hashes `n_bits` to `n_hash` bits, shape (n_bits + n_hash - 1,)."""
    check_count("n_bits", n_bits, minimum=1)
    check_count("n_hash", n_hash, minimum=1)
    return rng.integers(0, 2, n_bits + n_hash - 1, dtype=np.uint8)


def toeplitz_hash(bits: Bits, seed: Bits, *, method: Method = "fft") -> Bits:
    """Return the Toeplitz hash of `bits` under `seed`.

    Both methods give the same bits. ``"fft"`` rounds, and refuses to where it could be wrong. ``"exact"``
    has nothing to round, so that no argument about floating point is needed where a key must not depend on
    one; it is several times slower, and for seeds of up to 2²³ bits.

    Parameters
    ----------
    bits
        Input, uint8, shape (n,), n ≥ 1.
    seed
        uint8, shape (n + m - 1,), m ≥ 1.
    method
        ``"fft"`` or ``"exact"``.

    Returns
    -------
    uint8 array, shape (m,), read-only.

    Raises
    ------
    ValueError
        If the seed is shorter than the input, or longer than 2²³ bits for the exact method.
    PrecisionError
        If a sum of the convolution is 0.25 or more from a whole number; with 64-bit floats it is
        below 1e-9 at n = 10⁷.

    Examples
    --------
    >>> toeplitz_hash([1, 0, 1], [0, 1, 1, 0]).tolist()
    [1, 1]
    """
    as_bits("bits", bits)  # checks; the copies are not kept, for they would be a third of the memory
    as_bits("seed", seed)
    x, s = np.asarray(bits), np.asarray(seed)
    n, n_hash = len(x), len(s) - len(x) + 1
    if n < 1 or n_hash < 1:
        raise ValueError(f"seed must be at least as long as the input of {n} bits, got {len(s)}")
    if check_choice("method", method, get_args(Method)) == "exact":
        return _hash_exactly(x, s)
    if len(s) > _LARGEST_SINGLE:
        return _hash_in_blocks(x, s)
    # cyclic length n + m - 1 is enough: what wraps around lands on indices below n - 1
    size = scipy.fft.next_fast_len(len(s), real=True)
    product = scipy.fft.rfft(s.astype(float), size) * scipy.fft.rfft(x.astype(float), size)
    sums = scipy.fft.irfft(product, size)[n - 1 : len(s)]
    return read_only(_parities(sums, n), np.uint8)


def modified_toeplitz_hash(bits: Bits, seed: Bits, n_hash: int, *, method: Method = "fft") -> Bits:
    """Return the hash of `bits` under the matrix (T, 1): a Toeplitz matrix beside the identity.

    The last m bits are added to the Toeplitz hash of the n - m others, so that the seed has n - 1
    bits instead of n + m - 1. The family is still 2-universal. Inputs that differ among the first
    n - m bits collide with probability 2^-m, as T maps the difference to a uniform value; inputs
    that differ among the last m bits alone never collide. (Hayashi, IEEE Trans. Inf. Theory 57,
    3989 (2011), arXiv:0904.0308; Hayashi and Tsurumaru, arXiv:1311.5322.)

    Parameters
    ----------
    bits
        Input, uint8, shape (n,).
    seed
        uint8, shape (n - 1,), of which T is made as in `toeplitz_hash`.
    n_hash
        Length m of the hash, 1 ≤ m < n.
    method
        As in `toeplitz_hash`.

    Returns
    -------
    uint8 array, shape (m,), read-only.

    Raises
    ------
    ValueError
        If the hash is not shorter than the input, or the seed has another length, or one that the exact
        method has no room for.
    PrecisionError
        As `toeplitz_hash`.

    Examples
    --------
    >>> modified_toeplitz_hash([1, 0, 1, 1], [0, 1, 1], 2).tolist()
    [0, 0]
    """
    check_count("n_hash", n_hash, minimum=1)
    x = as_bits("bits", bits)
    if not n_hash < len(x):
        raise ValueError(f"n_hash must be below the input's {len(x)} bits, got {n_hash}")
    if len(seed) != len(x) - 1:
        raise ValueError(f"seed must have {len(x) - 1} bits, got {len(seed)}")
    return read_only(toeplitz_hash(x[:-n_hash], seed, method=method) ^ x[-n_hash:], np.uint8)


def _hash_exactly(x: NDArray[np.uint8], s: NDArray[np.uint8]) -> Bits:
    """Return the Toeplitz hash by whole numbers; sums are at most n, which is below the modulus."""
    if len(s) > LARGEST_SIZE:
        raise ValueError(f"seed must have at most {LARGEST_SIZE} bits for the exact method, got {len(s)}")
    size = 1 << (len(s) - 1).bit_length()
    return read_only(convolve(s, x, size)[len(x) - 1 : len(s)] & 1, np.uint8)


def _parities(sums: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Return the whole numbers next to the sums for an input of n bits, mod 2, or refuse."""
    whole = np.rint(sums)
    if not (error := float(np.max(np.abs(sums - whole)))) < 0.25:  # refuses NaN as well
        raise PrecisionError(f"Toeplitz hash of {n} bits is off whole numbers by {error:.2g}")
    return whole.astype(np.int64) & 1


def _hash_in_blocks(x: NDArray[np.uint8], s: NDArray[np.uint8]) -> Bits:
    """Return the Toeplitz hash block by block, in memory that does not grow with the input.

    A block of T depends on its row less its column alone. So with each step along the columns, the
    rows of a group pass their spectra on, and only one is new. Products are summed as spectra.
    """
    n, n_hash, size = len(x), len(s) - len(x) + 1, 2 * _BLOCK
    hashed = np.empty(n_hash, dtype=np.uint8)

    def spectrum(offset: int) -> NDArray[np.complex128]:
        # cyclic length 2c is enough: what wraps around lands on the first half, which is not read
        start = offset + n - 1 - _BLOCK
        first = max(start, 0)
        piece = np.zeros(size)
        known = s[first : start + size]
        piece[first - start : first - start + len(known)] = known
        return np.asarray(scipy.fft.rfft(piece), dtype=np.complex128)

    for top in range(0, n_hash, _GROUP * _BLOCK):
        rows = range(top, min(top + _GROUP * _BLOCK, n_hash), _BLOCK)
        totals = np.zeros((len(rows), _BLOCK + 1), dtype=np.complex128)
        # the matrix's blocks in a column of blocks, from the top
        column = deque((spectrum(row) for row in rows[1:]), maxlen=len(rows))
        for left in range(0, n, _BLOCK):
            if len(column) == len(rows):
                column.pop()
            column.appendleft(spectrum(top - left))
            factor = scipy.fft.rfft(x[left : left + _BLOCK].astype(float), size)
            for total, block in zip(totals, column, strict=True):
                np.add(total, block * factor, out=total)
        for row, total in zip(rows, totals, strict=True):
            end = min(row + _BLOCK, n_hash)
            hashed[row:end] = _parities(scipy.fft.irfft(total, size)[_BLOCK : _BLOCK + end - row], n)
    hashed.setflags(write=False)
    return hashed
