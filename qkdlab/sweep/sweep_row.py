"""Rows of a sweep: one run at one point, from the settings to what came out, or to the error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from time import perf_counter
from typing import Any

import numpy as np

from ..errors import shown
from .kinds import Kind
from .points.design import Value
from .points.dotted import replaced
from .points.plain import canonical, run_seed

Row = dict[str, Any]
"""What a row says, by the names of its columns: numbers, text, truth values or None."""

REPETITION, SEED, ERROR, SECONDS = "repetition", "seed", "error", "seconds"
ADDED = (REPETITION, SEED, ERROR, SECONDS)
"""The columns that every row has besides what is swept and what comes out."""
LONGEST_ERROR = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What all runs of a sweep have in common; it is sent to the workers.

    Parameters
    ----------
    kind
        What is run.
    settings
        What is the same at all points. Its seed is the master seed.
    names
        The dotted names that are swept.
    """

    kind: Kind
    settings: Any
    names: tuple[str, ...]

    def at(self, values: tuple[Value, ...]) -> Any:
        """Return the settings at a point, with the master seed."""
        changes = {name: one.value for name, one in zip(self.names, values, strict=True)}
        return replaced(self.settings, changes)

    def seed_of(self, settings: Any, repetition: int) -> int:
        """Return the seed of a run of the settings at a point."""
        return run_seed(getattr(self.settings, SEED, 0), canonical(settings), repetition)

    def row(self, values: tuple[Value, ...], repetition: int) -> Row:
        """Run a point once and return its row; an error of the run stands in the row."""
        row: Row = {name: one.label for name, one in zip(self.names, values, strict=True)}
        row |= {REPETITION: repetition, SEED: None}
        start, error = perf_counter(), None
        try:
            settings = self.at(values)
            row[SEED] = self.seed_of(settings, repetition)
            if self.kind.is_random:
                settings = replace(settings, **{SEED: row[SEED]})
            found = _checked(self.kind.run(settings), taken=row)
            row |= {name: found.get(name) for name in self.kind.columns or found}
        except Exception as raised:  # whatever a run raises is what its row says
            row |= dict.fromkeys(self.kind.columns)
            error = f"{type(raised).__name__}: {raised}".replace("\n", " ")[:LONGEST_ERROR]
        return row | {ERROR: error, SECONDS: perf_counter() - start}


def _checked(found: Any, *, taken: Row) -> Mapping[str, Any]:
    """Return what a run returned, if a row can say it."""
    if not isinstance(found, Mapping):
        raise TypeError(f"a run must return a mapping, got {shown(found)}")
    checked = {}
    for name, value in found.items():
        one = value.item() if isinstance(value, np.generic) else value
        if isinstance(one, float) and isnan(one):  # NaN is no number, and equals no other row's
            one = None
        if one is not None and not isinstance(one, bool | int | float | str):
            raise TypeError(f"{name} must be a number, text, a truth value or None, got {shown(value)}")
        if name in taken or name in ADDED:
            raise ValueError(f"{name} must be no column that a row has already")
        checked[str(name)] = one
    return checked


def columns_of(names: tuple[str, ...], rows: Any, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return all columns of rows in order: what is swept, repetition and seed, what came out, error, seconds.

    >>> columns_of(("a",), [{"a": 1, "repetition": 0, "seed": 3, "x": 1.0, "error": None, "seconds": 0.1}])
    ('a', 'repetition', 'seed', 'x', 'error', 'seconds')
    """
    outputs = known or tuple(
        dict.fromkeys(name for row in rows for name in row if name not in names and name not in ADDED)
    )
    return (*names, REPETITION, SEED, *outputs, ERROR, SECONDS)
