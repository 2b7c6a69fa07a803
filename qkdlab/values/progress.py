"""How a run tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called now and then with the share done, 0 … 1. It may raise to cancel the run."""


def progress_part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    """Return what tells the share of a part of a run, from `start` to `stop`, as one of the whole.

    >>> progress_part(print, 0.25, 0.75)(0.5)
    0.5
    """
    if progress is None:
        return None
    tell = progress
    return lambda share: tell(start + share * (stop - start))
