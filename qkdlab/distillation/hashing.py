"""Toeplitz hashing over GF(2), by fast convolution: the 2-universal family of this lab.

A Toeplitz matrix T with T[i, j] = s[i - j + n - 1] is fixed by a seed s of n + m - 1 bits; the hash
of x is T x mod 2. Two different inputs collide with probability at most 2^-m over the seed (Mansour,
Nisan and Tiwari 1993; Krawczyk, CRYPTO '94). Verification and privacy amplification both use it.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from ..errors import PrecisionError
from ..values import Bits, as_bits, check_count, read_only


def draw_seed(n_bits: int, n_hash: int, rng: np.random.Generator) -> Bits:
    """Return a uniformly random seed that hashes `n_bits` to `n_hash` bits, shape (n_bits + n_hash - 1,)."""
    check_count("n_bits", n_bits, minimum=1)
    check_count("n_hash", n_hash, minimum=1)
    return rng.integers(0, 2, n_bits + n_hash - 1, dtype=np.uint8)


def toeplitz_hash(bits: Bits, seed: Bits) -> Bits:
    """Return the Toeplitz hash of `bits` under `seed`.

    Parameters
    ----------
    bits
        Input, uint8, shape (n,), n ≥ 1.
    seed
        uint8, shape (n + m - 1,), m ≥ 1.

    Returns
    -------
    uint8 array, shape (m,), read-only.

    Raises
    ------
    ValueError
        If the seed is shorter than the input.
    PrecisionError
        If a sum of the convolution is 0.25 or more from a whole number; with 64-bit floats it is
        4.7e-10 at n = 10⁷.

    >>> toeplitz_hash([1, 0, 1], [0, 1, 1, 0]).tolist()
    [1, 1]
    """
    x, s = as_bits("bits", bits), as_bits("seed", seed)
    n, n_hash = len(x), len(s) - len(x) + 1
    if n < 1 or n_hash < 1:
        raise ValueError(f"seed must be at least as long as the input of {n} bits, got {len(s)}")
    # cyclic length n + m - 1 is enough: what wraps around lands on indices below n - 1
    size = next_fast_len(len(s), real=True)
    sums = irfft(rfft(s.astype(float), size) * rfft(x.astype(float), size), size)[n - 1 : len(s)]
    whole = np.rint(sums)
    if not (error := float(np.max(np.abs(sums - whole)))) < 0.25:  # refuses NaN as well
        raise PrecisionError(f"Toeplitz hash of {n} bits is off whole numbers by {error:.2g}")
    return read_only(whole.astype(np.int64) & 1, np.uint8)
