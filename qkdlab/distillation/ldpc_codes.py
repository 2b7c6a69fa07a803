"""The LDPC codes that come with the package: sparse parity checks, and which bits to puncture first.

A code of length n is m parity checks of n bits, each of few of them: the syndrome of a frame is its m
parities. The codes were grown edge by edge (PEG) by ``tools/make_ldpc_codes.py``, which makes the same
ones again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, check_choice, read_only

Indices = NDArray[np.int64]

LENGTHS = (1024, 4096, 16384)
"""The lengths of the codes, in bits."""

RATES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
"""The rates 1 - m / n of the codes, of every length."""

_FOLDER = Path(__file__).parent / "ldpc_matrices"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class LdpcCode:
    """A sparse parity-check matrix H, m × n, as the graph of its ones.

    Parameters
    ----------
    n_bits, n_checks
        Length n of a frame, and m of its syndrome.
    degrees
        In how many checks each bit takes part, at least 1 and ascending, int64, shape (n,).
    checks
        These checks, bit after bit, int64, shape (n_edges,).
    puncture_order
        Bits to puncture, the best first, int64, shape (n_puncturable,). Their columns of H are linearly
        independent over GF(2), see `SyndromeOracle` for why this matters.

    Two arrays follow: `bits_of_checks`, int64, shape (w, m), has the bits of each check, filled up with n
    to the w of the longest; and `slots`, shape (n_edges,), has where each edge of `checks` stands in it,
    as an index of the flattened array.

    >>> code = LdpcCode(n_bits=3, n_checks=2, degrees=[1, 1, 2], checks=[0, 1, 0, 1], puncture_order=[0])
    >>> code.syndrome(np.array([1, 0, 1], dtype=np.uint8)).tolist()
    [0, 1]
    """

    n_bits: int
    n_checks: int
    degrees: Indices
    checks: Indices
    puncture_order: Indices
    bits_of_checks: Indices = field(init=False)
    slots: Indices = field(init=False)

    def __post_init__(self) -> None:
        for name in ("degrees", "checks", "puncture_order"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.int64))
        if len(self.degrees) != self.n_bits or np.any(np.diff(self.degrees, prepend=1) < 0):
            raise ValueError(f"degrees must be {self.n_bits} ascending numbers from 1, got {self.degrees!r}")
        if len(self.checks) != self.degrees.sum() or not np.all(self.checks < self.n_checks):
            raise ValueError(
                f"checks must be {self.degrees.sum()} numbers below {self.n_checks}, got {self.checks!r}"
            )
        bits = np.repeat(np.arange(self.n_bits), self.degrees)
        weights = np.bincount(self.checks, minlength=self.n_checks)
        order = np.argsort(self.checks, kind="stable")
        rows = np.empty_like(bits)
        rows[order] = np.arange(len(bits)) - np.repeat(np.cumsum(weights) - weights, weights)
        table = np.full((int(weights.max(initial=0)), self.n_checks), self.n_bits)
        table[rows, self.checks] = bits
        object.__setattr__(self, "bits_of_checks", read_only(table))
        object.__setattr__(self, "slots", read_only(rows * self.n_checks + self.checks))

    @property
    def rate(self) -> float:
        """The share 1 - m / n."""
        return 1 - self.n_checks / self.n_bits

    def syndrome(self, frames: Bits) -> Bits:
        """Return the parities, shape (m,) or (m, n_frames), of `frames`, uint8, (n,) or (n, n_frames)."""
        padded = np.zeros((self.n_bits + 1, *frames.shape[1:]), dtype=np.uint8)
        padded[:-1] = frames
        parities = np.zeros((self.n_checks, *frames.shape[1:]), dtype=np.uint8)
        for bits in self.bits_of_checks:
            parities ^= padded[bits]
        return parities

    def __repr__(self) -> str:
        return f"LdpcCode({self.n_bits} bits, {self.n_checks} checks)"


@cache
def get_code(n_bits: int, rate: float) -> LdpcCode:
    """Return the code of a length and rate.

    Parameters
    ----------
    n_bits
        One of `LENGTHS`.
    rate
        One of `RATES`.

    >>> get_code(1024, 0.9)
    LdpcCode(1024 bits, 102 checks)
    """
    check_choice("n_bits", n_bits, LENGTHS)
    percent = round(100 * check_choice("rate", rate, RATES))
    with np.load(_FOLDER / f"peg_{n_bits}.npz") as arrays:
        return LdpcCode(
            n_bits=n_bits,
            n_checks=round(n_bits * (100 - percent) / 100),
            degrees=arrays[f"degrees_{percent}"],
            checks=arrays[f"checks_{percent}"],
            puncture_order=arrays[f"puncture_{percent}"],
        )
