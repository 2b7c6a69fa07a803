"""Numbers of a paper beside ours, and rows that were stored beside those that were run again."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from textwrap import wrap
from typing import Any

from qkdlab.sweep import SweepResult

WIDTH = 54
"""Of the last column, in letters."""


def beside(
    rows: Iterable[tuple[str, float, float, str]], *, known: str = "published", digits: int = 4
) -> str:
    """Return a table: what, as published, as found here, the difference in per cent, and why.

    Parameters
    ----------
    rows
        What it is (with its unit), the published number, ours, and why they differ.
    known
        The head of the second column.
    digits
        How many digits numbers have.

    Examples
    --------
    >>> print(beside([("reach, km", 142.05, 142.01, "rounding")]))
                published  here  off      why
    reach, km   142.1      142   -0.03 %  rounding
    """
    cells = [("", known, "here", "off", "why")]
    for what, published, ours, why in rows:
        off = f"{round(100 * (ours / published - 1), 2) + 0.0:+.2f} %"  # no -0.00: its sign is chance
        first, *rest = wrap(why, WIDTH) or [""]
        cells.append((what, f"{published:.{digits}g}", f"{ours:.{digits}g}", off, first))
        cells += [("", "", "", "", line) for line in rest]
    *wide, _ = (max(map(len, column)) for column in zip(*cells, strict=True))
    wide[0] += 1
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, wide, strict=False)), row[-1]]).rstrip()
        for row in cells
    )


def is_part(again: SweepResult, stored: SweepResult, *, close: float = 0.0) -> bool:
    """Return whether each row of `again` is among those stored, number for number, but for its seconds.

    With `close`, floats may differ by so much of themselves, and seeds are not looked at: that is for searches,
    which end elsewhere on another machine and draw nothing at random.

    >>> stored = SweepResult([{"a": 1, "repetition": 0, "seed": 1, "b": 0.5}], swept=("a",))
    >>> is_part(stored, stored), is_part(SweepResult([], swept=("a",)), stored)
    (True, False)
    """

    def alike(one: Any, other: Any) -> bool:
        both = isinstance(one, float) and isinstance(other, float)
        return isclose(one, other, rel_tol=close) if both else bool(one == other)

    unlike = ("seconds", "seed") if close else ("seconds",)
    rows = [{name: value for name, value in row.items() if name not in unlike} for row in again]
    return bool(rows) and all(
        any(all(alike(value, known.get(name)) for name, value in row.items()) for known in stored)
        for row in rows
    )
