"""Still pictures: what a reader without a kernel sees.

Drawn with matplotlib's object interface: no pyplot, so no global state and no second thread's
figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6B6B6B"
"""The colour-blind-safe palette of Okabe and Ito."""

DPI = 110


@dataclass(frozen=True, slots=True)
class Still:
    """A still picture: PNG for the eye and a sentence for everybody else."""

    png: bytes
    text: str

    @classmethod
    def of(cls, figure: Figure, text: str) -> Still:
        """Return a figure as a still picture."""
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return cls(buffer.getvalue(), text)

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return self.png, {"alt": self.text}

    def __repr__(self) -> str:
        return self.text


_DASHES = ("-", (0, (6, 3)), (0, (1, 2)), "-.", (0, (4, 2)), (0, (8, 2, 1, 2)), ":")
_MARKS = ("o", "s", "^", "D", "v", "P", "*")
_OPEN = 1  # the mark that is drawn open: a point under it is seen
_COLOURS = (BLUE, VERMILION, GREEN, "#B0508A", ORANGE, GREY, "#000000")


def charts_figure(charts: Sequence[Mapping[str, Any]], text: str, *, columns: int = 3) -> Still:
    """Return a still picture of charts in rows, each chart given by the traits of a `CurveChart`."""
    columns = min(columns, len(charts))
    rows = -(-len(charts) // columns)
    figure = Figure(figsize=(5.4 * columns, 4.8 * rows), layout="constrained")
    for place, chart in enumerate(charts):
        axes = figure.add_subplot(rows, columns, place + 1)
        _draw_chart(axes, chart)
    return Still.of(figure, text)


def _draw_chart(axes: Axes, chart: Mapping[str, Any]) -> None:
    for place, one in enumerate(chart["series"]):
        style = one.get("style", place)
        colour = _COLOURS[style]
        x, y = np.asarray(one["x"], dtype=float), np.asarray(one["y"], dtype=float)
        if one["kind"] == "curve":
            axes.plot(x, y, ls=_DASHES[style], color=colour, lw=2, label=one["name"])
            continue
        x = x + one.get("shift", 0.0)
        if one["kind"] == "bars":
            fill = {"fill": False, "ls": "--"} if style == _OPEN else {"alpha": 0.75}
            axes.bar(x, y, width=0.36, color=colour, edgecolor=colour, lw=1.5, label=one["name"], **fill)
            continue
        spread = None
        if "lower" in one:
            spread = [
                np.maximum(0, y - np.asarray(one["lower"], float)),
                np.maximum(0, np.asarray(one["upper"], float) - y),
            ]
        axes.errorbar(
            x,
            y,
            yerr=spread,
            fmt=_MARKS[style],
            ms=12 if style == _OPEN else 8,
            mfc="none" if style == _OPEN else colour,
            mew=2 if style == _OPEN else 1,
            capsize=4,
            color=colour,
            label=one["name"],
            zorder=3,
        )
    for line in chart.get("lines", ()):
        (axes.axvline if line["axis"] == "x" else axes.axhline)(line["at"], color=GREY, lw=1, ls=":")
    for name, axis in (("x", chart["x_axis"]), ("y", chart["y_axis"])):
        getattr(axes, f"set_{name}scale")(axis.get("scale", "linear"))
        getattr(axes, f"set_{name}lim")(axis["low"], axis["high"])
        getattr(axes, f"set_{name}label")(axis["label"])
        if axis.get("unit") == "percent":
            getattr(axes, f"{name}axis").set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.set_title(chart["title"], loc="left", fontsize=12)
    axes.grid(alpha=0.4)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=8.5, frameon=False)
