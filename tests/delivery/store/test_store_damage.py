"""A file that is damaged, old, full or in use: a clear error, and nothing handed out twice or wrong."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qkdlab.delivery.store import KeyStore
from qkdlab.delivery.store.schema import VERSION
from qkdlab.errors import KeyExhausted, KeyStoreError
from tests.delivery.store.two_ends import feed, fresh_bits, left_behind, open_store, reserved, two_stores

pytestmark = pytest.mark.long

SLAVE, MASTER = "SAE-B", "SAE-A"


@pytest.fixture
def left(tmp_path) -> Path:
    """A store as its process left it when it died: some changes in the file, later ones in the journal."""
    with two_stores(tmp_path) as (a, b):
        feed(a, b, 1, 256)
        ids = reserved(a, b)
        b.scrub()
        b.take(SLAVE, MASTER, ids)
        reserved(a, b, slaves=("SAE-B", "SAE-B2"))
        return left_behind(tmp_path / "b.sqlite", tmp_path / "left")


def contents(store: KeyStore) -> list:
    """All rows but those of time."""
    with store._database.reading() as view:
        return [view.rows(f"SELECT * FROM {table}") for table in ("pool", "chunk", "spent", "key")]


# ---- not what it was -------------------------------------------------------------------------------------


def test_a_store_comes_back_as_it_was_left(left) -> None:
    with closing(open_store(left)) as store:
        counts = store.counts()
        assert (counts.delivered, counts.waiting, counts.stored) == (256, 256, 1536)
        before = contents(store)
    with closing(open_store(left)) as store:
        assert contents(store) == before


@pytest.mark.parametrize("suffix", ["", "-wal", "-count"])
def test_a_byte_that_changes_is_found_out_or_does_no_harm(left, suffix) -> None:
    rng = random.Random(7)
    parts = {path: path.read_bytes() for path in left.parent.glob(left.name + "*")}
    with closing(open_store(left)) as store:
        right = contents(store)
    if not suffix:  # all is in the main file then, and there is no journal
        parts = {path: path.read_bytes() for path in left.parent.glob(left.name + "*")}
    target = left.with_name(left.name + suffix)
    found = 0
    for _ in range(150):
        for path, data in parts.items():
            path.write_bytes(data)
        changed = bytearray(parts[target])
        used = [place for place, byte in enumerate(changed) if byte]
        place = rng.choice([rng.choice(used), rng.randrange(len(changed))])
        changed[place] ^= 1 << rng.randrange(8)
        target.write_bytes(changed)
        try:
            store = open_store(left)
        except KeyStoreError as error:
            said = str(error)
        else:
            with closing(store):
                assert contents(store) == right, place
            continue
        assert left.name in said
        assert "has it open" not in said
        found += 1
    assert found > 40


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 5000, 8192])
def test_a_file_that_was_cut_off_is_found_out(left, keep) -> None:
    with closing(open_store(left)):
        pass
    left.write_bytes(left.read_bytes()[:keep])
    with pytest.raises(KeyStoreError, match=r"b\.sqlite cannot be opened"):
        open_store(left)


@pytest.mark.parametrize("harm", ["removed", "cut", "flipped", "old"])
def test_a_journal_that_lost_its_last_changes_is_found_out(left, harm) -> None:
    """SQLite alone would go back to what was before, and hand the same key out again."""
    journal = left.with_name(left.name + "-wal")
    data = bytearray(journal.read_bytes())
    if harm == "removed":
        journal.unlink()
    elif harm == "cut":
        journal.write_bytes(data[:-100])
    elif harm == "flipped":
        data[5000] ^= 1
        journal.write_bytes(data)
    else:
        journal.write_bytes(data[: len(data) // 2])
    with pytest.raises(KeyStoreError, match="went back in time: its last . changes are missing"):
        open_store(left)


def test_an_old_copy_is_found_out(tmp_path) -> None:
    with two_stores(tmp_path) as (a, b):
        feed(a, b, 1, 64)
        ids = reserved(a, b)
    path = tmp_path / "b.sqlite"
    old = path.read_bytes()
    with closing(open_store(path)) as b:
        b.take(SLAVE, MASTER, ids)
    path.write_bytes(old)
    with pytest.raises(KeyStoreError, match="went back in time"):
        open_store(path)


def test_a_store_without_its_count_is_refused(left) -> None:
    left.with_name(left.name + "-count").unlink()
    with pytest.raises(KeyStoreError, match="its count is missing"):
        open_store(left)


def test_what_is_no_key_store_is_left_alone(tmp_path) -> None:
    text, other, folder = tmp_path / "text", tmp_path / "other.sqlite", tmp_path / "folder"
    text.write_text("x" * 10_000)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (a)")
    other.chmod(0o644)
    folder.mkdir()
    before = other.read_bytes()
    for path in (text, other):
        with pytest.raises(KeyStoreError, match="it is not a key store"):
            open_store(path)
    for path in (folder, tmp_path / "nowhere" / "a.sqlite"):
        with pytest.raises(KeyStoreError, match=path.name):
            open_store(path)
    assert other.read_bytes() == before
    assert other.stat().st_mode & 0o777 == 0o644


def test_another_version_is_refused(left) -> None:
    with closing(open_store(left)):
        pass
    with closing(sqlite3.connect(left)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(KeyStoreError, match="of version 2; this is version 1"):
        open_store(left)


def test_files_are_for_their_owner_alone(tmp_path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(open_store(path)):
        assert {part.name for part in tmp_path.iterdir()} == {"a.sqlite", "a.sqlite-wal", "a.sqlite-count"}
        assert {part.stat().st_mode & 0o777 for part in tmp_path.iterdir()} == {0o600}
    path.chmod(0o644)
    with closing(open_store(path)):
        assert {part.stat().st_mode & 0o777 for part in tmp_path.iterdir()} == {0o600}


def test_a_new_store_has_nothing_of_one_that_was_removed(left) -> None:
    """The journal stays behind, and SQLite would put its keys into the new file."""
    left.unlink()
    with closing(open_store(left)) as store:
        assert store.counts().received == 0
        assert store.last_block("KME-A") == -1


# ---- in use ----------------------------------------------------------------------------------------------

OPENER = """
import sys
from qkdlab.delivery.store import KeyStore
from qkdlab.errors import KeyStoreError
try:
    KeyStore(sys.argv[1], capacity_bits=64, ttl_seconds=1)
