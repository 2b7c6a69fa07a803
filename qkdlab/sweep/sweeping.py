"""A sweep: one kind of run at many points, on whatever executor there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import shown
from ..values import check_count
from .batches import Batches, run_batch
from .design import Design, design_of
from .kinds import Run, kind_of
from .sweep_result import SweepResult
from .sweep_row import SEED, Job, Row


def sweep(
    settings: Any,
    over: Any,
    *,
    what: str | Run | None = None,
    seeds: int | Iterable[int] = 1,
    executor: Any = "serial",
    out: str | Path | None = None,
    progress: bool = True,
    batch_seconds: float = 1.0,
) -> SweepResult:
    """Run many sessions, networks or expectations, and return a row for each."""
    kind = kind_of(what, settings)
    design = design_of(over)
    repetitions = _repetitions(seeds)
    job = Job(kind=kind, settings=settings, names=design.names)
    _check_points(job, design)
    n_rows = design.n_points * len(repetitions)
    batches = Batches(
        design=design, repetitions=repetitions, left=deque([range(n_rows)]), seconds=batch_seconds
    )
    rows: list[Row] = []
    while batches.left:
        taken = batches.take(1)
        done, seconds = run_batch(job, batches.runs(taken), batch_seconds)
        batches.learn(len(done), seconds)
        batches.give_back(taken[len(done) :])
        rows += done
    return SweepResult(rows, swept=design.names, outputs=kind.columns)


def _repetitions(seeds: int | Iterable[int]) -> tuple[int, ...]:
    """Return the numbers of the repetitions."""
    if isinstance(seeds, Iterable):
        found = tuple(check_count("seeds", one) for one in seeds)
        if not found or len(set(found)) < len(found):
            raise ValueError(f"seeds must be a count or different whole numbers, got {shown(found)}")
        return found
    return tuple(range(check_count("seeds", seeds, minimum=1)))


def _check_points(job: Job, design: Design) -> None:
    for name in design.names:
        if name.split(".")[0] == SEED:
            raise ValueError("over must leave the seed alone: `seeds` says how often each point is run")
    for number in range(design.n_points):
        job.at(design.point(number))
