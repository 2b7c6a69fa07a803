"""A process that is killed in the middle of its work, twenty times over: nothing repeated, nothing split."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.delivery.store.fire import CAPACITY
from tests.delivery.store.two_ends import open_store

pytestmark = pytest.mark.long

KILLS, SECONDS = 25, 8.0
ROOT = Path(__file__).parents[3]


def test_keys_survive_kill_9_or_are_lost_and_are_never_repeated_or_split(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.delivery.store.fire", tmp_path, str(KILLS), str(SECONDS)],
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    had = []
    for name in "ab":
        lines = [line.split() for line in (tmp_path / f"{name}.log").read_text().splitlines()]
        ids, keys = zip(*lines, strict=True)
        assert len(set(ids)) == len(ids) == len(set(keys)), "a key came twice"
        chunks = [key[place : place + 16] for key in keys for place in range(0, 64, 16)]
        assert len(set(chunks)) == len(chunks), "bits came twice"
        had.append(dict(zip(ids, keys, strict=True)))
    master, slave = had
    assert slave.items() <= master.items(), "the slave has no other keys than its master"
    assert len(master) >= KILLS, "it was at work between the kills"
    assert len(master) - len(slave) <= 2 * KILLS, "what a kill can lose"
    for name, peer in (("a", "KME-B"), ("b", "KME-A")):
        with closing(open_store(tmp_path / f"{name}.sqlite", capacity_bits=CAPACITY)) as store:
            counts = store.counts()
            assert counts.reserved == 0
            assert counts.delivered >= 256 * len(had["ab".index(name)])
            assert store.last_block(peer) > 0
