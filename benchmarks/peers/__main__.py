"""qkdlab beside what one would pick instead: the same work, time, memory, and whether the answer is right.

    make peers                                            (a quarter of an hour; installs the peers first)
    python -m benchmarks.peers --only hash                (one task, with the peers that are installed)
    python -m benchmarks.peers --write docs/peers.md      (writes the tables of the page)

Each measurement has a process of its own; packages take turns, and the median of all rounds is shown. See
`benchmarks.peers.measure` for what is measured.
"""

import argparse
import datetime
import os
import platform
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.peers.measure import TASKS, Measured, measure_apart
from benchmarks.peers.task import OURS
from tools.pages import filled, table

HEAD = ("package", "version", "processor time", "× qkdlab", "memory", "right", "found")
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def version_of(side: str) -> str:
    """Return the version of the package of a side; ours is what is here."""
    package = side.split(",", maxsplit=1)[0]
    return "this" if package == OURS else version(package)


def seconds_text(seconds: float) -> str:
    """Return a time, two digits of it."""
    unit, name = next((one for one in UNITS if seconds >= one[0]), UNITS[-1])
    return f"{float(f'{seconds / unit:.2g}'):,g} {name}"


def memory_text(bytes_: float | None) -> str:
    """Return a growth in MB."""
    if bytes_ is None:
        return "–"
    return "< 1 MB" if bytes_ < 1e6 else f"{bytes_ / 1e6:,.0f} MB"


def row(side: str, rounds: list[Measured], ours: float) -> list[str]:
    """Return a row of the table: medians, and what all rounds found."""
    seconds = median(one.seconds for one in rounds)
    kinds = [one.grown_bytes for one in rounds if one.grown_bytes is not None]
    right = all(one.right for one in rounds)
    found = (
        rounds[0].found
        if len({one.found for one in rounds}) == 1
        else " / ".join(dict.fromkeys(one.found for one in rounds))
    )
    return [
        side,
        version_of(side),
        seconds_text(seconds),
        f"{float(f'{seconds / ours:.2g}'):,g}",
        memory_text(median(kinds) if kinds else None),
        "yes" if right else "**no**",
        found,
    ]


def compare(name: str, n_rounds: int, scale: float, n_jobs: int) -> tuple[str, list[str]]:
    """Return a task as a part of the page, and the packages that are missing."""
    task = TASKS[name]
    turns = [side for _ in range(n_rounds) for side in task.sides]
    with ThreadPoolExecutor(n_jobs) as pool:  # of processes, which the threads wait for
        done = list(pool.map(lambda side: measure_apart(name, side, scale), turns))
    rounds = {
        side: [one for by, one in zip(turns, done, strict=True) if by == side and one] for side in turns
    }
    ours = median(one.seconds for one in rounds[turns[0]])
    rows = [row(side, found, ours) for side, found in rounds.items() if found]
    part = f"### {task.title}\n\nHeld against: {task.truth}.\n\n{table(HEAD, rows)}"
    return part, [side for side, found in rounds.items() if not found]


def machine() -> str:
    """Return in words where and when it was measured."""
    day = datetime.datetime.now(datetime.UTC).date()
    cores = f"{os.cpu_count()} cores of {platform.machine()}"
    return f"Measured on {day:%d %B %Y}: {cores}, {platform.system()}, Python {platform.python_version()}"


def busy() -> str:
    """Return how much else the machine did."""
    return f"{os.getloadavg()[2]:.0f} processes wanted to run in the quarter of an hour before"


def main() -> None:
    """Compare, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual work")
    parser.add_argument("--write", type=Path, help="page whose table is to be written")
    asked = parser.parse_args()
    if asked.write and asked.scale != 1:
        parser.error("only what was measured at full scale is written")
    for name in asked.only:
        part, missing = compare(name, asked.rounds, asked.scale, asked.jobs)
        part += f"\n\n{machine()}; medians of {asked.rounds} rounds; {busy()}."
        print(f"{part}\n", flush=True)
        if missing:
            print(f"Not installed (make peers): {', '.join(missing)}\n")
        elif asked.write:
            page = asked.write.read_text(encoding="utf-8")
            asked.write.write_text(filled(page, {name: part}, asked.write.name), encoding="utf-8")


if __name__ == "__main__":
    main()
