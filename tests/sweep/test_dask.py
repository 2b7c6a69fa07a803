"""A real cluster of Dask: the same rows, also when workers and schedulers die."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings
from qkdlab.errors import WorkersLost
from qkdlab.sweep import sweep
from qkdlab.sweep.__main__ import DONE, main
from tests.sweep.counted import Toy, run, runs
from tests.sweep.test_folder import on_disk

ROOT = Path(__file__).resolve().parents[2]
distributed = pytest.importorskip("distributed")

SETTINGS = SessionSettings(
    n_pulses=2_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), security="asymptotic", seed=1
)
OVER = {"eavesdropper.fraction": [0, 1], "link.length_km": [0, 10]}

# a cluster that dies leaves threads, sockets and coroutines that nobody waits for
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnhandledThreadExceptionWarning", "ignore::RuntimeWarning"
    ),
]


def cluster(**options):
    """Two worker processes with one thread each, on loopback."""
    wanted = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "dashboard_address": "127.0.0.1:0",
        "host": "127.0.0.1",
    }
    return distributed.LocalCluster(**wanted | options)


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    """A client of a cluster that all tests share; what they kill comes back."""
    with cluster() as both, distributed.Client(both) as one:
        yield one


def test_a_cluster_gives_the_rows_of_a_loop(client, tmp_path) -> None:
    for name, executor in (("serial", "serial"), ("dask", client)):
        result = sweep(SETTINGS, OVER, seeds=3, executor=executor, progress=False, batch_seconds=0.1)
        result.to_csv(tmp_path / name)
    assert (tmp_path / "serial").read_bytes() == (tmp_path / "dask").read_bytes()


def test_the_command_takes_the_address_of_a_scheduler(client, tmp_path) -> None:
    (tmp_path / "scenario.json").write_text(SETTINGS.to_json(), encoding="utf-8")
    address = client.scheduler_info()["address"]
    arguments = [str(tmp_path / "scenario.json"), "--over", "link.length_km=0,10", "--quiet"]
    assert main([*arguments, "--scheduler", address, "--out", str(tmp_path / "out")]) == DONE


def test_a_worker_that_is_killed_costs_no_row(client, tmp_path) -> None:
    toy = Toy(log=str(tmp_path / "log"), kills=str(tmp_path / "killed"), takes=0.01)
    over = {"x": range(14, 74)}
    result = sweep(
        toy, over, what=run, executor=client, out=tmp_path / "out", progress=False, batch_seconds=0.1
    )
    assert (tmp_path / "killed").exists()
    assert [row["x"] for row in result] == list(range(14, 74))
    assert not len(result.failed)
    assert len(runs(toy.log)) == 60


@pytest.fixture
def killable(tmp_path) -> Iterator["Killable"]:
    """A cluster that a test may kill."""
    one = Killable(tmp_path)
    yield one
    one.kill()


def test_a_scheduler_that_is_killed_costs_nothing_that_is_on_disk(killable, tmp_path) -> None:
    # would catch: a client that waits for ever, rows on disk that are run again, rows that are lost
    toy = Toy(log=str(tmp_path / "log"), takes=0.02)
    out, over = tmp_path / "out", {"x": range(14, 214)}
    options = {"what": run, "out": out, "progress": False, "batch_seconds": 0.1}

    def kill() -> None:
        while not (out.is_dir() and len(on_disk(out)) >= 20):
            time.sleep(0.01)
        killable.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with distributed.Client(killable.address, timeout=30) as one, pytest.raises(WorkersLost, match="goes on"):
        sweep(toy, over, executor=one, **options)
    killer.join()
    kept, before = on_disk(out), runs(toy.log)
    assert 20 <= len(kept) < 200
    with cluster() as both, distributed.Client(both) as one:
        result = sweep(toy, over, executor=one, **options)
    lines = [f"{row['x']} {row['seed']}" for row in result]
    assert len(lines) == 200
    assert {lines[number] for number in kept}.isdisjoint(runs(toy.log) - before)
    assert set(runs(toy.log)) == set(lines)


class Killable:
    """A scheduler and two workers as processes of their own, which are killed together with ``kill -9``."""

    def __init__(self, folder: Path) -> None:
        told = folder / "scheduler.json"
        by_file = ["--scheduler-file", str(told)]
        self.processes = [self._start("scheduler", *by_file, "--host", "127.0.0.1", "--port", "0")]
        self.processes += [self._start("worker", *by_file, "--nthreads", "1", "--no-nanny") for _ in range(2)]
        while not told.is_file() or not told.read_text().endswith("}"):
            time.sleep(0.05)
        self.address = json.loads(told.read_text())["address"]

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *options, "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """Kill the scheduler, and then its workers."""
        for process in self.processes:
            process.kill()
            process.wait()
