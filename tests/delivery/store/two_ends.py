"""What tests of key stores share: two ends, bits that never come twice, and files as a crash leaves them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha512
from pathlib import Path

from qkdlab.delivery.store import KeyStore

CAPACITY = 4096
TTL = 100.0


class Clock:
    """A clock that tests set."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def fresh_bits(seed: int, n_bytes: int) -> bytes:
    """Bytes of which no eight are found elsewhere."""
    parts = (sha512(f"{seed} {part}".encode()).digest() for part in range(-(-n_bytes // 64)))
    return b"".join(parts)[:n_bytes]


def open_store(path: Path, **changes) -> KeyStore:
    """A small store."""
    return KeyStore(path, **{"capacity_bits": CAPACITY, "ttl_seconds": TTL, **changes})


@contextmanager
def two_stores(folder: Path, **changes) -> Iterator[tuple[KeyStore, KeyStore]]:
    """The stores of KME-A and KME-B."""
    first, second = open_store(folder / "a.sqlite", **changes), open_store(folder / "b.sqlite", **changes)
    try:
        yield first, second
    finally:
        first.close()
        second.close()


def feed(a: KeyStore, b: KeyStore, number: int, n_bytes: int) -> bytes:
    """Put a block for keys that A offers into both stores; return it."""
    bits = fresh_bits(number, n_bytes)
    kept = b.put_block("KME-A", number, "in", bits)
    assert a.put_block("KME-B", number, "out", bits[: kept // 8]) == kept
    return bits


def reserved(a: KeyStore, b: KeyStore, number: int = 1, size_bits: int = 256, slaves=("SAE-B",)) -> list[str]:
    """Names of keys that A has offered and B holds for its slaves."""
    offer = a.reserve("KME-B", "SAE-A", number=number, size_bits=size_bits)
    b.hold("KME-A", "SAE-A", slaves, offer)
    return [key.key_id for key in offer.keys]


def left_behind(path: Path, folder: Path) -> Path:
    """Copy the files of a store that is open: what is there if its process dies now."""
    folder.mkdir()
    for part in path.parent.glob(path.name + "*"):
        shutil.copy(part, folder)
    return folder / path.name
