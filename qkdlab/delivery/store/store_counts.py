"""How full a key store is, and where its bits went."""

from __future__ import annotations

from dataclasses import dataclass

from .chunk_pool import Direction
from .database import Database
from .offers import CHUNK_BITS


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolLevel:
    """How full a pool is: bits stored, the most it holds, and below how many it is low."""

    peer: str
    direction: Direction
    stored_bits: int
    capacity_bits: int
    low_bits: int

    @property
    def low(self) -> bool:
        """Whether new bits are wanted."""
        return self.stored_bits < self.low_bits


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreCounts:
    """Where the bits are that came in, and where those went that are no longer there.

    Parameters
    ----------
    received
        Bits of all blocks: the sum of all that follows.
    stored
        In the pools.
    reserved
        In keys that are offered to the peer.
    waiting
        In keys that somebody may still fetch.
    delivered
        In keys that all have who are entitled to them.
    expired
        In keys that nobody fetched in time.
    voided
        In keys that were given up.
    wasted
        Gone for want of room, left over from a key, or without their like at the peer.
    """

    received: int
    stored: int
    reserved: int
    waiting: int
    delivered: int
    expired: int
    voided: int
    wasted: int


def read_levels(database: Database, capacity_bits: int, low_bits: int) -> tuple[PoolLevel, ...]:
    """Return how full each pool is."""
    with database.reading() as view:
        rows = view.rows("SELECT * FROM pool ORDER BY id")
    return tuple(
        PoolLevel(
            peer=peer,
            direction=direction,
            stored_bits=CHUNK_BITS * stored,
            capacity_bits=capacity_bits,
            low_bits=low_bits,
        )
        for _, peer, direction, stored, _ in rows
    )


def read_counts(database: Database) -> StoreCounts:
    """Return where the bits are."""
    with database.reading() as view:
        (stored,) = view.run("SELECT coalesce(sum(stored), 0) FROM pool").fetchone()
        keys = dict(view.run("SELECT state, sum(length(bits)) FROM key GROUP BY state").fetchall())
        *_, totals = database.state()
    return StoreCounts(
        stored=CHUNK_BITS * stored,
        reserved=8 * keys.get("reserved", 0),
        waiting=8 * keys.get("waiting", 0),
        **totals,
    )
