"""What belief propagation leaves: a few parities amiss, put right by changing the least certain bits.

Short cycles of a code's graph can hold the beliefs in a handful of wrong bits, for good. They know it: the
bits are among the least certain of the frame. Which of these are to change is a system of linear equations,
one for each parity that was told. With few unknowns, taken in the order of certainty, it has at most one
solution, and the least certain bits that have one give it (*ordered statistics*; Fossorier and Lin, IEEE
Trans. Inf. Theory 41, 1379 (1995); after belief propagation, Panteleev and Kalachev, Quantum 5, 585 (2021)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_index
from .ldpc_codes import Indices, LdpcCode

MOST_AMISS = (64, 1 / 64)
"""How many parities may be amiss, and which share of those told: with more, too many bits are wrong."""

MOST_BITS = (400, 1 / 16)
"""How many bits are looked at, and how many for each parity told: with more, wrong changes fit as well."""

LEAST_LIKELY = 30.0
"""ln of how many times less likely the errors may become by the change."""


def _most(limits: tuple[int, float], split: NDArray[np.bool_]) -> int:
    number, share = limits
    return min(number, int(share * (len(split) + np.count_nonzero(split))))


def few_amiss(split: NDArray[np.bool_], amiss: Bits) -> bool:
    """Return whether so few parities are amiss that a few wrong bits explain it, see `mend`."""
    return int(np.count_nonzero(amiss)) <= _most(MOST_AMISS, split)


def mend(code: LdpcCode, split: NDArray[np.bool_], amiss: Bits, certainty: NDArray[np.float32]) -> Indices:
    """Return the bits to change so that no told parity is amiss, int64, shape (n_flips,); none if not found.

    Parameters
    ----------
    code
        The code.
    split
        Which pairs of checks are split, bool, shape (m / 2,).
    amiss
        The parities that the errors do not have, see `belief_propagation.Told.amiss`: uint8, (2, m / 2).
    certainty
        The larger, the more certain a bit is, float32, shape (n,); infinite for one that may not change.
    """
    n_bits = min(_most(MOST_BITS, split), int(np.count_nonzero(np.isfinite(certainty))))
    bits = np.argsort(certainty, kind="stable")[:n_bits]
    wanted = np.flatnonzero(amiss)
    checks, columns = _ones(code, split, bits)
    places = np.unique(np.concatenate([wanted, checks]), return_inverse=True)[1] + n_bits
    # a bit is an integer: its upper digits say which parities change with it, the lower ones which bit it is
    left = sum(1 << place for place in places[: len(wanted)].tolist())
    vectors = [1 << column for column in range(n_bits)]
    for column, place in zip(columns.tolist(), places[len(wanted) :].tolist(), strict=True):
        vectors[column] ^= 1 << place
    basis: dict[int, int] = {}  # by the highest parity
    for vector in vectors:
        rest = _reduced(vector, basis)
        if rest.bit_length() > n_bits:
            basis[rest.bit_length()] = rest
            left = _reduced(left, basis)
        if left.bit_length() <= n_bits:
            flips = bits[[column for column in range(n_bits) if left >> column & 1]]
            return flips[: len(flips) if certainty[flips].sum() <= LEAST_LIKELY else 0]
    return bits[:0]


def _reduced(vector: int, basis: dict[int, int]) -> int:
    """Return a vector less those of the basis that take away its highest digits."""
    while (height := vector.bit_length()) in basis:
        vector ^= basis[height]
    return vector


def _ones(code: LdpcCode, split: NDArray[np.bool_], bits: Indices) -> tuple[Indices, Indices]:
    """Return the told parities of bits, as places in (2, m / 2), and to which of the bits each belongs."""
    firsts, seconds = code.by_pairs(np.arange(code.n_checks))
    pairs = np.arange(len(split))
    place = np.empty(code.n_checks, dtype=np.int64)
    place[firsts], place[seconds] = pairs, np.where(split, len(split) + pairs, pairs)
    order = np.full(code.n_bits, -1)
    order[bits] = np.arange(len(bits))
    checks, columns = [], []
    for row, layer in enumerate(code.layers):
        edges, lifts = np.nonzero(order.take(as_index(layer)) >= 0)
        checks.append(place[row * code.lift + lifts])
        columns.append(order[layer[edges, lifts]])
    return np.concatenate(checks), np.concatenate(columns)
