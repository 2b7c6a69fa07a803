"""Plots of a sweep in one call: curves with the spread of their runs, theory beside them, and heat maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, floor, log10
from typing import Any

from ...errors import shown
from ...values import check_choice
from ..components.base import Component
from ..components.curve_chart import SCALES, CurveChart
from ..components.text import number_text, words_for
from ..frame.frame import Panel
from .heat_map import HeatMap
from .series_look import PERCENT, SeriesLook, column_text
from .spread import Row, Spread, in_order, is_number, spreads

QUANTILES = (0.1, 0.9)
"""Where the bars of a point end, by default."""

MOST_DECADES = 12
_ENDS = {"low": min, "high": max}


class SweepFigure(Panel):
    """A chart of a sweep in a frame, which keeps a still picture for readers without a kernel.

    Attributes
    ----------
    chart
        The `CurveChart` or the `HeatMap`.
    """

    def __init__(self, chart: Component) -> None:
        super().__init__()
        self.chart = chart
        self._hold([self._head([]), chart], [chart])

    def _told(self) -> str:
        return str(self.chart.title)


def plot_sweep(
    rows: Iterable[Row],
    *,
    x: str,
    y: str,
    by: str | None = None,
    theory: Iterable[Row] = (),
    x_scale: str = "linear",
    y_scale: str = "linear",
    quantiles: tuple[float, float] = QUANTILES,
    title: str = "",
    labels: dict[str, str] | None = None,
    theory_label: str = "",
) -> SweepFigure:
    """Return a chart of a column of a sweep against another: medians, with bars between two quantiles.

    Parameters
    ----------
    rows
        A `qkdlab.sweep.SweepResult`, or rows like those in it. Runs that failed, or have no number `y`, are
        left out, and counted in the sentence.
    x, y
        The columns.
    by
        Another column: each of its values is a series of its own, at most five of them.
    theory
        Rows with the same columns, drawn as curves: another sweep, as one of expected keys, or a formula at
        some values of `x`. Without the column `by` they are one curve.
    x_scale, y_scale
        ``"linear"`` or ``"log"``. What is 0 on a log scale stands at the lower edge, with a look of its own.
    quantiles
        Where the bars end, as shares of the runs of a point.
    title, labels
        What is written above, and columns in words, in place of those of the lab.
    theory_label
        What the legend calls the curves, if not theory: measurements of others, say.

    Raises
    ------
    ValueError
        For a column that there is not, or one along an axis that holds something else than numbers.

    Examples
    --------
    >>> rows = [{"n_pulses": n, "key_length": n // 9} for n in (10, 20, 30)]
    >>> plot_sweep(rows, x="n_pulses", y="key_length").chart.series[0]["y"]
    [1.0, 2.0, 3.0]
    """
    check_choice("x_scale", x_scale, SCALES)
    check_choice("y_scale", y_scale, SCALES)
    words, named = words_for("sweep_plots"), words_for("sweep_columns") | (labels or {})
    found, left_out = spreads(rows, (x,) if by is None else (by, x), y, quantiles)
    drawn = list(theory)
    split = by if by is not None and all(by in row for row in drawn) else None
    curves, _ = spreads(drawn, (x,) if split is None else (split, x), y, quantiles)
    for one in (*found, *curves):
        if not is_number(one.place[-1]):
            raise ValueError(f"x must name a column of numbers, got {shown(one.place[-1])} in {x!r}")
    x_axis = _axis(named.get(x, x), x, [one.place[-1] for one in (*found, *curves)], x_scale)
    levels = [level for one in found for level in (one.low, one.middle, one.high)]
    y_axis = _axis(named.get(y, y), y, [*levels, *(one.middle for one in curves)], y_scale, room=1.1)
    look = SeriesLook(
        by=by, split=split, label=named.get(by, by) if by else "", theory=theory_label, scale=y_scale
    )
    told = {"x": x_axis["label"], "y": y_axis["label"]}
    kind = "told" if found else "told_theory" if curves else "told_empty"
    return SweepFigure(
        CurveChart(
            title=title or words["title"].format(**told),
            statement=_sentence(words, kind, told, found, left_out, quantiles),
            x_axis=x_axis,
            y_axis=y_axis,
            series=look.series(found, curves, y_axis["low"]),
        )
    )


def rate_against_distance(rows: Iterable[Row], **options: Any) -> SweepFigure:
    """Return the chart of the secret bits per pulse against the length of the fibre, on a log scale.

    Further options are those of `plot_sweep`.
    """
    columns = {"x": "link.length_km", "y": "secret_bits_per_pulse", "y_scale": "log"}
    return plot_sweep(rows, **{**columns, **options})


def heat_map(
    rows: Iterable[Row],
    *,
    x: str,
    y: str,
    colour: str,
    scale: str = "linear",
    title: str = "",
    labels: dict[str, str] | None = None,
) -> SweepFigure:
    """Return a table of the medians of a column of a sweep, by two others; darker cells hold more.

    Parameters
    ----------
    rows
        As for `plot_sweep`.
    x, y, colour
        The columns: across, down, and in the cells. Those across and down may hold names.
    scale
        ``"linear"`` or ``"log"``: what a step of shade is.
    title, labels
        As for `plot_sweep`.

    Examples
    --------
    >>> rows = [{"n": n, "p": p, "qber": n * p} for n in (1, 2) for p in (0.01, 0.02)]
    >>> [cell["text"] for cell in heat_map(rows, x="n", y="p", colour="qber").chart.cells[0]]
    ['1.0\\xa0%', '2.0\\xa0%']
    """
    check_choice("scale", scale, SCALES)
    words, named = words_for("sweep_plots"), words_for("sweep_columns") | (labels or {})
    found, left_out = spreads(rows, (y, x), colour, QUANTILES)
    cells = {one.place: one.middle for one in found}
    down, across = (sorted({place[axis] for place in cells}, key=in_order) for axis in (0, 1))
    shades = _shades(list(cells.values()), scale)
    told = {"x": named.get(x, x), "y": named.get(y, y), "colour": named.get(colour, colour)}

    def cell(place: tuple[Any, ...]) -> dict[str, Any]:
        if place not in cells:
            return {"text": words_for("heat_map")["gap"], "shade": None}
        return {"text": column_text(cells[place], colour), "shade": shades[cells[place]]}

    ends = {name: column_text(end(cells.values()), colour) for name, end in _ENDS.items()} if cells else {}
    return SweepFigure(
        HeatMap(
            title=title or words["title_map"].format(**told),
            statement=_sentence(words, "told_map" if found else "told_empty", told, found, left_out, None),
            x_label=told["x"],
            y_label=told["y"],
            columns=[column_text(place, x) for place in across],
            rows=[column_text(place, y) for place in down],
            cells=[[cell((row, column)) for column in across] for row in down],
            shades=words_for("heat_map")["shades"].format(**ends) if cells else "",
        )
    )


def _axis(label: str, column: str, values: list[Any], scale: str, room: float = 1.0) -> dict[str, Any]:
    """Return an axis that has room for all values; a log axis ends at powers of ten."""
    known = [float(value) for value in values if scale == "linear" or value > 0] or [1.0]
    low, high = min(known), max(known)
    if scale == "log":
        bottom, top = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
        low, high = 10.0 ** max(min(bottom, top - 1), top - MOST_DECADES), 10.0**top
    else:
        low = min(0.0, low) if low < 0.5 * high else low - 0.05 * (high - low)
        high = low + room * (high - low)
    unit = "percent" if column.endswith(PERCENT) else "number"
    return {"label": label, "low": low, "high": high if high > low else low + 1, "scale": scale, "unit": unit}


def _sentence(
    words: Mapping[str, str],
    told: str,
    labels: Mapping[str, str],
    found: list[Spread],
    left_out: int,
    quantiles: tuple[float, float] | None,
) -> str:
    """Return in words what is drawn, of how many runs, and what is left out."""
    n_runs = sum(one.n_runs for one in found)
    runs = words["run_one" if n_runs == 1 else "run_many"].format(runs=number_text(n_runs))
    text = words[told].format(**labels, runs=runs)
    if quantiles and any(one.n_runs > 1 for one in found):
        low, high = (words["percentile"].format(share=100 * share) for share in quantiles)
        text += words["told_spread"].format(low=low, high=high)
        text += _few_told(words, found, quantiles)
    return text + (words["told_out"].format(out=number_text(left_out)) if left_out else "")


def _few_told(words: Mapping[str, str], found: list[Spread], quantiles: tuple[float, float]) -> str:
    """Return in words how many points have too few runs for their quantiles; "" if none has."""
    least = min(quantiles[0], 1 - quantiles[1])
    fewest = ceil(1 / least - 1e-9) if least > 0 else 0
    few = sum(one.n_runs < fewest for one in found)
    return words["told_few"].format(fewest=number_text(fewest), few=number_text(few)) if few else ""


def _shades(values: list[float], scale: str) -> dict[float, float]:
    """Return how dark each value is, 0 … 1; on a log scale what is 0 is as pale as the least."""
    known = [value for value in values if scale == "linear" or value > 0]
    if not known:
        return dict.fromkeys(values, 0.0)
    bend = log10 if scale == "log" else float
    low, high = bend(min(known)), bend(max(known))
    wide = (high - low) or 1.0
    return {value: (bend(value) - low) / wide if value in known else 0.0 for value in values}
