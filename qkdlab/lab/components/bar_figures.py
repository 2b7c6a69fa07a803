"""Bar rows as a still picture, for readers without a kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .figures import (
    BLUE,
    GREEN,
    GREY,
    VERMILION,
    Still,
)

_LOOK: Mapping[str, dict[str, Any]] = {
    "kept": {"color": BLUE, "alpha": 0.85},
    "taken": {"facecolor": "none", "edgecolor": GREY, "hatch": "////"},
    "secret": {"color": GREEN},
    "warning": {"color": VERMILION, "hatch": "||", "edgecolor": "white"},
}
"""How the kinds of `BarRows` are drawn."""


def bars_figure(charts: Sequence[Mapping[str, Any]]) -> Still:
    """Return a still picture of charts under each other, each given by the traits of a `BarRows`."""
    heights = [len(chart["rows"]) + 1.6 for chart in charts]
    figure = Figure(figsize=(9.2, 0.38 * sum(heights)), layout="constrained")
    axes = figure.subplots(len(charts), 1, squeeze=False, height_ratios=heights)[:, 0]
    for place, chart in zip(axes, charts, strict=True):
        _draw(place, chart)
    return Still.of(figure, " ".join(f"{chart['heading']}. {chart['statement']}" for chart in charts))


def _draw(axes: Axes, chart: Mapping[str, Any]) -> None:
    low, high = chart["room"]
    rows, mark = chart["rows"], chart.get("mark")
    for place, row in enumerate(rows):
        for part in row["parts"]:
            start, stop = sorted((part["start"], part["stop"]))
            axes.barh(place, stop - start, left=start, height=0.7, **_LOOK[part["kind"]])
        axes.text(high + 0.015 * (high - low), place, row["value"], va="center", fontsize=10)
    if mark:
        axes.axvline(mark["at"], color="black", ls="--", lw=1.2)
        axes.text(mark["at"], len(rows) - 0.4, mark["text"], ha="center", va="top", fontsize=9)
    axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
    axes.set_xticks([tick["at"] for tick in chart["ticks"]], [tick["text"] for tick in chart["ticks"]])
    axes.set(xlim=(low, high), ylim=(len(rows) - 0.4, -0.6))
    axes.set_title(chart["heading"], fontsize=11, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
