"""Keys that were taken out of a pool, until the last who is entitled to them has them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from .database import Change, View
from .offers import CHUNK_BITS, Reservation, Run, chunks_of

State = Literal["reserved", "waiting", "void"]
"""Offered to the peer; to be fetched by those entitled; given up, and the peer has to hear of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRow:
    """A key in the store.

    Parameters
    ----------
    pool
        Number of the pool it was taken from.
    master
        The SAE that asked for it.
    waiting, served
        SAEs that are entitled to it, and have not had it yet, or have.
    chunks
        What it is made of.
    bits
        Its chunks, whole; empty once it is void.
    created
        When it was taken from the pool, in seconds counted by the store.
    """

    key_id: str
    pool: int
    master: str
    state: State
    waiting: tuple[str, ...]
    served: tuple[str, ...]
    size_bits: int
    chunks: tuple[Run, ...]
    bits: bytes = field(repr=False)
    created: float

    @property
    def reservation(self) -> Reservation:
        """The key by name, without its bits."""
        return Reservation(key_id=self.key_id, size_bits=self.size_bits, chunks=self.chunks)

    @property
    def key(self) -> bytes:
        """The key as it is handed out."""
        return self.bits[: self.size_bits // 8]


def find_key(view: View, key_id: str) -> KeyRow | None:
    """Return the key of a name, if it is there."""
    return next(iter(_keys(view, "key_id = ?", key_id)), None)


def keys_in_state(view: View, state: State, before: float = inf) -> list[KeyRow]:
    """Return the keys in a state that were made before a time, oldest first."""
    return _keys(view, "state = ? AND created < ? ORDER BY created", state, before)


def _keys(view: View, where: str, *values: object) -> list[KeyRow]:
    return [
        KeyRow(
            key_id=key_id,
            pool=pool,
            master=master,
            state=state,
            waiting=tuple(json.loads(waiting)),
            served=tuple(json.loads(served)),
            size_bits=size,
            chunks=tuple((block, first, count) for block, first, count in json.loads(chunks)),
            bits=bits,
            created=created,
        )
        for key_id, pool, master, state, waiting, served, size, chunks, bits, created in view.rows(
            f"SELECT * FROM key WHERE {where}", *values
        )
    ]


def write_key(change: Change, key: KeyRow) -> None:
    """Write a key down, in place of what was there of its name."""
    lists = [json.dumps(part) for part in (key.waiting, key.served)]
    chunks = json.dumps(key.chunks)
    change.write(
        "key",
        key.key_id,
        key.pool,
        key.master,
        key.state,
        *lists,
        key.size_bits,
        chunks,
        key.bits,
        key.created,
    )


def finish_key(change: Change, key: KeyRow) -> None:
    """Forget a key that all have who are entitled to it."""
    forget_keys(change, [key.key_id])
    change.add("delivered", key.size_bits)
    change.add("wasted", CHUNK_BITS * chunks_of(key.size_bits) - key.size_bits)


def forget_keys(change: Change, key_ids: Iterable[str]) -> None:
    """Destroy keys, names and bits."""
    for key_id in key_ids:
        change.run("DELETE FROM key WHERE key_id = ?", key_id)
