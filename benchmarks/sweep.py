"""Sweeps: the same rows everywhere, what runs again after a kill, and what points and batches cost.

    python -m benchmarks.sweep              (some minutes)
    python -m benchmarks.sweep --scale 0.01
    python -m benchmarks.sweep --page       (and put the figures into docs/sweeps.md)

Needs the extra `sweep`. Beside times of the wall stand those of the processors, which other programs on the
machine change less.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.sweep_runs import SESSION, Counted, counted, nothing, ready, watched
from qkdlab.errors import WorkersLost
from qkdlab.sweep import SweepResult, random_design, sweep
from qkdlab.sweep.files.sweep_folder import PART

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sweeps.md"
POINTS, SMALLEST = 10_000, 100
"""Points of the sweep that is run everywhere, and the fewest of a smaller one."""
PAIRS = 3
"""How often one worker and two are compared."""
WORKERS, ROWS, SESSION_SECONDS, BATCH_SECONDS = 1_000, 10**8, 1.0, 600.0
"""What the costs are carried on to: workers, rows, and how long a session and a batch take there."""


def on_disk(folder: Path) -> set[int]:
    """Return the numbers of the rows that are in parts."""
    found = [PART.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    return {row for one in found if one for row in range(int(one[1]), int(one[2]))}


def csv_of(result: SweepResult, folder: Path) -> bytes:
    """Return the rows as the bytes of a file."""
    result.to_csv(folder / "compared.csv")
    return (folder / "compared.csv").read_bytes()


def grid(points: int) -> dict[str, list[float]]:
    """Return a grid of so many points: lengths, and shares that Eve attacks."""
    lengths = ceil(points / 10)
    return {
        "session.link.length_km": [50 * number / lengths for number in range(lengths)],
        "session.eavesdropper.fraction": [number / 10 for number in range(10)],
    }


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Give the address of a scheduler, and the processes: the scheduler and two workers, with nannies."""
    told = folder / f"scheduler-{time.monotonic_ns()}.json"
    command = [sys.executable, "-m", "dask"]
    options = ["--scheduler-file", str(told), "--no-dashboard"]
    silent = {"stderr": subprocess.DEVNULL, "start_new_session": True}
    processes = [
        subprocess.Popen([*command, "scheduler", *options, "--host", "127.0.0.1", "--port", "0"], **silent)
    ]
    processes += [
        subprocess.Popen([*command, "worker", *options, "--nthreads", "1"], **silent) for _ in range(2)
    ]
    try:
        while not told.is_file() or not told.read_text().endswith("}"):
            time.sleep(0.1)
        yield json.loads(told.read_text())["address"], processes
    finally:
        for process in processes:
            kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    """Kill a process and what it started with ``kill -9``."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def when(folder: Path, n_rows: int, act: Callable[[], None]) -> threading.Thread:
    """Act once so many rows are on disk."""

    def watch() -> None:
        while len(on_disk(folder)) < n_rows:
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def same_rows(points: int, folder: Path) -> list[str]:
    """Run one sweep everywhere, kill a worker and a scheduler of Dask on the way, and count the runs."""
    from distributed import Client  # noqa: PLC0415 (an extra)

    over, log = grid(points), folder / "runs"
    settings = Counted(log=str(log))
    options = {"what": counted, "progress": False}
    serial = csv_of(sweep(settings, over, **options), folder)
    runs = {"serial": Counter(log.read_text().splitlines())}
    log.unlink()
    processes = csv_of(sweep(settings, over, executor="processes", n_workers=2, **options), folder)
    runs["processes"] = Counter(log.read_text().splitlines())
    log.unlink()

    out = folder / "dask"
    with cluster(folder) as (address, started), Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=300)
        worker = min(client.run(os.getpid).values())
        when(out, points // 4, lambda: os.kill(worker, signal.SIGKILL))
        when(out, points // 2, lambda: [kill_group(one) for one in started])
        try:
            sweep(settings, over, executor=client, out=out, **options)
            raise AssertionError("the scheduler was to be killed")
        except WorkersLost:
            kept, before = on_disk(out), Counter(log.read_text().splitlines())
    with cluster(folder) as (address, _), Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=300)
        result = sweep(settings, over, executor=client, out=out, **options)
    runs["dask"] = Counter(log.read_text().splitlines())
    seeds = [str(row["seed"]) for row in result]
    again = runs["dask"] - before
    if any(set(one) != set(seeds) for one in runs.values()) or len(set(seeds)) != len(result):
        raise AssertionError("a row was lost")
    if any(seeds[row] in again for row in kept):
        raise AssertionError("a row that was on disk was run again")
    if not serial == processes == csv_of(result, folder):
        raise AssertionError("rows differ")
    totals = ", ".join(f"{sum(one.values()):,}" for one in runs.values())
    interrupted = sum(runs["dask"].values()) - len(result)
    return [
        f"{len(result):,} points by `serial`, `processes` and a Dask cluster of two worker processes give "
        f"the same {len(serial):,} bytes, in {totals} runs",
        "with Dask, a worker was killed after a quarter, and the scheduler with its workers after half: none "
        f"of the {len(kept):,} rows that were on disk then was run again, and none is missing; "
        f"{interrupted:,} runs were out at a kill, and were done a second time",
    ]


def timed(n_workers: int, points: int) -> tuple[float, float]:
    """Return the seconds that a sweep takes with so many workers, and the processor time of the busiest."""
    options = {"what": watched, "progress": False}
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(ready, [1.0] * n_workers))
        warm = sweep(SESSION, lengths(40), executor=pool, batch_seconds=0, **options)
        start = time.perf_counter()
        rows = warm + sweep(SESSION, lengths(points), seeds=[1], executor=pool, **options)
        wall = time.perf_counter() - start
    process, seconds = rows.column("process"), rows.column("processor_seconds")
    return wall, max(float(np.ptp(seconds[process == one])) for one in set(process.tolist()))


def two_workers(points: int) -> list[str]:
    """Compare one worker and two, in turns."""
    pairs = [(timed(1, points), timed(2, points)) for _ in range(PAIRS)]
    walls, busy = ([two[place] / one[place] for one, two in pairs] for place in (0, 1))
    return [
        f"two workers take {median(walls):.2f} of the time of one ({min(walls):.2f} … {max(walls):.2f} in "
        f"{PAIRS} pairs of {points:,} sessions); the busier of the two takes {median(busy):.2f} of the time "
        f"of the processor that the one takes ({min(busy):.2f} … {max(busy):.2f})"
    ]


def lengths(points: int) -> dict[str, list[float]]:
    """Return a grid of so many points, a multiple of 10."""
    some = points // 10
    return {
        "link.length_km": [50 * one / some for one in range(some)],
        "max_qber": [0.1 + i / 500 for i in range(10)],
    }


def costs(points: int, folder: Path) -> tuple[list[str], dict[str, float]]:
    """Measure what a point, a batch and a byte cost, with runs of nothing; and the client's memory."""
    start, cpu = time.perf_counter(), time.process_time()
    sweep(SESSION, lengths(points), what=nothing, progress=False)
    wall, used = (time.perf_counter() - start) / points, (time.process_time() - cpu) / points
    n_batches = 10 * ceil(max(20, points // 40) / 10)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sweep(SESSION, lengths(100), what=nothing, executor=pool, progress=False)
        cpu = time.process_time()
        options = {"what": nothing, "executor": pool, "progress": False}
        sweep(SESSION, lengths(n_batches), out=folder / "batches", batch_seconds=0.0, **options)
        per_batch = (time.process_time() - cpu) / n_batches
        peaks = {n: peak(n, folder, options) for n in (points // 10, points, 10 * points)}
    n_rows = max(SMALLEST, points // 10)
    sweep(SESSION, {"link.length_km": [0, 10]}, seeds=n_rows // 2, out=folder / "bytes", progress=False)
    (stored,) = (folder / "bytes").glob("rows.*")
    per_row = stored.stat().st_size / n_rows
    lines = [
        f"a point costs {wall * 1e3:.2f} ms besides its run, {used * 1e3:.2f} ms of a processor",
        f"a batch costs its client {per_batch * 1e3:.1f} ms of a processor, its part on disk included",
        f"a row of a session takes {per_row:.0f} bytes ({stored.suffix.lstrip('.')})",
        "memory of the client at most, with `out`: "
        + ", ".join(f"{most / 1e6:.1f} MB for {n:,} points" for n, most in peaks.items()),
    ]
    return lines, {"point": used, "batch": per_batch, "row": per_row}


def peak(n: int, folder: Path, options: dict[str, object]) -> float:
    """Return the most memory that the client has for a sweep of so many points, drawn one by one, bytes."""
    over = random_design({"link.length_km": (0.0, 50.0)}, n=n, seed=1)
    tracemalloc.start()
    try:
        sweep(SESSION, over, out=folder / f"memory-{n}", **options)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def all_costs(points: int, folder: Path) -> list[str]:
    """Measure what it costs, and carry it on."""
    lines, cost = costs(points, folder)
    return lines + carried_on(cost)


def carried_on(cost: dict[str, float]) -> list[str]:
    """Return what the costs come to for many rows on many workers."""
    batches = ROWS * SESSION_SECONDS / BATCH_SECONDS
    hours = ROWS * (SESSION_SECONDS + cost["point"]) / WORKERS / 3600
    client = batches * cost["batch"] / 3600
    return [
        f"10⁸ sessions of {SESSION_SECONDS:g} s on {WORKERS:,} workers in batches of {BATCH_SECONDS:g} s: "
        f"{hours:.1f} h, of which points cost {cost['point'] / SESSION_SECONDS:.2%}; {batches:,.0f} batches, "
        f"{client * 60:.0f} min of the client's processor, {client / hours:.2%} of the time; "
        f"{ROWS * cost['row'] / 1e9:.0f} GB",
    ]


def main(scale: float = 1.0, page: bool = False, only: str | None = None) -> None:
    """Measure everything, or one stage, and print it; with `page`, put it into the docs."""
    points = 10 * ceil(max(SMALLEST, POINTS * scale) / 10)
    stages: dict[str, Callable[[Path], list[str]]] = {
        "rows": lambda folder: same_rows(points, folder),
        "workers": lambda folder: two_workers(10 * ceil(points / 80)),
        "costs": lambda folder: all_costs(points, folder),
    }
    for name, measure in stages.items():
        if only not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            lines = measure(Path(folder))
        load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
        lines.append(f"these on {datetime.now(UTC):%d %B %Y}, {load}")
        print("\n".join(f"  {line}" for line in lines), flush=True)
        if page:
            put(name, lines)


def put(stage: str, lines: list[str]) -> None:
    """Put what a stage measured into its place in the docs."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(f"<!-- measured: {stage} -->\n")
    after = rest[rest.index("<!-- ") :]
    block = "\n".join(f"- {line}" for line in lines)
    PAGE.write_text(f"{before}{begin}\n{block}\n\n{after}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual number of points")
    parser.add_argument("--page", action="store_true", help="put the figures into docs/sweeps.md")
    parser.add_argument("--only", choices=("rows", "workers", "costs"), help="one stage of it")
    told = parser.parse_args()
    main(told.scale, told.page, told.only)
