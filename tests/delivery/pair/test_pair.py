"""A pair of KMEs as processes: who gets what, what becomes of it when one is killed, and none is left."""

import gc
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from qkdlab.delivery.pair import KMES, KmePair
from qkdlab.errors import KmeError

pytestmark = pytest.mark.long

HOLDER = """
import os, sys, time
from qkdlab.delivery.pair import KMES, KmePair
pair = KmePair().start()
if {fork}:
    os.fork() or time.sleep(600)
print(pair.folder, *(pair.process_id(kme) for kme in KMES), flush=True)
{then}
"""
"""A program that has a pair, and comes to its end without closing it."""


def wait_for(what: str, happened: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    """Whether a process is there that has not ended; one that nobody has reaped yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def process_ids(pair: KmePair) -> list[int]:
    return [pid for kme in KMES if (pid := pair.process_id(kme)) is not None]


def exchange(pair: KmePair, master: str = "SAE-A", slave: str = "SAE-B", number: int = 1) -> list[bytes]:
    """Get keys at the master, and see that the slave has the same; the master's bits."""
    with pair.client(master) as one, pair.client(slave) as other:
        keys = one.get_keys(slave, number=number)
        assert other.get_keys_with_ids(master, [key.key_id for key in keys]) == keys
    return [bytes(key.key) for key in keys]


@pytest.fixture(scope="module")
def pair() -> Iterator[KmePair]:
    saes = {"SAE-A": "KME-A", "SAE-B": "KME-B", "SAE-C": "KME-B", "SAE-D": "KME-B"}
    with KmePair(saes=saes) as made:
        yield made


# ---- keys --------------------------------------------------------------------------------------------


def test_alices_copy_is_at_kme_a_and_bobs_at_kme_b_and_half_is_for_each_direction(pair: KmePair) -> None:
    before = pair.stored_bits
    assert before == {"KME-A": 0, "KME-B": 0}
    # copies that are not the same, which no session gives: so it is seen whose bits come out where
    at_a, at_b = bytes(range(64)), bytes(range(100, 164))
    assert pair.share(at_a, at_b) == 512
    assert pair.stored_bits == {"KME-A": 256, "KME-B": 256}
    halves = {"SAE-A": slice(0, 32), "SAE-B": slice(32, 64)}
    for master, slave in (("SAE-A", "SAE-B"), ("SAE-B", "SAE-A")):
        with pair.client(master) as one, pair.client(slave) as other:
            (key,) = one.get_keys(slave)
            (same,) = other.get_keys_with_ids(master, [key.key_id])
        copies = {master: bytes(key.key), slave: bytes(same.key)}
        assert copies == {"SAE-A": at_a[halves[master]], "SAE-B": at_b[halves[master]]}
    assert pair.stored_bits == {"KME-A": 0, "KME-B": 0}


def test_what_does_not_fill_a_chunk_is_left_out(pair: KmePair) -> None:
    bits = bytes(range(39))
    assert pair.share(bits, bits) == 8 * (24 + 8)
    assert pair.share(b"", b"") == 0
    with pytest.raises(ValueError, match="at_a and at_b must be of one length, got 8 and 9 bytes"):
        pair.share(bytes(8), bytes(9))


def test_several_saes_have_the_same_key_and_others_none(pair: KmePair) -> None:
    pair.share(bytes(range(128)), bytes(range(128)))
    with pair.client("SAE-A") as alice:
        (key,) = alice.get_keys("SAE-B", additional=["SAE-C"])
    with pair.client("SAE-D") as stranger, pytest.raises(KmeError, match="^401"):
        stranger.get_keys_with_ids("SAE-A", [key.key_id])
    for sae in ("SAE-B", "SAE-C"):
        with pair.client(sae) as slave:
            assert slave.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)
    with pytest.raises(ValueError, match="sae must be one of SAE-A, SAE-B, SAE-C, SAE-D, got 'SAE-X'"):
        pair.client("SAE-X")


def test_the_log_comes_line_by_line_and_each_line_once(pair: KmePair) -> None:
    pair.log("KME-A")
    with pair.client("SAE-A") as alice:
        alice.status("SAE-C")
    wait_for(
        "the log", lambda: any(line.get("path", "").endswith("SAE-C/status") for line in pair.log("KME-A"))
    )
    assert not [line for line in pair.log("KME-A") if line["path"].endswith("SAE-C/status")]
    with pytest.raises(ValueError, match="kme must be one of KME-A, KME-B, got 'KME-C'"):
        pair.log("KME-C")


# ---- what happens to KMEs ----------------------------------------------------------------------------


def test_a_kme_that_was_killed_comes_back_with_its_keys_at_the_same_place(pair: KmePair) -> None:
    pair.share(bytes(range(200)), bytes(range(200)))
    stored, url = pair.stored_bits, pair.url("KME-A")
    pair.kill("KME-A")
    assert pair.stored_bits == {"KME-A": None, "KME-B": stored["KME-B"]}
    assert not pair.is_running("KME-A")
    assert repr(pair) == "KmePair(KME-B)"
    pair.restart("KME-A")
    assert pair.url("KME-A") == url
    assert pair.stored_bits == stored
    exchange(pair)


