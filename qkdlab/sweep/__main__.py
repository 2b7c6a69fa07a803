"""Sweep the settings of a scenario: ``python -m qkdlab.sweep scenario.json --over … --out …``.

The same command takes up where it left off. Ctrl+C stops it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import QkdlabError, WorkersLost
from ..extras import extra_needed
from ..settings.session_settings import SessionSettings
from .executors import BY_NAME, PROCESSES, SERIAL
from .files.sweep_folder import count_failed
from .kinds import KINDS
from .network_hours import NetworkHours
from .points.over_texts import over_of
from .sweeping import sweep

DONE, LOST, MISUSED, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qkdlab.sweep",
        description=(__doc__ or "").partition("\n")[0],
        epilog="Exit status: 0 done, 1 workers or disk were lost, 2 refused, 3 done and some runs failed, "
        "130 stopped. After 1 and 130 the same command goes on.",
    )
    parser.add_argument("scenario", type=Path, help="settings as JSON, as panels save them")
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="what is swept, such as link.length_km=0:100:10 or eavesdropper.fraction=0,0.5,1, or a list "
        "of JSON; may be repeated",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the rows")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="runs of each point (%(default)s)")
    parser.add_argument("--what", choices=tuple(KINDS), help="what is run (a session or a network)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--executor", choices=BY_NAME, default=None, help=f"where ({SERIAL})")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://host:8786")
    parser.add_argument("--workers", type=int, metavar="N", help=f"processes, with --executor {PROCESSES}")
    parser.add_argument(
        "--batch-seconds", type=float, default=1.0, metavar="S", help="runs handed out at once (%(default)s)"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sweep and return the exit status."""
    parser = _parser()
    told = parser.parse_args(arguments)
    if told.workers is not None and (told.workers < 1 or told.executor not in (None, PROCESSES)):
        parser.error(f"--workers must be at least 1, and goes with --executor {PROCESSES}")
    if told.workers is not None and told.scheduler:
        parser.error("--workers goes with processes here: a scheduler has workers of its own")
    try:
        settings, over = _settings(told.scenario), over_of(told.over)
        with _executor(told) as executor:
            result = sweep(
                settings,
                over,
                what=told.what,
                seeds=told.seeds,
                executor=executor,
                n_workers=told.workers,
                out=told.out,
                progress=not told.quiet,
                batch_seconds=told.batch_seconds,
            )
        n_failed = count_failed(told.out)
    except KeyboardInterrupt:
        sys.stderr.write(f"{parser.prog}: stopped; the same command goes on\n")
        return STOPPED
    except (WorkersLost, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return LOST
    except (QkdlabError, ValueError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return MISUSED
    rows = "row" if len(result) == 1 else "rows"
    sys.stdout.write(f"{len(result)} {rows} in {told.out}, {n_failed} of them with an error\n")
    return SOME_FAILED if n_failed else DONE


def _settings(path: Path) -> Any:
    """Return the settings of a scenario: a session's, or a network's with who asks it for keys."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"scenario must be a file that can be read: {error}") from error
    try:
        kind = json.loads(text).get("type")
    except (ValueError, AttributeError, RecursionError):
        kind = None
    return NetworkHours.from_json(text) if kind == NetworkHours.__name__ else SessionSettings.from_json(text)


@contextmanager
def _executor(told: argparse.Namespace) -> Iterator[Any]:
    """Give the executor that was asked for; the connection to a scheduler ends afterwards."""
    if told.scheduler is None:
        yield told.executor or (PROCESSES if told.workers else SERIAL)
        return
    with extra_needed("sweep"):
        dask: Any = import_module("distributed")  # Dask is for clusters alone
    with dask.Client(told.scheduler) as client:
        yield client


if __name__ == "__main__":
    sys.exit(main())
