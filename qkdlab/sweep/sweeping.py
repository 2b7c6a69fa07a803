"""A sweep: one kind of run at many points, on whatever executor there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import shown
from ..extras import is_installed
from ..values import check_count, check_non_negative, check_path
from .batches import Batches, Pack
from .executors import SERIAL, Workers
from .files.sweep_folder import SweepFolder, read_folder
from .handing_out import Write, hand_out
from .kinds import Run, kind_of
from .points.design import Design, design_of
from .points.plain import plain
from .sweep_result import SweepResult
from .sweep_row import ADDED, SEED, Job, Row

MOST_CHECKED = 100_000
"""Points that are built before anything runs; of more, those refused later are rows with an error."""
MOST_REPETITIONS = 10**12
"""Runs of a point at the most, if they are a count or a range."""


def sweep(
    settings: Any,
    over: Any,
    *,
    what: str | Run | None = None,
    seeds: int | Iterable[int] = 1,
    executor: Any = SERIAL,
    n_workers: int | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    batch_seconds: float = 1.0,
) -> SweepResult:
    """Run many sessions, networks or expectations, and return a row for each.

    A row depends on its settings, the seed in them and the number of its repetition, and on nothing else:
    neither on the other points nor on order, batches, workers or executor.

    Parameters
    ----------
    settings
        What is the same at all points: `SessionSettings`, or `NetworkHours`. Its seed is the master seed.
    over
        What is swept: a mapping from dotted names, such as ``"link.length_km"``, to lists of values makes a
        grid; a list of mappings from names to values is a list of points; and `random_design` draws points.
    what
        What is run at each point: ``"session"``, ``"expected_key"``, ``"optimum"`` or ``"network"``; None for
        a session or a network, as the settings are. Or a function of the settings that returns a mapping from
        names of columns to numbers, text, truth values or None; workers import it by its name.
    seeds
        How many repetitions each point has, or their numbers. Each has a seed of its own.
    executor
        ``"serial"``, ``"processes"``, an executor of `concurrent.futures`, or a Dask client.
    n_workers
        How many processes; None for one on every processor.
    out
        A folder. Rows are kept there as they come, and the same call takes up where an earlier one left off,
        however that ended. None to keep them in memory alone.
    progress
        Whether to show how far it is, and the time left, if tqdm is installed.
    batch_seconds
        How long the runs take that a worker is given at once, about.

    Returns
    -------
    The rows, in the order of the points and then of the repetitions. A run that raised an error is a row with
    the error. With `out` they are read from the file when they are first asked for.

    Raises
    ------
    ValueError
        If a name, a value or an option is refused, or `out` holds another sweep. Nothing has run then.
    WorkersLost
        If an executor broke down. With `out`, the rows until then are kept.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, InterceptResend, SessionSettings
    >>> from qkdlab.sweep import sweep
    >>> settings = SessionSettings(n_pulses=20_000, link=IDEAL_LINK, eavesdropper=InterceptResend(), seed=1)
    >>> result = sweep(settings, {"eavesdropper.fraction": [0, 1]}, progress=False)
    >>> [row["reason"] for row in result]
    [None, 'QBER too high']
    """
    kind = kind_of(what, settings)
    design = design_of(over)
    repetitions = _repetitions(seeds)
    if not kind.is_random and len(repetitions) > 1:
        raise ValueError(f"seeds must be 1 for {kind.name}, where nothing is random, got {len(repetitions)}")
    check_non_negative("batch_seconds", batch_seconds)
    job = Job(kind=kind, settings=settings, names=design.names)
    _check_points(job, design)
    n_rows = design.n_points * len(repetitions)
    run = partial(_run, job, design, repetitions, executor, n_workers, progress, batch_seconds)
    if out is None:
        kept: dict[range, list[Row]] = {}
        run([range(n_rows)], list, kept.__setitem__)
        rows = (row for numbers in sorted(kept, key=lambda one: one.start) for row in kept[numbers])
        return SweepResult(rows, swept=design.names, outputs=kind.columns)
    with SweepFolder.opened(
        check_path("out", out),
        {"what": kind.name, "settings": plain(settings), "over": design.told()}
        | {"repetitions": _told(repetitions)},
        names=design.names,
        outputs=kind.columns,
        n_rows=n_rows,
    ) as folder:
        run(folder.left(), folder.pack, folder.write)
        folder.finish()
    return SweepResult(
        lambda: read_folder(Path(out))[1], swept=design.names, outputs=kind.columns, length=n_rows
    )


def _repetitions(seeds: int | Iterable[int]) -> Sequence[int]:
    """Return the numbers of the repetitions: as a range if they are one, which takes no memory."""
    if isinstance(seeds, range) and seeds.step == 1 and seeds:
        for end in (seeds[0], seeds[-1]):
            check_count("seeds", end, maximum=MOST_REPETITIONS - 1)
        return seeds
    if isinstance(seeds, Iterable):
        found = tuple(check_count("seeds", one) for one in seeds)
        if not found or len(set(found)) < len(found):
            raise ValueError(f"seeds must be a count or different whole numbers, got {shown(found)}")
        as_range = range(found[0], found[0] + len(found))
        return as_range if found == tuple(as_range) else found
    return range(check_count("seeds", seeds, minimum=1, maximum=MOST_REPETITIONS))


def _told(repetitions: Sequence[int]) -> Any:
    """Return what JSON can say of the repetitions."""
    if isinstance(repetitions, range):
        return {"first": repetitions[0], "last": repetitions[-1]}
    return repetitions


def _check_points(job: Job, design: Design) -> None:
    """Raise ``ValueError`` if settings cannot be built, or cannot be told from others."""
    for name in design.names:
        if name in job.kind.columns or (name in ADDED and name != SEED):
            raise ValueError(f"over must name no column of a row, got {name!r}")
    if SEED in {name.split(".")[0] for name in design.names}:
        raise ValueError("over must leave the seed alone: `seeds` says how often each point is run")
    for number in range(min(design.n_points, MOST_CHECKED)):
        found = job.at(design.point(number))
        if number == 0:
            job.seed_of(found, 0)


def _run(
    job: Job,
    design: Design,
    repetitions: Sequence[int],
    executor: Any,
    n_workers: int | None,
    progress: bool,
    batch_seconds: float,
    left: Iterable[range],
    pack: Pack,
    write: Write,
) -> None:
    """Run what is left of a sweep, and write rows as they come."""
    batches = Batches(design=design, repetitions=repetitions, left=deque(left), seconds=batch_seconds)
    n_rows = design.n_points * len(repetitions)
    if batches.left:
        with (
            closing(Workers(executor, n_workers)) as workers,
            _bar(n_rows, n_rows - batches.n_left, progress) as bar,
        ):
            hand_out(job, batches, workers, pack, write, bar.update if bar is not None else None)


@contextmanager
def _bar(n_rows: int, n_done: int, progress: bool) -> Iterator[Any]:
    """Show a bar with the progress and the time left; without tqdm there is None."""
    if not (progress and is_installed("tqdm")):
        yield None
        return
    from tqdm.auto import tqdm  # noqa: PLC0415 (not always installed)

    with tqdm(total=n_rows, initial=n_done, unit="run", desc="sweep") as bar:
        yield bar
