"""Measure one package at one task, in a process of its own: ``python -m benchmarks.peers.measure TASK SIDE``.

Prints JSON. Time is that of the processor, after a small run that compiles and loads whatever is compiled and
loaded once. Memory is how far the process grew during the first run at full size, above what it had before.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.clients import CLIENTS
from benchmarks.peers.keys import CASCADE, HASH, LDPC
from benchmarks.peers.rates import BB84_RATE, SIX_STATE_RATE
from benchmarks.peers.simulations import INTERCEPTED
from benchmarks.peers.task import Task

TASKS: dict[str, Task] = {
    "bb84-rate": BB84_RATE,
    "six-state-rate": SIX_STATE_RATE,
    "intercepted": INTERCEPTED,
    "cascade": CASCADE,
    "ldpc": LDPC,
    "hash": HASH,
    "clients": CLIENTS,
}

AT_LEAST = 0.2
"""Quick work is repeated until the processor was busy for so many seconds."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process found; bytes are None where the system does not tell the peak."""

    seconds: float
    grown_bytes: int | None
    right: bool
    found: str


def memory(name: str) -> int | None:
    """Return a line of Linux's status of this process, such as VmHWM, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


def grown(work: Callable[[], Any]) -> tuple[Any, int | None]:
    """Return an answer, and by how many bytes the process grew at most while it was found."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # begins the peak anew
    except OSError:
        return work(), None
    before = memory("VmHWM")
    answer = work()
    after = memory("VmHWM")
    return answer, None if before is None or after is None else after - before


def measure(task: Task, side: str, scale: float) -> Measured:
    """Measure in this process."""
    with task.sides[side](scale / 20) as small:
        small()
    with task.sides[side](scale) as work:
        start = time.process_time()
        answer, grown_bytes = grown(work)
        spent, n = time.process_time() - start, 1
        while spent < AT_LEAST * scale:
            start = time.process_time()
            work()
            spent, n = spent + time.process_time() - start, n + 1
    right, found = task.judge(answer, scale)
    return Measured(spent / n, grown_bytes, bool(right), found)


def measure_apart(task: str, side: str, scale: float) -> Measured | None:
    """Measure in a new process, with one thread for linear algebra; None if the package is not installed."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.measure", task, side, str(scale)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ModuleNotFoundError" in ended.stderr:
        return None
    if ended.returncode:
        raise RuntimeError(f"{side} at {task}:\n{ended.stderr}")
    return Measured(**json.loads(ended.stdout.splitlines()[-1]))


if __name__ == "__main__":
    name, by, share = sys.argv[1:]
    print(json.dumps(asdict(measure(TASKS[name], by, float(share)))))
