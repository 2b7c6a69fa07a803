"""Keys at the KME of a slave: held for the peer, and fetched once by each who is entitled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...errors import ChunksMissing, KeyNotFound, NotEntitled
from .chunk_pool import Pool, drop_below, lowest, take_named
from .database import Change
from .key_rows import KeyRow, find_key, finish_key, forget_keys, write_key
from .offers import CHUNK_BITS, Offer, Reservation, chunks_of


def hold_keys(pool: Pool, master: str, slaves: Sequence[str], offer: Offer) -> ChunksMissing | None:
    """Take the chunks of all keys of an offer out of the pool, and hold the keys if no chunk is missing.

    What is returned is to be raised once the change is made: chunks that were named leave the pool in any
    case.
    """
    change = pool.change
    drop_below(pool, offer.floor)
    held, missing, lost = [], [], 0
    for key in offer.keys:
        chunks = take_named(pool, key.chunks)
        if len(chunks) < chunks_of(key.size_bits) or find_key(change, key.key_id):
            missing.append(key.key_id)
        lost += len(chunks)
        held.append(
            KeyRow(
                key_id=key.key_id,
                pool=pool.number,
                master=master,
                state="waiting",
                waiting=tuple(dict.fromkeys(slaves)),
                served=(),
                size_bits=key.size_bits,
                chunks=key.chunks,
                bits=b"".join(bits for _, bits in chunks),
                created=change.now,
            )
        )
    if missing:
        change.add("voided", CHUNK_BITS * lost)
        named = max(block for key in offer.keys for block, *_ in key.chunks)
        return ChunksMissing(tuple(missing), lowest(pool, named))  # blocks come here first, or not at all
    for row in held:
        write_key(change, row)
    return None


def void_keys(pool: Pool, reservations: Iterable[Reservation]) -> None:
    """Destroy keys that the peer gave up, whether they are held, in the pool still, or to come."""
    change = pool.change
    for reservation in reservations:
        key = find_key(change, reservation.key_id)
        if key and key.pool == pool.number:
            change.add("voided", 8 * len(key.bits))
            forget_keys(change, [key.key_id])
        change.add("voided", CHUNK_BITS * len(take_named(pool, reservation.chunks)))


def take_keys(change: Change, sae: str, master: str, key_ids: Sequence[str], oldest: float) -> list[bytes]:
    """Hand keys out to one who is entitled to them all, and to no key since before `oldest`."""
    keys, missing, foreign = [], [], []
    for place, key_id in enumerate(key_ids):
        key = find_key(change, key_id)
        if key is None or key.state != "waiting" or key.master != master or key.created < oldest:
            missing.append(key_id)
        elif sae not in key.waiting + key.served:
            foreign.append(key_id)
        elif sae in key.served or key_id in key_ids[:place]:
            missing.append(key_id)
        else:
            keys.append(key)
    if foreign:
        raise NotEntitled(*foreign)
    if missing:
        raise KeyNotFound(*missing)
    for key in keys:
        waiting = tuple(name for name in key.waiting if name != sae)
        if waiting:
            write_key(change, replace(key, waiting=waiting, served=(*key.served, sae)))
        else:
            finish_key(change, key)
    return [key.key for key in keys]
