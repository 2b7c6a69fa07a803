"""Key pools: the keys that a link has made for one direction, and what becomes of them.

A pool is a stream of bits with positions 0, 1, 2, … in the order in which they were made. Bits leave it at
the front and in order: they are reserved for a use, or they are lost because they are too old or the pool is
too small for them. A position that was passed is never come back to, so no bit is used twice, and both ends
destroy their copies of it.

The two ends of a link keep a pool for each direction, so that they never take the same bits for two purposes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...errors import KeyExhausted, shown
from ...values import Bits, check_count, check_non_negative
from .supplies import Supply

NO_LIMIT = 2**62


class Use(StrEnum):
    """What bits were used for."""

    SERVED = "served"
    """Handed to the users at both ends of the link as their key."""
    RELAYED = "relayed"
    """Pads and tags of a message that passes on another key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolCounts:
    """Bits of a pool up to a moment; `generated` is the sum of the others.

    `stored` are those that are left, reserved ones included; `wasted` those that were destroyed unused.
    """

    generated: int
    served: int
    relayed: int
    wasted: int
    stored: int

    def __add__(self, other: PoolCounts) -> PoolCounts:
        return PoolCounts(
            generated=self.generated + other.generated,
            served=self.served + other.served,
            relayed=self.relayed + other.relayed,
            wasted=self.wasted + other.wasted,
            stored=self.stored + other.stored,
        )


NO_COUNTS = PoolCounts(generated=0, served=0, relayed=0, wasted=0, stored=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Bits that are kept for one use: positions `start` … `stop` - 1 of a pool."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


class KeyPool:
    """The keys of a link for one direction.

    Parameters
    ----------
    name
        What it is called in messages.
    supply
        What fills it.
    capacity_bits
        How much it holds; when more comes, the oldest bits are destroyed. None for no limit.
    expiry_seconds
        After how long bits are destroyed; None for never.

    Examples
    --------
    >>> from qkdlab.network.operation.supplies import SessionSupply
    >>> supply = SessionSupply()
    >>> pool = KeyPool("A→B", supply, capacity_bits=6)
    >>> supply.add(0.0, np.ones(8, np.uint8), np.ones(8, np.uint8))
    >>> kept = pool.reserve(4, 1.0)
    >>> pool.consume(kept, Use.SERVED)[0].tolist(), pool.available(1.0)
    ([1, 1, 1, 1], 2)
    >>> pool.counts(1.0)
    PoolCounts(generated=8, served=4, relayed=0, wasted=2, stored=2)
    """

    def __init__(
        self,
        name: str,
        supply: Supply,
        *,
        capacity_bits: int | None = None,
        expiry_seconds: float | None = None,
    ) -> None:
        self.name, self.supply = name, supply
        self._made, self._forget = supply.made, supply.forget
        self._capacity = NO_LIMIT if capacity_bits is None else check_count("capacity_bits", capacity_bits)
        self._expiry = (
            None if expiry_seconds is None else check_non_negative("expiry_seconds", expiry_seconds)
        )
        self._front = 0
        self._held: dict[Reservation, tuple[Bits, Bits]] = {}
        self._n_reserved = self._wasted = 0
        self._used: Counter[Use] = Counter()

    def available(self, now: float) -> int:
        """Return how many bits can be reserved, after destroying what is too old or too much."""
        made = self._made(now)
        lost = made - self._capacity
        if self._expiry is not None:
            lost = max(lost, self._made(now - self._expiry))
        if lost > self._front:
            self._wasted += lost - self._front
            self._front = lost
            self._forget(lost)
        return made - self._front

    def spend(self, n_bits: int, use: Use) -> None:
        """Use up bits without looking at them; so many must be `available` now."""
        self._front += n_bits
        self._forget(self._front)
        self._used[use] += n_bits

    def spend_many(
        self, costs: NDArray[np.int64], times: NDArray[np.float64], relayed: NDArray[np.bool_]
    ) -> Callable[[], None] | None:
        """Look whether bits can be used up at several moments, one after the other; nothing is used up yet.

        The front of the pool before each use is what losses and earlier uses have made it: the largest, over
        all moments up to then, of what was lost by that moment and used since.

        Parameters
        ----------
        costs, times, relayed
            How many bits, when (in order), and whether for relaying; shape (n,), n ≥ 1.

        Returns
        -------
        What uses them up, as `spend` would one after the other; None if there are too few at some moment.
        """
        made = self.supply.made_at(times)
        lost = made - self._capacity
        if self._expiry is not None:
            lost = np.maximum(lost, self.supply.made_at(times - self._expiry))
        used = np.cumsum(costs)
        used_before = used - costs
        front = np.maximum(self._front, np.maximum.accumulate(lost - used_before)) + used_before
        if np.any(made - front < costs):
            return None
        n_relayed = int(costs[relayed].sum())
        return partial(self._spent_many, int(used[-1]) - n_relayed, n_relayed, int(front[-1] + costs[-1]))

    def _spent_many(self, n_served: int, n_relayed: int, front: int) -> None:
        self._wasted += front - self._front - n_served - n_relayed
        self._front = front
        self._used[Use.SERVED] += n_served
        self._used[Use.RELAYED] += n_relayed
        self._forget(front)

    def reserve(self, n_bits: int, now: float) -> Reservation:
        """Keep the oldest `n_bits` for one use.

        Raises
        ------
        KeyExhausted
            If there are fewer, naming the pool; none is kept then.
        """
        check_count("n_bits", n_bits, minimum=1)
        if (there := self.available(now)) < n_bits:
            raise KeyExhausted(f"{self.name}: {n_bits:,} bits are needed, {there:,} are there")
        kept = Reservation(start=self._front, stop=self._front + n_bits)
        self._held[kept] = self.supply.pull(kept.start, kept.stop)
        self._front = kept.stop
        self._n_reserved += n_bits
        return kept

    def consume(self, kept: Reservation, use: Use) -> tuple[Bits, Bits]:
        """Return the copies of both ends, which the pool has no more then; ``ValueError`` the second time."""
        copies = self._take_out(kept)
        self._used[use] += len(kept)
        return copies

    def release(self, kept: Reservation) -> None:
        """Give up reserved bits. They are destroyed: one end may have used them already."""
        self._take_out(kept)
        self._wasted += len(kept)

    def _take_out(self, kept: Reservation) -> tuple[Bits, Bits]:
        if kept not in self._held:
            raise ValueError(f"kept must be reserved in {self.name} and not used yet, got {shown(kept)}")
        self._n_reserved -= len(kept)
        return self._held.pop(kept)

    def counts(self, now: float) -> PoolCounts:
        """Return what became of all bits made so far."""
        there = self.available(now)
        return PoolCounts(
            generated=self._front + there,
            served=self._used[Use.SERVED],
            relayed=self._used[Use.RELAYED],
            wasted=self._wasted,
            stored=there + self._n_reserved,
        )

    def __repr__(self) -> str:
        return f"KeyPool({self.name!r})"
