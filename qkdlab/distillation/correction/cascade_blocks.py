"""The blocks of a Cascade pass, as Bob keeps them: where they are, and which of them are odd.

A pass puts the bits of the key into an order of its own and cuts it into blocks of neighbouring *places*. A
block is odd if Bob's parity of it differs from Alice's, so that it holds an odd number of errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_index

Positions = NDArray[np.int32 | np.int64]
"""Positions of bits in the key, or places in the order of a pass, shape (n,); an order itself is int32."""

_LANES = np.uint64(0x0101_0101_0101_0101)
"""A one in each byte of a 64-bit word."""


def prefix_parities(bits: Bits) -> Bits:
    """Return the parities of the first 0, 1, … n bits, shape (n + 1,).

    They are made eight at a time, in the bytes of 64-bit words: first within each word, by shifts, and then
    over the words.

    >>> prefix_parities(np.array([1, 1, 0, 1], dtype=np.uint8)).tolist()
    [0, 1, 0, 0, 1]
    """
    words = np.zeros(len(bits) // 8 + 1, dtype="<u8")  # in the lowest byte stands the first bit
    parities = words.view(np.uint8)
    parities[1 : len(bits) + 1] = bits
    for shift in (8, 16, 32):
        words ^= words << np.uint64(shift)
    last = np.bitwise_xor.accumulate(parities[7::8])
    words[1:] ^= last[: len(words) - 1] * _LANES
    return parities[: len(bits) + 1]


def odd_times(values: Positions) -> Positions:
    """Return the values that occur an odd number of times, each once, in ascending order.

    >>> odd_times(np.array([5, 3, 5, 4, 3, 3])).tolist()
    [3, 4]
    """
    values = np.sort(values)
    edge = np.ones(len(values) + 1, dtype=bool)  # where a run of equal values begins or ends
    np.not_equal(values[1:], values[:-1], out=edge[1:-1])
    edges = edge.nonzero()[0]
    odd: Positions = values[edges[:-1][np.diff(edges) % 2 == 1]]
    return odd


def _merged(many: Positions, few: Positions) -> Positions:
    """Return two ascending arrays as one."""
    merged = np.empty(len(many) + len(few), dtype=np.int64)
    is_old = np.ones(len(merged), dtype=bool)
    at = many.searchsorted(few) + np.arange(len(few))
    is_old[at] = False
    merged[at], merged[is_old] = few, many
    return merged


class Pass:
    """One order of the key, cut into blocks.

    Parameters
    ----------
    number
        The pass, from 0.
    order
        The position in the key of the bit at each place, shape (n,).
    bits
        Bob's key when the pass opens, shape (n,).

    Attributes
    ----------
    cuts
        The places where blocks begin or end, ascending, from 0 to n.
    odd
        The first places of the odd blocks, ascending.
    """

    def __init__(self, number: int, order: Positions, bits: Bits) -> None:
        self.number, self.order = number, order
        self.cuts: Positions = np.array([0, len(order)])
        self.odd: Positions = np.zeros(0, dtype=np.int64)
        self._prefix = prefix_parities(bits[order])
        self._is_fresh = True  # the prefix parities are those of Bob's key as it is now
        self._unseen: list[Positions] = []
        self._place: Positions | None = None

    def open(self, starts: Positions, told: Bits) -> NDArray[np.bool_]:
        """Cut the key at `starts`, and return in which of the blocks Bob's parity is not the one told."""
        self.cuts = np.append(starts, len(self.order))
        differ: NDArray[np.bool_] = self.parities(starts, self.cuts[1:]) != told
        self.odd = starts[differ]
        return differ

    def stops(self, starts: Positions) -> Positions:
        """Return where the blocks that begin at `starts` end."""
        return self.cuts[self.cuts.searchsorted(starts, "right")]

    def parities(self, starts: Positions, stops: Positions) -> Bits:
        """Return Bob's parities of the places [start, stop), each inside of a block that was refreshed."""
        return self._prefix[stops] ^ self._prefix[starts]

    def refresh(self, starts: Positions, stops: Positions, bits: Bits) -> None:
        """Bring the parities inside the blocks [start, stop) up to Bob's key as it is now."""
        if self._is_fresh:
            return
        lengths = stops - starts
        ends = lengths.cumsum()
        places = np.arange(lengths.sum()) + np.repeat(stops - ends, as_index(lengths))
        inside = bits[self.order[places]]
        # parities before each place: the place where a block ends belongs to the next one
        self._prefix[places] = np.bitwise_xor.accumulate(inside) ^ inside

    def note(self, flipped: Positions) -> None:
        """Keep in mind that Bob flipped the bits at these positions of the key."""
        self._unseen.append(flipped)
        self._is_fresh = False

    def catch_up(self) -> None:
        """Find the blocks that became odd, or even again, by the flips noted since."""
        if not self._unseen:
            return
        if self._place is None:
            self._place = np.empty_like(self.order)
            self._place[self.order] = np.arange(len(self.order), dtype=np.int32)
        places = self._place[np.concatenate(self._unseen)]
        self._toggle(self.cuts[self.cuts.searchsorted(places, "right") - 1])
        self._unseen.clear()

    def settle(self, starts: Positions, cuts: Sequence[Positions]) -> None:
        """Note that the blocks that begin at `starts` are even now, and cut blocks further at `cuts`."""
        self._toggle(starts)
        self._is_fresh = False
        if cuts:
            self.cuts = _merged(self.cuts, np.sort(np.concatenate(cuts)))

    def _toggle(self, starts: Positions) -> None:
        """Turn odd blocks even and even ones odd, each as often as it is named."""
        self.odd = odd_times(np.concatenate([self.odd, starts]))
