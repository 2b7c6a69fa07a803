"""The bits that are not yet part of a key: chunks of blocks, by peer and direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .database import Change
from .offers import CHUNK_BITS, CHUNK_BYTES, Place, Run
from .schema import seal

Direction = Literal["out", "in"]
"""Of a pool: "out" for keys that this KME offers, "in" for keys that the peer offers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """The pool of a peer and a direction, inside a change.

    Parameters
    ----------
    number
        What its chunks name it by.
    last
        The last block that came from the peer, in whatever direction; -1 before the first.
    """

    change: Change
    number: int
    last: int


def find_pool(change: Change, peer: str, direction: Direction) -> Pool:
    """Return a pool, which is empty if nothing was ever put there."""
    rows = change.rows("SELECT * FROM pool WHERE peer = ?", peer)
    last = max((row[4] for row in rows), default=-1)
    number = next((number for number, _, kind, *_ in rows if kind == direction), None)
    if number is None:
        (number,) = change.run("SELECT coalesce(max(id), 0) + 1 FROM pool").fetchone()
        change.write("pool", number, peer, direction, 0, last)
    return Pool(change=change, number=number, last=last)


def stored_chunks(pool: Pool, more: int = 0, last: int = -1) -> int:
    """Return how many chunks a pool has, with `more` (or less) of them added up, and up to which block."""
    ((number, peer, direction, stored, highest),) = pool.change.rows(
        "SELECT * FROM pool WHERE id = ?", pool.number
    )
    if more or last > highest:
        row = (number, peer, direction, stored + more, max(last, highest))
        update = "UPDATE pool SET stored = ?, last = ?, seal = ? WHERE id = ?"
        pool.change.run(update, *row[3:], seal(*row), number)
    return int(stored) + more


def put_block(pool: Pool, block: int, bits: bytes, capacity_bits: int) -> int:
    """Put the chunks of a new block into a pool, for the oldest if it is full; return the bits kept."""
    change = pool.change
    change.add("received", 8 * len(bits))
    most = capacity_bits // CHUNK_BITS
    count = min(len(bits) // CHUNK_BYTES, most)
    if (surplus := stored_chunks(pool) + count - most) > 0:
        take_first(pool, surplus)
        change.add("wasted", CHUNK_BITS * surplus)
    spent: set[int] = set()
    for _, _, first, length in change.rows(
        "SELECT * FROM spent WHERE pool = ? AND block = ?", pool.number, block
    ):
        spent.update(range(first, min(first + length, count)))
    change.run("DELETE FROM spent WHERE pool = ? AND block <= ?", pool.number, block)
    _insert(pool, [((block, place), _chunk(bits, place)) for place in range(count) if place not in spent])
    change.add("voided", CHUNK_BITS * len(spent))
    change.add("wasted", 8 * len(bits) - CHUNK_BITS * count)
    kept = count - len(spent)
    stored_chunks(pool, kept, block)
    return CHUNK_BITS * kept


def put_back(pool: Pool, runs: Iterable[Run], bits: bytes) -> None:
    """Put chunks back that were taken and that nobody has seen."""
    places = [(block, place) for block, first, count in runs for place in range(first, first + count)]
    _insert(pool, [(place, _chunk(bits, number)) for number, place in enumerate(places)])
    stored_chunks(pool, len(places))


def _chunk(bits: bytes, number: int) -> bytes:
    return bits[CHUNK_BYTES * number : CHUNK_BYTES * (number + 1)]


def _insert(pool: Pool, chunks: Iterable[tuple[Place, bytes]]) -> None:
    rows = ((pool.number, block, place, bits) for (block, place), bits in chunks)
    pool.change.insert("chunk", rows)


def take_first(pool: Pool, count: int) -> list[tuple[Place, bytes]]:
    """Take the `count` lowest chunks out of a pool that has as many."""
    change = pool.change
    rows = change.rows("SELECT * FROM chunk WHERE pool = ? ORDER BY block, place LIMIT ?", pool.number, count)
    change.run("DELETE FROM chunk WHERE pool = ? AND (block, place) <= (?, ?)", pool.number, *rows[-1][1:3])
    stored_chunks(pool, -count)
    return [((block, place), bits) for _, block, place, bits in rows]


def take_named(pool: Pool, runs: Iterable[Run]) -> list[tuple[Place, bytes]]:
    """Take chunks by name out of a pool, as far as they are there.

    What did not arrive yet is spent all the same: if its block comes later, these chunks are left out.
    """
    change = pool.change
    found: list[tuple[Place, bytes]] = []
    for block, first, count in runs:
        which = (pool.number, block, first, first + count)
        where = "WHERE pool = ? AND block = ? AND place >= ? AND place < ?"
        rows = change.rows(f"SELECT * FROM chunk {where} ORDER BY place", *which)
        change.run(f"DELETE FROM chunk {where}", *which)
        found += [((block, place), bits) for _, _, place, bits in rows]
        if block > pool.last:
            change.insert("spent", [(pool.number, block, first, count)])
    stored_chunks(pool, -len(found))
    return found


def drop_below(pool: Pool, floor: Place) -> int:
    """Destroy what a pool has below a chunk; return how many bits that were."""
    change = pool.change
    dropped = change.run(
        "DELETE FROM chunk WHERE pool = ? AND (block, place) < (?, ?)", pool.number, *floor
    ).rowcount
    stored_chunks(pool, -dropped)
    change.add("wasted", CHUNK_BITS * dropped)
    return CHUNK_BITS * dropped


def lowest(pool: Pool, last: int = -1) -> Place:
    """Return the lowest chunk in a pool; if there is none, the first that can come after a block."""
    found = pool.change.run(
        "SELECT block, place FROM chunk WHERE pool = ? ORDER BY block, place LIMIT 1", pool.number
    ).fetchone()
    return (max(pool.last, last) + 1, 0) if found is None else found
