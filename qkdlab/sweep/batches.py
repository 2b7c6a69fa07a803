"""Runs in batches of a second or more, so that handing them out costs next to nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from time import perf_counter
from typing import Any

from .points.design import Design, Value
from .sweep_row import Job, Row

Runs = tuple[tuple[tuple[Value, ...], int], ...]
"""Points, each with a repetition."""

Pack = Callable[[list[Row]], Any]
"""What a worker makes of rows before it gives them back; it is sent there."""

MOST_ROWS = 1_000
"""Rows of a batch at the most: so many of them a worker has to hold at once."""
PATIENCE = 2.0
"""A worker gives back what is left of a batch that takes so many times as long as it should."""


def run_batch(job: Job, runs: Runs, seconds: float, pack: Pack) -> tuple[int, Any, float]:
    """Run what a batch holds, in order; return how many rows that are, the rows packed, and the seconds.

    At least one run is done. Once `PATIENCE` times `seconds` have passed, no other is begun: the rows are
    then fewer than the runs.
    """
    start, rows = perf_counter(), list[Row]()
    for values, repetition in runs:
        rows.append(job.row(values, repetition))
        if perf_counter() - start > PATIENCE * seconds:
            break
    return len(rows), pack(rows), perf_counter() - start


@dataclass(kw_only=True, slots=True)
class Batches:
    """What is left to run, as ranges of row numbers, and how much of it makes a batch.

    Row numbers go through the points, and at each through the repetitions.

    Parameters
    ----------
    design
        The points.
    repetitions
        Their repetitions.
    left
        Ranges of row numbers that are still to be run.
    seconds
        How long a batch shall take.
    """

    design: Design
    repetitions: Sequence[int]
    left: deque[range]
    seconds: float
    seconds_per_row: float | None = field(default=None, init=False)

    @property
    def n_left(self) -> int:
        """Rows that are in no batch yet."""
        return sum(map(len, self.left))

    def next_rows(self, n_workers: int) -> range:
        """Take the row numbers of the next batch.

        One row, while it is not known how long a row takes; then as many as take the wanted time, but near
        the end no more than a fair share, so that no worker is left alone with the last of them.
        """
        wanted = 1 if self.seconds_per_row is None else ceil(self.seconds / self.seconds_per_row)
        share = self.n_left if n_workers == 1 else ceil(self.n_left / (2 * n_workers))
        size = max(1, min(wanted, share, MOST_ROWS))
        first = self.left.popleft()
        if len(first) > size:
            self.left.appendleft(first[size:])
        return first[:size]

    def give_back(self, rows: range) -> None:
        """Put rows back that were not run."""
        if rows:
            self.left.appendleft(rows)

    def learn(self, n_rows: int, seconds: float) -> None:
        """Remember how long rows took; the last batches count most."""
        now = max(seconds / n_rows, 1e-6)
        before = now if self.seconds_per_row is None else self.seconds_per_row
        self.seconds_per_row = (before + now) / 2

    def runs(self, rows: Iterable[int]) -> Runs:
        """Return what is run for these row numbers."""
        found = []
        for row in rows:
            point, place = divmod(row, len(self.repetitions))
            found.append((self.design.point(point), self.repetitions[place]))
        return tuple(found)
