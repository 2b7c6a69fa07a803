"""Keys through two key stores beside bare commits on the same disk: ``python -m benchmarks.key_store``.

A key takes four changes, each synced: reserved and delivered at one end, held and taken at the other. The
measure is a bare table with four commits of a row of 32 bytes. Both are timed in turns, because a disk that
others use is not always as fast.
"""

import argparse
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from secrets import token_bytes
from statistics import median

from qkdlab.delivery.store import KeyStore
from qkdlab.delivery.store.schema import PRAGMAS

ROUNDS = 7
KEY_BYTES = 32


def through_stores(a: KeyStore, b: KeyStore, n_keys: int, at_a_time: int) -> float:
    """Return the seconds that so many keys take, a few at a time."""
    bits = token_bytes(n_keys * KEY_BYTES)
    number = b.last_block("A") + 1
    b.put_block("A", number, "in", bits)
    a.put_block("B", number, "out", bits)
    start = time.perf_counter()
    for _ in range(n_keys // at_a_time):
        offer = a.reserve("B", "master", number=at_a_time, size_bits=8 * KEY_BYTES)
        ids = [key.key_id for key in offer.keys]
        b.hold("A", "master", ["slave"], offer)
        if a.deliver(ids) != b.take("slave", "master", ids):
            raise RuntimeError("the ends do not agree")
    return time.perf_counter() - start


def bare_commits(connection: sqlite3.Connection, n_keys: int) -> float:
    """Return the seconds that four commits for each key take."""
    start = time.perf_counter()
    for _ in range(4 * n_keys):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare VALUES (?)", (token_bytes(KEY_BYTES),))
        connection.execute("COMMIT")
    return time.perf_counter() - start


def main(scale: float = 1.0) -> None:
    """Print keys per second."""
    n_keys = max(20, int(200 * scale) // 20 * 20)
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "bare")) as bare:
        bare.isolation_level = None
        for pragma in ("journal_mode = WAL", *PRAGMAS):
            bare.execute(f"PRAGMA {pragma}")
        bare.execute("CREATE TABLE bare (bits BLOB)")
        a, b = (KeyStore(Path(folder) / name, capacity_bits=10**7, ttl_seconds=3600) for name in ("a", "b"))
        with closing(a), closing(b):
            rounds = [
                (bare_commits(bare, n_keys), *(through_stores(a, b, n_keys, few) for few in (1, 20)))
                for _ in range(ROUNDS)
            ]
    print(f"\nKeys of 256 bits through two stores, {n_keys} a round, every change synced")
    for place, name in enumerate(("four bare commits each", "one at a time", "twenty at a time")):
        seconds = [times[place] for times in rounds]
        ratio = median(times[0] / times[place] for times in rounds)
        beside = "   (baseline)" if not place else f"   {ratio:>6.2f} × the baseline"
        usual, best = n_keys / median(seconds), n_keys / min(seconds)
        print(f"  {name:<28}{usual:>10,.0f} keys/s, at best {best:>7,.0f}{beside}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual number of keys")
    main(parser.parse_args().scale)
