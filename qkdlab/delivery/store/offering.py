"""Keys at the KME of their master: taken from the pool, offered to the peer, delivered, or given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import uuid4

from ...errors import KeyExhausted, KeyNotFound
from .chunk_pool import Pool, lowest, put_back, stored_chunks, take_first
from .database import Change
from .key_rows import KeyRow, find_key, finish_key, forget_keys, keys_in_state, write_key
from .offers import CHUNK_BITS, Offer, Place, chunks_of, merged


def reserve_keys(pool: Pool, master: str, slaves: Sequence[str], number: int, size_bits: int) -> Offer:
    """Make `number` keys of the lowest chunks of a pool."""
    each = chunks_of(size_bits)
    if (stored := stored_chunks(pool)) < number * each:
        bits = CHUNK_BITS * stored
        raise KeyExhausted(f"{number} keys of {size_bits} bits were asked for, and there are {bits} bits")
    chunks = take_first(pool, number * each)
    keys = []
    for start in range(0, number * each, each):
        mine = chunks[start : start + each]
        key = KeyRow(
            key_id=str(uuid4()),
            pool=pool.number,
            master=master,
            state="reserved",
            waiting=tuple(dict.fromkeys(slaves)),
            served=(),
            size_bits=size_bits,
            chunks=merged([place for place, _ in mine]),
            bits=b"".join(bits for _, bits in mine),
            created=pool.change.now,
        )
        write_key(pool.change, key)
        keys.append(key.reservation)
    return Offer(keys=tuple(keys), floor=_floor(pool))


def _floor(pool: Pool) -> Place:
    """Return the lowest chunk that is in the pool, or offered and not yet answered."""
    offered = (key.chunks[0][:2] for key in keys_in_state(pool.change, "reserved") if key.pool == pool.number)
    return min([lowest(pool), *offered])


def reserved_keys(change: Change, key_ids: Iterable[str]) -> list[KeyRow]:
    """Return keys that are offered and not yet answered; `KeyNotFound` if one is not, or is named twice."""
    ids = list(key_ids)
    keys = [key for key in (find_key(change, key_id) for key_id in dict.fromkeys(ids)) if key]
    reserved = {key.key_id for key in keys if key.state == "reserved"}
    missing = [key_id for place, key_id in enumerate(ids) if key_id not in reserved or key_id in ids[:place]]
    if missing:
        raise KeyNotFound(*missing)
    return keys


def deliver_keys(change: Change, keys: Iterable[KeyRow]) -> list[bytes]:
    """Hand keys out to their master, and leave them to those slaves who are here."""
    handed = []
    for key in keys:
        handed.append(key.key)
        if key.waiting:
            write_key(change, replace(key, state="waiting"))
        else:
            finish_key(change, key)
    return handed


def give_up(change: Change, keys: Iterable[KeyRow]) -> None:
    """Destroy the bits of keys that were offered, and remember that the peer has to hear of it."""
    for key in keys:
        change.add("voided", 8 * len(key.bits))
        write_key(change, replace(key, state="void", bits=b""))


def put_keys_back(change: Change, keys: Iterable[KeyRow]) -> None:
    """Undo a reservation that nobody has heard of."""
    for key in keys:
        forget_keys(change, [key.key_id])
        put_back(Pool(change=change, number=key.pool, last=-1), key.chunks, key.bits)
