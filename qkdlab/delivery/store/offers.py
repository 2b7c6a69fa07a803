"""What one KME tells the other of keys: their names, and which chunks they are made of, never their bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from ...errors import shown
from ...values.checks import check_count

CHUNK_BYTES = 8
"""Bytes of a chunk, the smallest amount of key that leaves a pool."""
CHUNK_BITS = 8 * CHUNK_BYTES
MOST_KEY_BITS = 2**30
"""The longest key that can be offered."""
HIGHEST = 2**63 - 1
"""The highest number of a block or a place."""

Place = tuple[int, int]
"""A chunk of a pool: the number of its block, and its place in the block."""
Run = tuple[int, int, int]
"""Chunks that follow each other in a block: number of the block, first place, how many."""


def chunks_of(size_bits: int) -> int:
    """Return how many chunks a key of `size_bits` takes; what is left of the last is destroyed.

    >>> chunks_of(256), chunks_of(72)
    (4, 2)
    """
    return -(-size_bits // CHUNK_BITS)


def check_key_size(size_bits: int) -> int:
    """Return a length of keys that whole bytes can have."""
    check_count("size_bits", size_bits, minimum=8, maximum=MOST_KEY_BITS)
    if size_bits % 8:
        raise ValueError(f"size_bits must be a multiple of 8, got {size_bits}")
    return size_bits


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """A key by name, and the chunks it is made of.

    Parameters
    ----------
    key_id
        A UUID as text in lower case (ETSI GS QKD 014 V1.1.1, 6.3).
    size_bits
        Length of the key, a multiple of 8.
    chunks
        Runs (block, first place, count), rising, none twice; together as many chunks as the key needs.
    """

    key_id: str
    size_bits: int
    chunks: tuple[Run, ...]

    def __post_init__(self) -> None:
        """Check that this can be a key."""
        if not isinstance(self.key_id, str) or not _is_uuid(self.key_id):
            raise ValueError(f"key_id must be a UUID in lower case, got {shown(self.key_id)}")
        check_key_size(self.size_bits)
        for block, first, count in self.chunks:
            check_count("block", block, maximum=HIGHEST)
            check_count("first", first, maximum=HIGHEST)
            check_count("count", count, minimum=1, maximum=HIGHEST - first)
        ends = [((block, first), (block, first + count)) for block, first, count in self.chunks]
        if any(end > start for (_, end), (start, _) in pairwise(ends)):
            raise ValueError(f"chunks must rise, none twice, got {shown(self.chunks)}")
        if sum(count for *_, count in self.chunks) != chunks_of(self.size_bits):
            raise ValueError(f"chunks must make {self.size_bits} bits, got {shown(self.chunks)}")

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold of it."""
        return {"key_ID": self.key_id, "size": self.size_bits, "chunks": [list(run) for run in self.chunks]}

    @classmethod
    def from_dict(cls, data: object) -> Reservation:
        """Return what `to_dict` wrote down; ``ValueError`` for anything else."""
        fields = _fields("a key", data, {"key_ID", "size", "chunks"})
        runs = tuple(_whole_numbers("chunks", run, 3) for run in _list("chunks", fields["chunks"]))
        return cls(key_id=fields["key_ID"], size_bits=fields["size"], chunks=runs)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """Keys that a KME has taken out of its pool, for the other to take out of its own.

    Parameters
    ----------
    keys
        At least one, no name twice.
    floor
        Below this chunk the offering KME has nothing left that it has not told: the other may destroy it.
    """

    keys: tuple[Reservation, ...]
    floor: Place

    def __post_init__(self) -> None:
        """Check that there are keys, and each once."""
        if not self.keys or len({key.key_id for key in self.keys}) < len(self.keys):
            raise ValueError(f"keys must be at least one, none twice, got {shown(self.keys)}")
        for number in self.floor:
            check_count("floor", number, maximum=HIGHEST)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold of it."""
        return {"keys": [key.to_dict() for key in self.keys], "floor": list(self.floor)}

    @classmethod
    def from_dict(cls, data: object) -> Offer:
        """Return what `to_dict` wrote down; ``ValueError`` for anything else."""
        fields = _fields("an offer", data, {"keys", "floor"})
        keys = tuple(Reservation.from_dict(key) for key in _list("keys", fields["keys"]))
        return cls(keys=keys, floor=_whole_numbers("floor", fields["floor"], 2))  # type: ignore[arg-type]


def merged(places: list[Place]) -> tuple[Run, ...]:
    """Return rising chunks as runs.

    >>> merged([(1, 5), (1, 6), (2, 0)])
    ((1, 5, 2), (2, 0, 1))
    """
    runs: list[Run] = []
    for block, place in places:
        if runs and runs[-1][0] == block and sum(runs[-1][1:]) == place:
            runs[-1] = (block, runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((block, place, 1))
    return tuple(runs)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _fields(name: str, data: object, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or data.keys() != names:
        raise ValueError(f"{name} must have {', '.join(sorted(names))}, got {shown(data)}")
    return data


def _list(name: str, data: object) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError(f"{name} must be a list, got {shown(data)}")
    return data


def _whole_numbers(name: str, data: object, count: int) -> tuple[int, ...]:
    if (
        not isinstance(data, list | tuple)
        or len(data) != count
        or any(type(part) is not int for part in data)
    ):
        raise ValueError(f"{name} must be {count} whole numbers, got {shown(data)}")
    return tuple(data)
