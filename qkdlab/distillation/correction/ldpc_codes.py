"""The LDPC codes: sparse parity checks of any length, grown from a seed, and how many of them to tell.

A code is m parity checks of n bits, each of few of them: the syndrome of a frame is its m parities. It
follows from a *base graph* (a protograph; Thorpe, IPN Progress Report 42-154 (2003)): 32 rows, columns, and
edges that say which columns are checked together. Rows and columns are then taken `lift` times, and each edge
becomes a permutation of so many. The same codes come out on every machine: they are drawn with the raw 64-bit
words of PCG64, a stream that NumPy promises to keep.

How many columns have which degree follows from density evolution (Richardson, Shokrollahi and Urbanke, IEEE
Trans. Inf. Theory 47, 619 (2001)), by linear programming for the binary symmetric channel with two of five
pairs joined. The columns of degree 2 are a path through the rows: they alone make no cycle, so that no two
frames differ in a handful of them.

Checks come in *pairs*, half a lift apart in the same row, which have no bit in common. At first the sum of
the two is told, a check of both their bits; telling one of them splits the pair (Varodayan, Aaron and Girod,
Signal Process. 86, 3123 (2006)). A code can so tell any number of parities from m / 2 to m, and each that is
told leaks one bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_index, check_choice, check_count, read_only

Indices = NDArray[np.int64]

N_ROWS = 32
"""Rows of every base graph."""

N_COLUMNS = (
    1066, 955, 853, 763, 683, 611, 546, 488, 437, 391, 350, 313, 280, 250, 224,
    200, 179, 160, 143, 128, 115, 103, 92, 82, 73, 66, 59, 53, 50, 47,
)  # fmt: skip
"""Columns of the base graphs. The rates 1 - 32 / N_COLUMNS go from 0.97 to 0.32, in small steps, for codes
are at their best with about two of five pairs joined."""

SEED = 1962  # the year of Gallager's codes

DEGREES = (2, 3, 6, 9, 13, 18, 25)
SHARES = {
    0.029: (0.0264, 0.4600, 0.1454, 0.2093, 0.0, 0.1196, 0.0394),
    0.066: (0.0593, 0.4652, 0.1287, 0.1902, 0.0, 0.0, 0.1565),
    0.110: (0.0989, 0.4960, 0.0623, 0.2202, 0.0, 0.0729, 0.0497),
    0.192: (0.1712, 0.4550, 0.1284, 0.1250, 0.0, 0.1197, 0.0006),
    0.328: (0.2669, 0.4083, 0.1198, 0.0843, 0.0974, 0.0234, 0.0),
    0.544: (0.3488, 0.4079, 0.0268, 0.2038, 0.0127, 0.0, 0.0),
    0.759: (0.4194, 0.3662, 0.1272, 0.0871, 0.0, 0.0, 0.0),
}
"""By m / n, which share of the columns has these degrees."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class LdpcCode:
    """A sparse parity-check matrix H, m × n, as the graph of its ones.

    Parameters
    ----------
    rows, columns
        The edges of the base graph, row after row, int64, shape (n_edges,).
    permutations
        Check z of the row has this bit of the column, 0 … lift - 1, shape (n_edges, lift).
    n_rows, n_columns
        Size of the base graph.
    lift
        Bits of each column and checks of each row, even. So n = n_columns · lift, and m = n_rows · lift.

    Notes
    -----
    Two fields follow: `layers` has for each row the bits of its checks, intp, shape (w, lift), all of them
    different; `split_rank`, int64, shape (m / 2,), says which pair is split first, second, …: the rows take
    turns.

    >>> edges = {"rows": [0, 0, 1], "columns": [0, 1, 1], "permutations": [[0, 1], [1, 0], [0, 1]]}
    >>> code = LdpcCode(**edges, n_rows=2, n_columns=2, lift=2)
    >>> code.syndrome(np.array([1, 0, 0, 1], dtype=np.uint8)).tolist()
    [0, 0, 0, 1]
    """

    rows: Indices
    columns: Indices
    permutations: Indices
    n_rows: int
    n_columns: int
    lift: int
    layers: tuple[Indices, ...] = field(init=False)
    split_rank: Indices = field(init=False)

    def __post_init__(self) -> None:
        for name in ("rows", "columns", "permutations"):
            object.__setattr__(self, name, read_only(getattr(self, name), np.int64))
        if len({*zip(self.rows.tolist(), self.columns.tolist(), strict=True)}) != len(self.rows):
            raise ValueError("columns must differ within a row of the base graph, got one twice")
        bits = self.permutations + self.lift * self.columns[:, np.newaxis]
        layers = tuple(read_only(bits[self.rows == row], np.intp) for row in range(self.n_rows))
        object.__setattr__(self, "layers", layers)
        n_pairs = self.n_checks // 2
        order = np.argsort(np.arange(n_pairs) * (sqrt(5) - 1) / 2 % 1, kind="stable")  # evenly spread
        object.__setattr__(self, "split_rank", read_only(np.argsort(order)))

    @property
    def n_bits(self) -> int:
        """Length n of a frame."""
        return self.n_columns * self.lift

    @property
    def n_checks(self) -> int:
        """Length m of its syndrome."""
        return self.n_rows * self.lift

    @property
    def rate(self) -> float:
        """The share 1 - m / n."""
        return 1 - self.n_checks / self.n_bits

    def syndrome(self, frames: Bits) -> Bits:
        """Return the parities, shape (m,) or (m, n_frames), of `frames`, uint8, (n,) or (n, n_frames)."""
        layers = (frames.take(as_index(bits), axis=0) for bits in self.layers)
        return np.concatenate([np.bitwise_xor.reduce(said, axis=0) for said in layers])

    def by_pairs(self, checks: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return what belongs to the checks, shape (m, …), by pairs: first and second, (2, m / 2, …)."""
        halves = checks.reshape(self.n_rows, 2, self.lift // 2, *checks.shape[1:])
        return np.swapaxes(halves, 0, 1).reshape(2, self.n_checks // 2, *checks.shape[1:])

    def __repr__(self) -> str:
        return f"LdpcCode({self.n_bits} bits, {self.n_checks} checks)"


def column_degrees(n_columns: int) -> Indices:
    """Return how many rows each column of a base graph has edges in, ascending, shape (n_columns,)."""
    density = N_ROWS / n_columns
    at, columns = np.log(list(SHARES)), np.array(list(SHARES.values())).T
    shares = np.array([np.interp(np.log(density), at, column) for column in columns])
    shares[0] = min(float(shares[0]), 0.9 * density)
    shares[1:] *= (1 - shares[0]) / shares[1:].sum()
    ends = np.rint(n_columns * np.cumsum(shares)).astype(np.int64)
    return np.repeat(DEGREES, as_index(np.diff(ends, prepend=0)))


def _part(first: Indices, last: Indices) -> Indices:
    """Return a permutation in place of `last` that joins no two bits which `first` joins.

    Where all rows of a column join the same two bits, these may both be wrong and no joined check would tell.
    Here all bits of the column are one ring, in which the one permutation joins every other pair of
    neighbours, and the other those between.
    """
    half = len(first) // 2
    order, joined = last[last < half], np.empty_like(first)
    joined[order], joined[order + half] = first[half:], np.roll(first[:half], -1)
    return joined


@lru_cache(maxsize=8)
def get_code(n_columns: int, lift: int) -> LdpcCode:
    """Return the code of a base graph and a lift.

    Parameters
    ----------
    n_columns
        One of `N_COLUMNS`.
    lift
        Even, at least 2.

    Examples
    --------
    >>> get_code(143, 100)
    LdpcCode(14300 bits, 3200 checks)
    """
    check_choice("n_columns", n_columns, N_COLUMNS)
    if check_count("lift", lift, minimum=2) % 2:
        raise ValueError(f"lift must be even, got {lift!r}")
    words = np.random.PCG64(np.random.SeedSequence([SEED, n_columns]))
    filled, edges = np.zeros(N_ROWS, dtype=np.int64), []
    taken: set[frozenset[int]] = set()  # no two columns in the same rows: some pairs of bits would be alike
    for column, degree in enumerate(column_degrees(n_columns).tolist()):
        fewest = np.lexsort((words.random_raw(N_ROWS), filled)).tolist()  # rows with the fewest edges first
        chosen = (column, column + 1) if degree == 2 else ()
        rows = chosen or next(rows for rows in combinations(fewest, degree) if frozenset(rows) not in taken)
        taken.add(frozenset(rows))
        filled[list(rows)] += 1
        edges += [(row, column) for row in rows]
    rows, columns = np.array(sorted(edges)).T
    words = np.random.PCG64(np.random.SeedSequence([SEED, n_columns, lift]))
    permutations = words.random_raw(len(rows) * lift).reshape(-1, lift).argsort(axis=1, kind="stable")
    for column in range(int(np.searchsorted(column_degrees(n_columns), 3, "right"))):
        first, *_, last = np.flatnonzero(columns == column)
        permutations[last] = _part(permutations[first], permutations[last])
    return LdpcCode(
        rows=rows,
        columns=columns,
        permutations=permutations,
        n_rows=N_ROWS,
        n_columns=n_columns,
        lift=lift,
    )
