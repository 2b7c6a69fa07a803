"""Rows of a sweep brought together: all runs of a point become a median and two quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from ...errors import shown

Row: TypeAlias = Mapping[str, Any]
"""A run as `qkdlab.sweep` gives it: a value for each column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """What the runs of one place have in common.

    Parameters
    ----------
    place
        The values of the columns that the runs were brought together by.
    low, middle, high
        The lower quantile, the median and the upper quantile.
    n_runs
        Number of runs.
    """

    place: tuple[Any, ...]
    low: float
    middle: float
    high: float
    n_runs: int


def spreads(
    rows: Iterable[Row], columns: tuple[str, ...], value: str, quantiles: tuple[float, float]
) -> tuple[list[Spread], int]:
    """Return the spread of `value` at each place of `columns`, in order, and how many rows have none.

    A row without a number there, as one that failed, counts among the latter.

    Raises
    ------
    ValueError
        If there is a row without one of the columns.

    Examples
    --------
    >>> rows = [{"km": 10, "bits": bits} for bits in (3, 5, 4)] + [{"km": 20, "bits": None}]
    >>> found, left_out = spreads(rows, ("km",), "bits", (0.0, 1.0))
    >>> found[0].middle, found[0].high, left_out
    (4.0, 5.0, 1)
    """
    places: dict[tuple[Any, ...], list[float]] = {}
    left_out = 0
    for row in rows:
        for name in (*columns, value):
            if name not in row:
                raise ValueError(f"column must be one of {', '.join(map(repr, row))}, got {shown(name)}")
        if not is_number(row[value]) or row.get("error"):
            left_out += 1
            continue
        places.setdefault(tuple(row[name] for name in columns), []).append(float(row[value]))
    found = []
    for place in sorted(places, key=lambda place: tuple(map(in_order, place))):
        low, middle, high = np.quantile(places[place], (quantiles[0], 0.5, quantiles[1])).tolist()
        found.append(Spread(place=place, low=low, middle=middle, high=high, n_runs=len(places[place])))
    return found, left_out


def is_number(value: object) -> bool:
    """Return whether `value` is a finite number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def in_order(value: object) -> tuple[bool, float, str]:
    """Return by what values of a column are sorted: numbers first, then texts."""
    return (False, float(value), "") if is_number(value) else (True, 0.0, str(value))  # type: ignore[arg-type]