except KeyStoreError as error:
    print(error)
"""


def test_one_opener_at_a_time(tmp_path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(open_store(path)):
        with pytest.raises(KeyStoreError, match="another process, or another KeyStore, has it open"):
            open_store(path)
        said = subprocess.check_output([sys.executable, "-c", OPENER, path], text=True)
        assert "has it open" in said
    open_store(path).close()


def test_an_opener_is_kept_out_even_if_the_system_has_dropped_the_lock(tmp_path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(open_store(path)) as store:
        store.put_block("KME-B", 1, "out", fresh_bits(1, 64))
        path.read_bytes()  # closes the file: POSIX locks of this process are gone
        said = subprocess.check_output([sys.executable, "-c", OPENER, path], text=True)
        assert "has it open" in said
        assert store.reserve("KME-B", MASTER, number=1, size_bits=256)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_process_that_was_forked_cannot_use_it(tmp_path) -> None:
    with closing(open_store(tmp_path / "a.sqlite")) as store:
        store._database._process += 1  # as the child would see it
        with pytest.raises(RuntimeError, match="forked"):
            store.counts()
        store._database._process -= 1


# ---- full ------------------------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_repeats_nothing(tmp_path) -> None:
    """Every step is tried on a file that may not grow; what was refused can be done once there is room."""
    with two_stores(tmp_path, capacity_bits=10**6) as (a, b):
        feed(a, b, 1, 2048)
        for store in (a, b):
            (pages,) = store._database._connection.execute("PRAGMA page_count").fetchone()
            store._database._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(KeyStoreError, match="the disk is full"):
            b.put_block("KME-A", 2, "in", fresh_bits(2, 100_000))
        assert b.last_block("KME-A") == 1
        handed: dict[str, bytes] = {}
        said: list[str] = []
        for room in (False, True):
            if room:
                for store in (a, b):
                    store._database._connection.execute("PRAGMA max_page_count = 1000000")
            while True:
                try:
                    ids = reserved(a, b, number=3, slaves=(SLAVE, "SAE" * 300))
                    for key_id, key in zip(ids, a.deliver(ids), strict=True):
                        assert key_id not in handed
                        assert key not in handed.values()
                        handed[key_id] = key
                except KeyStoreError as error:
                    said.append(str(error))
                    if len(said) > 3:
                        break
                except KeyExhausted:
                    break
        assert len(handed) > 20
        assert said
        assert all("the disk is full" in line for line in said)
        assert [b.take(SLAVE, MASTER, [key_id]) for key_id in handed] == [[key] for key in handed.values()]
        assert b.put_block("KME-A", 2, "in", fresh_bits(2, 1000)) == 8000


def test_a_write_that_fails_stops_the_store_until_it_is_opened_anew(tmp_path) -> None:
    with two_stores(tmp_path) as (a, b):
        feed(a, b, 1, 256)
        ids = reserved(a, b)
        size = (tmp_path / "a.sqlite-wal").stat().st_size
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))  # files may not grow beyond
        try:
            with pytest.raises(KeyStoreError):
                a.deliver(ids)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        for step in (lambda: a.deliver(ids), a.counts, a.expire):
            with pytest.raises(KeyStoreError, match="open it anew"):
                step()
        a.close()
        with closing(open_store(tmp_path / "a.sqlite")) as again:
            assert [void.key_id for void in again.pending_voids("KME-B")] == ids


@pytest.mark.parametrize("step", ["put_block", "reserve", "hold", "deliver", "take", "void", "expire"])
def test_a_step_that_is_broken_off_anywhere_did_nothing(tmp_path, step) -> None:
    with two_stores(tmp_path, ttl_seconds=0) as (a, b):
        feed(a, b, 1, 256)
        offer = a.reserve("KME-B", MASTER, number=2, size_bits=256)
        ids = [key.key_id for key in offer.keys]
        if step in ("take", "void", "expire"):
            b.hold("KME-A", MASTER, (SLAVE,), offer)
        b._ttl = -1.0 if step == "expire" else 1e9
        store, run = {
            "put_block": (a, lambda: a.put_block("KME-B", 2, "out", fresh_bits(2, 256))),
            "reserve": (a, lambda: a.reserve("KME-B", MASTER, number=2, size_bits=256)),
            "hold": (b, lambda: b.hold("KME-A", MASTER, (SLAVE,), offer)),
            "deliver": (a, lambda: a.deliver(ids)),
            "take": (b, lambda: b.take(SLAVE, MASTER, ids)),
            "void": (b, lambda: b.void("KME-A", offer.keys)),
            "expire": (b, b.expire),
        }[step]
        before = contents(store), store.counts()
        connection = store._database._connection
        broken_off = 0
        for instructions in (round(1.2**power) for power in range(90)):
            once = iter([1])
            connection.set_progress_handler(lambda once=once: next(once, 0), instructions)
            try:
                run()
            except KeyStoreError as error:
                said = str(error)
            else:
                break
            finally:
                connection.set_progress_handler(None, 0)
            assert "interrupted" in said
            assert (contents(store), store.counts()) == before
            broken_off += 1
        assert broken_off >= 3
        assert contents(store) != before[0]


# ---- what is left ----------------------------------------------------------------------------------------


def test_bits_that_were_handed_out_are_nowhere_in_the_file(tmp_path) -> None:
    with two_stores(tmp_path) as (a, b):
        bits = feed(a, b, 1, 128)
        ids = reserved(a, b, number=2)
        void = a.reserve("KME-B", MASTER, number=1, size_bits=256)
        a.deliver(ids)
        b.take(SLAVE, MASTER, ids)
        a.void_here([void.keys[0].key_id])
        b.void("KME-A", a.pending_voids("KME-B"))
        for store in (a, b):
            store.scrub()
        for name in ("a", "b"):
            journal = tmp_path / f"{name}.sqlite-wal"
            assert journal.stat().st_size == 0
            data = (tmp_path / f"{name}.sqlite").read_bytes()
            places = [place for place in range(0, 128, 8) if bits[place : place + 8] in data]
            assert places == [96, 104, 112, 120], "what is still in the pool, and nothing else"


def test_every_change_is_on_the_disk_before_anybody_hears_of_it(tmp_path) -> None:
    with closing(open_store(tmp_path / "a.sqlite")) as store:
        settings = {"synchronous": 2, "secure_delete": 1, "temp_store": 2}
        for name, value in settings.items():
            assert store._database._connection.execute(f"PRAGMA {name}").fetchone() == (value,)
        assert store._database._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_nothing_else_is_left_in_the_folder(tmp_path) -> None:
    open_store(tmp_path / "a.sqlite").close()
    assert sorted(os.listdir(tmp_path)) == ["a.sqlite", "a.sqlite-count"]