@pytest.mark.parametrize("dead", KMES)
def test_a_key_that_comes_while_a_kme_is_dead_is_lost_and_splits_none(pair: KmePair, dead: str) -> None:
    pair.kill(dead)
    bits = os.urandom(256)
    with pytest.raises(KmeError, match=f"{dead} does not answer: ConnectError"):
        pair.share(bits, bits)
    pair.restart(dead)
    for _ in range(2):
        bits = os.urandom(256)
        assert pair.share(bits, bits) == 2048
    assert exchange(pair, number=4)
    assert exchange(pair, "SAE-B", "SAE-A", number=4)


# ---- start, and end ----------------------------------------------------------------------------------


def test_only_the_owner_can_look_into_the_folder(pair: KmePair) -> None:
    assert stat.S_IMODE(pair.folder.stat().st_mode) == 0o700
    keys = list(pair.folder.glob("*.key"))
    assert len(keys) == 1 + 2 + 2 + 4  # the authority, two KMEs, two modules, four SAEs
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_the_kmes_are_in_sessions_of_their_own(pair: KmePair) -> None:
    # Ctrl+C in a terminal, or a kernel's interrupt, is for a group of processes
    groups = {os.getpgid(pid) for pid in process_ids(pair)}
    assert len(groups) == 2
    assert os.getpgid(0) not in groups


def test_in_a_folder_that_is_in_use_it_says_why_and_leaves_the_other_be(pair: KmePair) -> None:
    second = KmePair(pair.folder, saes=pair.saes)
    with pytest.raises(KmeError, match="KME-A did not start: .*has it open") as caught:
        second.start()
    assert caught.value.status == 0
    assert second.closing.is_set()
    assert process_ids(second) == []
    assert pair.folder.exists()
    pair.share(bytes(range(64)), bytes(range(64)))
    exchange(pair)


def test_a_folder_of_its_own_is_used_again_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "kmes"
    with KmePair(folder) as pair:
        url = pair.url("KME-A")
        pair.share(bytes(range(128)), bytes(range(128)))
        pids = process_ids(pair)
        assert len(pids) == 2
    assert not any(map(is_there, pids))
    with KmePair(folder) as pair:
        assert pair.stored_bits == {"KME-A": 512, "KME-B": 512}
        assert pair.url("KME-A") == url
        pair.share(bytes(range(128)), bytes(range(128)))  # under numbers that are new to both
        assert pair.stored_bits == {"KME-A": 1024, "KME-B": 1024}
        exchange(pair)
    with pytest.raises(ValueError, match="pair must not be closed to be used"):
        pair.start()
    assert folder.exists()


def test_a_pair_that_is_forgotten_ends() -> None:
    pair = KmePair().start()
    pids, folder = process_ids(pair), pair.folder
    assert len(pids) == 2
    exchange_fails_without_bits(pair)
    del pair
    gc.collect()
    assert not any(map(is_there, pids))
    assert not folder.exists()


def exchange_fails_without_bits(pair: KmePair) -> None:
    with pair.client("SAE-A") as alice, pytest.raises(KmeError, match="^503"):
        alice.get_keys("SAE-B")


@pytest.mark.parametrize(
    ("then", "kill", "fork"),
    [
        ("raise SystemExit(3)", False, False),
        ("time.sleep(600)", True, False),
        ("time.sleep(600)", True, True),
    ],
    ids=["exit", "kill -9", "kill -9 beside a fork that has the pipe"],
)
def test_nothing_is_left_running_when_the_parent_ends(then: str, kill: bool, fork: bool) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(then=then, fork=fork)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert holder.stdout is not None
        folder, *pids = holder.stdout.readline().split()
        assert len(pids) == 2
        if kill:
            assert all(is_there(int(pid)) for pid in pids)
            holder.kill()
        holder.wait(60)
        wait_for("both KMEs to end", lambda: not any(is_there(int(pid)) for pid in pids))
        assert not Path(folder).exists()  # with the keys in it
        if fork:
            os.killpg(holder.pid, signal.SIGKILL)  # it was there all the time
    finally:
        holder.kill()
        holder.wait()
        with suppress(ProcessLookupError):  # the fork
            os.killpg(holder.pid, signal.SIGKILL)
        if holder.stdout is not None:
            holder.stdout.close()


def test_a_fork_that_ends_leaves_the_pair_alone() -> None:
    then = """
child = os.fork() or sys.exit()
os.waitpid(child, 0)
print(pair.is_running("KME-A"), pair.is_running("KME-B"), pair.folder.exists(), flush=True)
"""
    told = subprocess.run(
        [sys.executable, "-c", HOLDER.format(then=then, fork=False)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert told.stdout.split("\n")[1] == "True True True"


def test_mistakes_are_told_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="saes must have one at KME-B, got {'SAE-A': 'KME-A'}"):
        KmePair(saes={"SAE-A": "KME-A"})
    with pytest.raises(ValueError, match="saes must belong to this KME or a peer"):
        KmePair(saes={"SAE-A": "KME-A", "SAE-B": "KME-B", "SAE-C": "KME-C"})
    with pytest.raises(ValueError, match="name must be at most 63 letters"):
        KmePair(saes={"SAE A": "KME-A", "SAE-B": "KME-B"})
    with pytest.raises(ValueError, match="capacity_bits must be"):
        KmePair(capacity_bits=0)
    tmp_path.chmod(0o755)
    with pytest.raises(ValueError, match="folder must be for its owner alone"):
        KmePair(tmp_path)
    pair = KmePair(tmp_path / "own")
    with pytest.raises(KmeError, match="KME-A has not been started"):
        pair.client("SAE-A")
    assert repr(pair) == "KmePair(not running)"
    pair.close()
    pair.close()
