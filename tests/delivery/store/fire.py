"""Keys go through two stores in a process that is killed again and again; run by `test_store_under_fire`.

The first process forks one that works until it is killed (SIGKILL), and then the next, on the same files.
What was handed out is written into a file per end, after it was handed out and before the next step: what a
user would have.
"""

import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

from qkdlab.delivery.store import ChunksMissing
from tests.delivery.store.two_ends import fresh_bits, open_store

CAPACITY = 2**16


def work(folder: Path) -> None:
    """Hand keys out for ever, as two KMEs would, after giving up what the last process left."""
    a, b = (open_store(folder / f"{name}.sqlite", capacity_bits=CAPACITY) for name in "ab")
    files = [os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in "ab"]
    for turn in count():
        voids = a.pending_voids("KME-B")
        b.void("KME-A", voids)
        a.voids_told("KME-B", [void.key_id for void in voids])
        if a.stored_bits("KME-B", "out") < 4096:
            number = max(a.last_block("KME-B"), b.last_block("KME-A")) + 1
            bits = fresh_bits(number, 1024)
            kept = b.put_block("KME-A", number, "in", bits)
            a.put_block("KME-B", number, "out", bits[: kept // 8])
        offer = a.reserve("KME-B", "SAE-A", number=1 + turn % 2, size_bits=256)
        ids = [key.key_id for key in offer.keys]
        try:
            b.hold("KME-A", "SAE-A", ["SAE-B"], offer)
        except ChunksMissing as refusal:
            a.void_here(ids)
            a.skip("KME-B", refusal.floor)
            continue
        for file, keys in ((files[0], a.deliver(ids)), (files[1], b.take("SAE-B", "SAE-A", ids))):
            for key_id, key in zip(ids, keys, strict=True):
                os.write(file, f"{key_id} {key.hex()}\n".encode())
        if turn % 20 == 19:
            a.scrub()
            b.scrub()


def main(folder: Path, kills: int, seconds: float) -> None:
    """Start and kill as often as told, within about so many seconds."""
    rng = random.Random(2026)
    for _ in range(kills):
        child = os.fork()
        if not child:
            try:
                work(folder)
            finally:
                os._exit(1)  # it is killed, or something went wrong
        time.sleep(rng.uniform(0.4, 1.6) * seconds / kills)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit("the process ended by itself")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
