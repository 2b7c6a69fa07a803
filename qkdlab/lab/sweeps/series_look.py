"""How the series of a chart of a sweep look: their names, their styles, and values as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...errors import shown
from ..components.chart_series import curve
from ..components.text import number_text, percent_text, power_text, words_for
from .spread import Spread, is_number

PERCENT = ("qber", "fraction", "error", "efficiency", "share")
"""Columns whose names end like this are shown in per cent."""

ZERO_STYLE, OTHER_STYLE = 5, 6
MOST_SERIES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesLook:
    """How the series of a chart are named and told apart.

    Parameters
    ----------
    by, split
        The column that parts the runs, and the curves; None if none does.
    label, theory
        What the legend calls that column, and the curves, if not theory.
    scale
        Of the axis of `y`.
    """

    by: str | None
    split: str | None
    label: str
    theory: str
    scale: str

    def series(self, found: list[Spread], curves: list[Spread], lowest: float) -> list[dict[str, Any]]:
        """Return the curves, the points, and those that are 0 on a log scale, which stand at `lowest`."""
        groups, theories = _groups(found), _groups(curves)
        values = list(dict.fromkeys([*groups, *(theories if self.split else ())]))
        if len(values) > MOST_SERIES:
            raise ValueError(
                f"by must name a column of at most {MOST_SERIES} values, got {shown(len(values))}"
            )
        series = []
        for value, part in theories.items():
            style = values.index(value) if value in values else OTHER_STYLE if self.by else 0
            series.append(_curve(self._name("theory", self.split, value), style, part, self.scale))
        for value, part in groups.items():
            kept = [one for one in part if self.scale == "linear" or one.middle > 0]
            style = OTHER_STYLE if self.by is None and theories else values.index(value)
            if kept:
                series.append(_points(self._name("runs", self.by, value), style, kept))
        at = [float(one.place[-1]) for one in found if self.scale == "log" and one.middle <= 0]
        if at:
            name = words_for("sweep_plots")["zero"]
            series.append(
                {"name": name, "kind": "points", "x": at, "y": [lowest] * len(at), "style": ZERO_STYLE}
            )
        return series

    def _name(self, kind: str, by: str | None, value: object) -> str:
        """Return how the legend names runs or theory, of a value of the column `by` if there is one."""
        words = words_for("sweep_plots")
        theory = self.theory or words["theory"]
        if by is None:
            return theory if kind == "theory" else words[kind]
        return words[f"{kind}_of"].format(by=self.label, value=column_text(value, by), theory=theory)


def column_text(value: object, column: str) -> str:
    """Return a value of a column as it is read."""
    if not is_number(value):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if column.endswith(PERCENT):
        return percent_text(number)
    return number_text(round(number)) if number.is_integer() and abs(number) < 1e7 else power_text(number)


def _groups(found: Iterable[Spread]) -> dict[Any, list[Spread]]:
    """Return points by the value of their first column, which is None for points of one column."""
    groups: dict[Any, list[Spread]] = {}
    for one in found:
        groups.setdefault(one.place[0] if len(one.place) > 1 else None, []).append(one)
    return groups


def _curve(name: str, style: int, part: list[Spread], scale: str) -> dict[str, Any]:
    """Return a curve; where it is 0 on a log scale it has a gap."""
    x = [float(one.place[-1]) for one in part]
    y = [one.middle if scale == "linear" or one.middle > 0 else None for one in part]
    return curve(name, style, x, y)


def _points(name: str, style: int, part: list[Spread]) -> dict[str, Any]:
    """Return points, those of several runs with bars: one run says nothing of how others would come out."""
    x, y = [float(one.place[-1]) for one in part], [one.middle for one in part]
    series = {"name": name, "kind": "points", "x": x, "y": y, "style": style}
    if any(one.n_runs > 1 for one in part):
        series |= {
            "lower": [one.low if one.n_runs > 1 else None for one in part],
            "upper": [one.high if one.n_runs > 1 else None for one in part],
        }
    return series
