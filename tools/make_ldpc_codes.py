"""Make the codes in ``qkdlab/distillation/ldpc_matrices``: ``python tools/make_ldpc_codes.py`` (minutes).

Progressive edge growth: Hu, Eleftheriou and Arnold, IEEE Trans. Inf. Theory 51, 386 (2005). Columns take
their edges one after the other, each to a check as far away as the graph allows, and among these to one
with the fewest edges. The same code comes out on every machine: ties are broken by the raw 64-bit words
of PCG64, a stream that NumPy promises to keep.

Degrees for short codes, irregular as in Elkouss et al., arXiv:0901.2140, but with fewer columns of degree
2 than checks, so that no two frames differ in a handful of bits: see `column_degrees`.

The *puncture order* follows the idea of untainted puncturing (Elkouss, Martinez-Mateo and Martin, IEEE
Wireless Commun. Lett. 1, 585 (2012)): the next column is one whose checks hold the fewest punctured
columns already. A column that depends linearly on those before it is left out; what a syndrome tells
about the rest is then exactly one bit less for each punctured one.
"""

import argparse
from heapq import heapify, heappop, heappush
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TARGET = Path(__file__).resolve().parents[1] / "qkdlab" / "distillation" / "ldpc_matrices"
LENGTHS = (1024, 4096, 16384)
PERCENT_RATES = (50, 60, 70, 80, 85, 90)
SEED = 1962  # the year of Gallager's codes

Columns = list[NDArray[np.int64]]


class Ties:
    """A stream of whole numbers that is the same with every version of NumPy."""

    def __init__(self, *seed: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(seed))

    def below(self, count: int) -> int:
        """Return a whole number 0 … count - 1; the bias of the modulus, 2^-50, does not matter."""
        return int(self._bits.random_raw()) % count


def column_degrees(length: int, percent_rate: int) -> NDArray[np.int64]:
    """Return how many checks each column takes part in, ascending, shape (length,)."""
    rate = percent_rate / 100
    share_of_two = np.interp(rate, [0.5, 0.6, 0.7, 0.8, 0.9], [0.8, 0.75, 0.7, 0.6, 0.45]) * (1 - rate)
    if length < 2048:  # or frames that differ in a few bits would have the same syndrome
        share_of_two *= np.interp(rate, [0.6, 0.8], [1.0, 0.2])
    share_of_many = np.interp(rate, [0.5, 0.9], [0.15, 0.30])
    many = round(float(np.interp(rate, [0.5, 0.6, 0.8, 0.9], [16, 14, 11, 10])))
    two, high = round(share_of_two * length), round(share_of_many * length)
    return np.repeat([2, 3, many], [two, length - two - high, high])


def grow(degrees: NDArray[np.int64], n_checks: int, ties: Ties) -> Columns:
    """Return the checks of every column, by progressive edge growth."""
    n, widest = len(degrees), 2 * int(degrees.sum()) // n_checks + 8
    columns_of = np.full((n_checks, widest), n, dtype=np.int32)  # n stands for: none
    checks_of = np.full((n + 1, int(degrees.max())), n_checks, dtype=np.int32)
    filled = np.zeros(n_checks, dtype=np.int64)
    n_light = int(np.searchsorted(degrees, 3, "right"))  # columns of at most three checks, to save time
    for column, degree in enumerate(degrees.tolist()):
        for edge in range(degree):
            far = np.ones(n_checks, dtype=bool)
            if edge:
                far = _farthest(column, columns_of, checks_of, filled, n_light)
            candidates = np.flatnonzero(far)
            weights = filled[candidates]
            candidates = candidates[weights == weights.min()]
            check = int(candidates[ties.below(len(candidates))])
            checks_of[column, edge] = check
            columns_of[check, filled[check]] = column
            filled[check] += 1
    return [np.sort(row[row < n_checks]) for row in checks_of[:n]]


def _farthest(
    column: int,
    columns_of: NDArray[np.int32],
    checks_of: NDArray[np.int32],
    filled: NDArray[np.int64],
    n_light: int,
) -> NDArray[np.bool_]:
    """Return the checks that the column does not reach, or reaches last."""
    n_checks, widest = len(filled), int(filled.max())
    reached = np.zeros(n_checks + 1, dtype=bool)
    reached[-1] = True
    seen = np.zeros(len(checks_of), dtype=bool)
    seen[[column, -1]] = True
    frontier = checks_of[column][checks_of[column] < n_checks]
    reached[frontier] = True
    while True:
        met = np.zeros_like(seen)
        met[columns_of[frontier, :widest]] = True
        met &= ~seen
        seen |= met
        near = np.flatnonzero(met)
        new = np.zeros_like(reached)
        light = np.searchsorted(near, n_light)
        new[checks_of[near[:light], :3]] = True
        new[checks_of[near[light:]]] = True
        new &= ~reached
        before, reached = reached, reached | new
        frontier = np.flatnonzero(new)
        if not len(frontier):  # the tree ends with checks out of reach
            return ~reached[:-1]
        if reached.all():
            return ~before[:-1]


def puncture_order(columns: Columns, n_checks: int, n_wanted: int, ties: Ties) -> NDArray[np.int64]:
    """Return columns to puncture, the best first, linearly independent; at most `n_wanted`."""
    burden = np.zeros(n_checks, dtype=np.int64)
    basis: dict[int, int] = {}
    order: list[int] = []

    def cost(column: int) -> int:
        """A factor 2 for each check, and 3, 4 … instead if it holds one, two … punctured columns already."""
        return int((burden[columns[column]] + 2).prod())

    heap = [(cost(column), ties.below(2**48), column) for column in range(len(columns))]
    heapify(heap)
    while heap and len(order) < n_wanted:
        before, tie, column = heappop(heap)
        if (now := cost(column)) > before:  # dearer since it was put there
            heappush(heap, (now, tie, column))
        elif _independent(columns[column], basis):
            burden[columns[column]] += 1
            order.append(column)
    return np.array(order, dtype=np.int64)


def _independent(checks: NDArray[np.int64], basis: dict[int, int]) -> bool:
    """Add a column to a basis over GF(2), keyed by the highest check; was it independent?"""
    vector = sum(1 << int(check) for check in checks)
    while vector:
        top = vector.bit_length()
        if top not in basis:
            basis[top] = vector
            return True
        vector ^= basis[top]
    return False


def make(length: int, percent_rate: int) -> dict[str, NDArray[np.uint16]]:
    """Return the arrays of one code, as they are saved."""
    n_checks = round(length * (100 - percent_rate) / 100)
    ties = Ties(SEED, length, percent_rate)
    columns = grow(column_degrees(length, percent_rate), n_checks, ties)
    n_wanted = min(length // 10, n_checks // 2)
    return {
        f"checks_{percent_rate}": np.concatenate(columns).astype(np.uint16),
        f"degrees_{percent_rate}": np.array([len(checks) for checks in columns], dtype=np.uint16),
        f"puncture_{percent_rate}": puncture_order(columns, n_checks, n_wanted, ties).astype(np.uint16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    TARGET.mkdir(exist_ok=True)
    for length in parser.parse_args().lengths:
        arrays: dict[str, NDArray[np.uint16]] = {}
        for percent_rate in PERCENT_RATES:
            arrays |= make(length, percent_rate)
        path = TARGET / f"peg_{length}.npz"
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
