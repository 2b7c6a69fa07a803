"""The store of one KME: bits come in by blocks, keys go out once to each who is entitled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ...errors import shown
from ...values.checks import check_choice, check_count, check_instance, check_non_negative
from .chunk_pool import Direction, drop_below, find_pool, put_block
from .database import Database
from .holding import hold_keys, take_keys, void_keys
from .key_rows import find_key, forget_keys, keys_in_state
from .offering import deliver_keys, give_up, put_keys_back, reserve_keys, reserved_keys
from .offers import CHUNK_BITS, HIGHEST, MOST_KEY_BITS, Offer, Place, Reservation, check_key_size
from .store_counts import PoolLevel, StoreCounts, read_counts, read_levels

LONGEST_NAME = 1000
"""Characters of the name of a KME or an SAE."""


class KeyStore:
    """Key material of one KME in one file, and what became of it.

    Every method that changes something has changed it on the disk when it returns, or has changed nothing and
    raised an error (`hold` says where it differs). `qkdlab.delivery.store` has the order of the steps at both
    ends and what a crash between them loses. One process at a time may have a file open, and one thread at a
    time may use a store.

    Parameters
    ----------
    path
        The file, made if it is not there; beside it stand its journal (``-wal``) and its count (``-count``),
        and the three belong together. Never bring back an old copy: keys in it may have been handed out.
    capacity_bits
        Most bits that one pool, of a peer and a direction, holds; beyond that, the oldest go.
    ttl_seconds
        How long a key waits for those who are entitled to it.
    low_bits
        A pool with fewer says that it is low.
    clock
        Seconds from any beginning; it may jump.

    Raises
    ------
    KeyStoreError
        If the folder is missing, or the file is no key store, of another version, damaged, in use, or an old
        copy; in every method, if the file cannot be read or written, because the disk is full for example.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        capacity_bits: int,
        ttl_seconds: float,
        low_bits: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._capacity = check_count("capacity_bits", capacity_bits, minimum=CHUNK_BITS, maximum=HIGHEST)
        self._low = check_count("low_bits", low_bits, maximum=capacity_bits)
        self._ttl = check_non_negative("ttl_seconds", ttl_seconds)
        self._database = Database(Path(path), clock)
        try:
            with self._database.changing() as change:
                give_up(change, keys_in_state(change, "reserved"))
        except BaseException:
            self._database.close()
            raise

    def __repr__(self) -> str:
        """Name the file, and nothing in it."""
        return f"KeyStore({str(self._database.path)!r})"

    # ---- bits come in --------------------------------------------------------------------------------------

    def put_block(self, peer: str, number: int, direction: Direction, bits: bytes) -> int:
        """Put a block of bits into a pool, in chunks of 64, and return how many bits were kept.

        A pool that is full lets its oldest bits go, as the peer's does: so an end that was alone with many
        blocks for a while has room for those that both have.

        Numbers rise for each peer, both directions together: of a number not above `last_block` nothing is
        kept. The end whose direction is "in" must have a block before the other; the other is given what the
        first has kept.
        """
        _check_name("peer", peer)
        check_count("number", number, maximum=HIGHEST - 1)
        check_choice("direction", direction, ("out", "in"))
        if not isinstance(bits, bytes):
            raise TypeError(f"bits must be bytes, got {type(bits).__name__}")
        with self._database.changing() as change:
            pool = find_pool(change, peer, direction)
            return 0 if number <= pool.last else put_block(pool, number, bits, self._capacity)

    def last_block(self, peer: str) -> int:
        """Return the highest number of a block that came from a peer; -1 if none did."""
        with self._database.reading() as view:
            return max((row[4] for row in view.rows("SELECT * FROM pool WHERE peer = ?", peer)), default=-1)

    def stored_bits(self, peer: str, direction: Direction) -> int:
        """Return how many bits a pool has."""
        return self.level(peer, direction).stored_bits

    def level(self, peer: str, direction: Direction) -> PoolLevel:
        """Return how full a pool is."""
        check_choice("direction", direction, ("out", "in"))
        of_peer = (level for level in self.levels() if (level.peer, level.direction) == (peer, direction))
        empty = {"stored_bits": 0, "capacity_bits": self._capacity, "low_bits": self._low}
        return next(of_peer, PoolLevel(peer=peer, direction=direction, **empty))

    def levels(self) -> tuple[PoolLevel, ...]:
        """Return how full each pool is."""
        return read_levels(self._database, self._capacity, self._low)

    def counts(self) -> StoreCounts:
        """Return where the bits are that came in, and where they went."""
        return read_counts(self._database)

    # ---- at the master's KME -------------------------------------------------------------------------------

    def reserve(
        self, peer: str, master: str, slaves: Sequence[str] = (), *, number: int, size_bits: int
    ) -> Offer:
        """Take bits for new keys out of the pool, to be offered to the peer.

        Parameters
        ----------
        master
            The SAE that asks.
        slaves
            Those at this KME who may `take` the keys once they are delivered; the peer knows its own.
        number, size_bits
            How many keys, and how long each.

        Raises
        ------
        KeyExhausted
            If the pool has too few bits; none is taken.
        """
        _check_name("peer", peer)
        _check_name("master", master)
        _check_names("slaves", slaves)
        check_count("number", number, minimum=1, maximum=MOST_KEY_BITS)
        check_key_size(size_bits)
        with self._database.changing() as change:
            return reserve_keys(find_pool(change, peer, "out"), master, slaves, number, size_bits)

    def deliver(self, key_ids: Iterable[str]) -> list[bytes]:
        """Return keys that the peer holds, for their master, once; all or none.

        Raises
        ------
        KeyNotFound
            If one is not reserved (any more), or is named twice.
        """
        with self._database.changing() as change:
            return deliver_keys(change, reserved_keys(change, key_ids))

    def void_here(self, key_ids: Iterable[str]) -> None:
        """Give up keys that are offered, and remember that the peer has to hear of it; others are let be."""
        with self._database.changing() as change:
            found = (find_key(change, key_id) for key_id in dict.fromkeys(key_ids))
            give_up(change, [key for key in found if key and key.state == "reserved"])

    def put_back(self, key_ids: Iterable[str]) -> None:
        """Undo a reservation of which no word has left this KME.

        Should the peer have heard of it all the same, it no longer has the chunks, and the next offer of them
        fails.

        Raises
        ------
        KeyNotFound
            If one is not reserved (any more), or is named twice.
        """
        with self._database.changing() as change:
            put_keys_back(change, reserved_keys(change, key_ids))

    def pending_voids(self, peer: str) -> list[Reservation]:
        """Return what was given up and the peer has not been told of, as far as is known."""
        with self._database.reading() as view:
            pools = {row[0] for row in view.rows("SELECT * FROM pool WHERE peer = ?", peer)}
            return [key.reservation for key in keys_in_state(view, "void") if key.pool in pools]

    def voids_told(self, peer: str, key_ids: Iterable[str]) -> None:
        """Forget what was given up, since the peer has answered that it did so, too."""
        with self._database.changing() as change:
            pool = find_pool(change, _check_name("peer", peer), "out")
            found = (find_key(change, key_id) for key_id in key_ids)
            told = [key for key in found if key and (key.state, key.pool) == ("void", pool.number)]
            forget_keys(change, [key.key_id for key in told])

    def skip(self, peer: str, floor: Place) -> int:
        """Destroy what lies below a chunk, since the peer has nothing there; return how many bits."""
        block, place = (check_count("floor", number, maximum=HIGHEST) for number in floor)
        with self._database.changing() as change:
            return drop_below(find_pool(change, _check_name("peer", peer), "out"), (block, place))

    # ---- at a slave's KME ----------------------------------------------------------------------------------

    def hold(self, peer: str, master: str, slaves: Sequence[str], offer: Offer) -> None:
        """Take the chunks that the peer offers out of the pool as well, and hold the keys for those entitled.

        Parameters
        ----------
        master
            The SAE at the peer that asked.
        slaves
            Those at this KME who may `take` the keys.

        Raises
        ------
        ChunksMissing
            If chunks are not there (any more), or a name is in use. No key of the offer is held then, and
            what was there of its chunks is destroyed. Its `floor` is for `skip` at the peer.
        """
        _check_name("peer", peer)
        _check_name("master", master)
        if not _check_names("slaves", slaves):
            raise ValueError("slaves must be at least one, got none")
        check_instance("offer", offer, Offer)
        with self._database.changing() as change:
            refusal = hold_keys(find_pool(change, peer, "in"), master, slaves, offer)
        if refusal:
            raise refusal

    def void(self, peer: str, reservations: Iterable[Reservation]) -> None:
        """Destroy what the peer has given up, held or never heard of; an offer of it that is late fails."""
        with self._database.changing() as change:
            void_keys(find_pool(change, _check_name("peer", peer), "in"), reservations)

    def take(self, sae: str, master: str, key_ids: Sequence[str]) -> list[bytes]:
        """Return keys to an SAE that is entitled to them, once; all or none.

        Raises
        ------
        NotEntitled
            If one is there, but was made for others.
        KeyNotFound
            If one is not there, is another master's, was taken by this SAE before, has expired, or is named
            twice.
        """
        with self._database.changing() as change:
            return take_keys(change, sae, master, list(key_ids), change.now - self._ttl)

    # ---- housekeeping --------------------------------------------------------------------------------------

    def expire(self) -> int:
        """Destroy keys that nobody fetched in time, give up offers as old, and return how many keys."""
        with self._database.changing() as change:
            oldest = change.now - self._ttl
            late, stuck = (keys_in_state(change, state, before=oldest) for state in ("waiting", "reserved"))
            forget_keys(change, [key.key_id for key in late])
            change.add("expired", sum(8 * len(key.bits) for key in late))
            give_up(change, stuck)
            return len(late) + len(stuck)

    def scrub(self) -> None:
        """Write all changes into the main file, where what is deleted is overwritten, and empty the journal.

        Until then, deleted bits may stand in the journal. What a file system or a flash disk keeps of blocks
        that it has let go is out of reach: put the store on an encrypted disk.
        """
        self._database.scrub()

    def close(self) -> None:
        """Empty the journal and let the file go; a second time does nothing."""
        self._database.close()


def _check_name(name: str, value: str) -> str:
    """Return a name of a KME or an SAE that a file can hold."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not _is_unicode(value):
        raise ValueError(f"{name} must be 1 to {LONGEST_NAME} characters, got {shown(value)}")
    return value


def _is_unicode(text: str) -> bool:
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def _check_names(name: str, values: Sequence[str]) -> Sequence[str]:
    if isinstance(values, str):
        raise TypeError(f"{name} must be a sequence of names, got {shown(values)}")
    for place, value in enumerate(values):
        _check_name(f"{name}[{place}]", value)
    return values
