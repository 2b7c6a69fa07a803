"""Batches are handed out to workers, and what comes back is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from ..errors import LONGEST_MESSAGE, WorkersLost
from .batches import Batches, Pack, run_batch
from .executors import Workers
from .sweep_row import Job

Write = Callable[[range, Any], object]
"""Takes the numbers of rows, and what the worker packed them into."""
Tell = Callable[[int], object]
"""Is told how many rows have been added."""

IN_FLIGHT = 2
"""Batches that are handed out at once, for each worker: one runs, and one waits."""
MOST_DEATHS = 3
"""So often a batch is handed out again that was out when a process died."""
LOOK_SECONDS = 5.0
"""How often it is asked how many workers there are."""


def hand_out(
    job: Job, batches: Batches, workers: Workers, pack: Pack, write: Write, tell: Tell | None = None
) -> None:
    """Hand out batches, as many as workers can take, and write what comes back, until none is left.

    Nothing that was written is kept.

    Raises
    ------
    WorkersLost
        If the workers broke down, and are none that can be started again.
    """
    out = _Out(
        job=job, batches=batches, workers=workers, pack=pack, write=write, tell=tell or (lambda _: None)
    )
    try:
        while batches.left or out.pending:
            out.fill()
            done = wait(out.pending, return_when=FIRST_COMPLETED, timeout=LOOK_SECONDS).done
            while done:
                out.collect(done.pop())
    finally:
        for future in out.pending:
            future.cancel()


@dataclass(kw_only=True, slots=True)
class _Out:
    """The batches that are out."""

    job: Job
    batches: Batches
    workers: Workers
    pack: Pack
    write: Write
    tell: Tell
    pending: dict[Future[Any], range] = field(default_factory=dict)
    deaths: Counter[int] = field(default_factory=Counter)
    n_workers: int = 0
    looked: float = -LOOK_SECONDS

    def fill(self) -> None:
        """Hand out batches until every worker has enough."""
        if monotonic() - self.looked > LOOK_SECONDS:
            self.n_workers, self.looked = self.workers.count(), monotonic()
        most = 1 if self.workers.is_serial else IN_FLIGHT * self.n_workers
        while self.batches.left and len(self.pending) < most:
            rows = self.batches.next_rows(self.n_workers)
            runs = self.batches.runs(rows)
            try:
                future = self.workers.submit(run_batch, self.job, runs, self.batches.seconds, self.pack)
            except BrokenExecutor as error:
                self._lost(rows, error)
                return
            self.pending[future] = rows

    def collect(self, future: Future[Any]) -> None:
        """Write what a batch has come to; what it left is handed out again."""
        rows = self.pending.pop(future, None)
        if rows is None:  # handed out again already
            return
        try:
            n_done, packed, seconds = future.result()
        except Exception as error:  # of the workers: that of a run stands in its row
            self._lost(rows, error)
            return
        self.batches.learn(n_done, seconds)
        self.batches.give_back(rows[n_done:])
        self.write(rows[:n_done], packed)
        self.tell(n_done)

    def _lost(self, rows: range, error: Exception) -> None:
        """Take back all that is out, and start new processes in place of those that died."""
        self.batches.give_back(rows)
        lost = [rows]
        broken = isinstance(error, BrokenExecutor)
        for future in list(self.pending) if broken else ():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.collect(future)
            else:
                lost.append(self.pending.pop(future))
                self.batches.give_back(lost[-1])
        self.deaths.update(one.start for one in lost)
        last = max(self.deaths[one.start] for one in lost) > MOST_DEATHS
        if last or not (broken and self.workers.renew()):
            told = f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
            raise WorkersLost(
                f"rows {rows.start} … {rows.stop - 1} were lost with what ran them ({told}); "
                "with `out`, the same sweep goes on with the rows that are left"
            ) from error
