"""Still pictures: what a reader without a kernel sees.

Each component gives a `Drawing` of what it shows, and a `Still` is several of them on one page. Drawn with
matplotlib's object interface: no pyplot, so no global state and no second thread's figures. It is imported
for the first picture: it takes longer to load than the whole lab.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6B6B6B"
"""The colour-blind-safe palette of Okabe and Ito."""

DPI = 96
HALF, ROW = 5.4, 0.3  # inches: half the width of a page, a row of text


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A part of a still picture.

    Parameters
    ----------
    draw
        Draws it on axes of its own.
    text
        What it shows, in a sentence.
    height
        In inches.
    wide
        Whether it takes the whole width of the page; two others stand side by side.
    """

    draw: Callable[[Axes], object]
    text: str
    height: float = 4.6
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Still:
    """A still picture: PNG for the eye and a sentence for everybody else."""

    png: bytes
    text: str

    @classmethod
    def of(cls, drawings: Iterable[Drawing], subject: str = "", note: str = "") -> Still:
        """Return drawings on one page, in their order.

        Above them stands `note`, then `subject`; the text begins with the subject and ends with the note.
        """
        from matplotlib.figure import Figure  # noqa: PLC0415 — not before the first picture

        rows: list[list[Drawing]] = []
        for drawing in drawings:
            if rows and len(rows[-1]) == 1 and not (drawing.wide or rows[-1][0].wide):
                rows[-1].append(drawing)
            else:
                rows.append([drawing])
        heights = [max(drawing.height for drawing in row) for row in rows]
        whole = any(len(row) == 2 or row[0].wide for row in rows)
        heading = "\n".join(fill(line, 150) for line in (note, subject) if line)
        head = ROW * (1 + heading.count("\n")) if heading else 0.0
        figure = Figure(figsize=(HALF * (1 + whole), head + sum(heights)), layout="constrained")
        figure.suptitle(heading, x=0.004, ha="left", fontsize=9.5, color=GREY)
        parts = figure.subfigures(len(rows), squeeze=False, height_ratios=heights)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            for axes, drawing in zip(part.subplots(1, len(row), squeeze=False)[0], row, strict=True):
                drawing.draw(axes)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        told = [f"{subject}."] if subject else []
        told += [drawing.text for row in rows for drawing in row]
        return cls(buffer.getvalue(), " ".join([*told, note] if note else told))

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return self.png, {"alt": self.text}

    def __repr__(self) -> str:
        return self.text


LEGEND: Mapping[str, Any] = {
    "loc": "upper center",
    "bbox_to_anchor": (0.5, 0),
    "fontsize": 8.5,
    "frameon": False,
}
"""A legend below the axes; how far, `borderaxespad` says in letters."""

_DASHES = ("-", (0, (6, 3)), (0, (1, 2)), "-.", (0, (4, 2)), (0, (8, 2, 1, 2)), ":")
_MARKS = ("o", "s", "^", "D", "v", "P", "*")
_OPEN = 1  # the mark that is drawn open: a point under it is seen
_COLOURS = (BLUE, VERMILION, GREEN, "#B0508A", ORANGE, GREY, "#000000")


def chart_drawing(chart: Mapping[str, Any], text: str = "") -> Drawing:
    """Return the drawing of a chart, given by the traits of a `CurveChart`."""
    lines = chart.get("lines", ())
    entries = len(chart["series"]) + sum("label" in line for line in lines)
    return Drawing(draw=lambda axes: _draw_chart(axes, chart), text=text, height=3.6 + 0.2 * entries)


def _draw_chart(axes: Axes, chart: Mapping[str, Any]) -> None:
    for place, one in enumerate(chart["series"]):
        style = one.get("style", place)
        look: dict[str, Any] = {"color": _COLOURS[style], "label": one["name"]}
        x, y = np.asarray(one["x"], float) + one.get("shift", 0.0), np.asarray(one["y"], float)
        if one["kind"] == "curve":
            axes.plot(x, y, ls=_DASHES[style], lw=2, **look)
        elif one["kind"] == "bars":
            look |= {"fill": False, "ls": "--"} if style == _OPEN else {"alpha": 0.75}
            axes.bar(x, y, width=0.36, edgecolor=_COLOURS[style], lw=1.5, **look)
        else:
            look |= {"ms": 12, "mew": 2, "mfc": "none"} if style == _OPEN else {"ms": 8}
            spread = None
            if "lower" in one:
                ends = y - np.asarray(one["lower"], float), np.asarray(one["upper"], float) - y
                spread = np.maximum(0, ends)
            x, y = _inside(x, chart["x_axis"]), _inside(y, chart["y_axis"])
            points, *_ = axes.errorbar(x, y, yerr=spread, fmt=_MARKS[style], capsize=4, zorder=3, **look)
            points.set_clip_on(False)  # a mark on the edge is whole
    for line in chart.get("lines", ()):
        draw, dots = (axes.axvline, ":") if line["axis"] == "x" else (axes.axhline, "-.")
        draw(line["at"], color=GREY, lw=1.2, ls=dots, label=line.get("label"))
    if (at := chart.get("at")) is not None:
        axes.axvline(at, color="black", lw=1)
        for one in chart["series"]:
            if one["kind"] == "curve" and one["x"] and one["x"][0] <= at <= one["x"][-1]:
                worth = np.interp(at, one["x"], np.asarray(one["y"], float))
                axes.plot(at, worth, "_", ms=14, mec=_COLOURS[one["style"]], mew=4, zorder=4)
    for name in "xy":
        axis = chart[f"{name}_axis"]
        getattr(axes, f"set_{name}scale")(axis.get("scale", "linear"))
        getattr(axes, f"set_{name}lim")(axis["low"], axis["high"])
        getattr(axes, f"set_{name}label")(axis["label"])
        if axis.get("unit") == "percent":
            getattr(axes, f"{name}axis").set_major_formatter(lambda share, _: f"{100 * share:g} %")
    axes.minorticks_off()  # on a log scale they take a third of the time
    axes.set_title(chart["title"], loc="left", fontsize=12)
    axes.grid(alpha=0.4)
    axes.legend(borderaxespad=4.8, **LEGEND)


def _inside(values: NDArray[np.float64], axis: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the values, NaN where they are beyond the axis."""
    return np.where((values >= axis["low"]) & (values <= axis["high"]), values, np.nan)


_BARS: Mapping[str, dict[str, Any]] = {
    "kept": {"facecolor": BLUE, "edgecolor": BLUE},
    "taken": {"facecolor": "none", "edgecolor": GREY, "hatch": "////"},
    "secret": {"facecolor": GREEN, "edgecolor": GREEN},
    "warning": {"facecolor": VERMILION, "edgecolor": "white", "hatch": "||"},
}
"""How the kinds of `BarRows` are drawn."""


def bar(name: str, value: str, *parts: tuple[float, float, str]) -> dict[str, Any]:
    """Return a row of `BarRows` from its parts, each given by where it starts and stops, and its kind."""
    return {
        "name": name,
        "value": value,
        "parts": [{"start": start, "stop": stop, "kind": kind} for start, stop, kind in parts],
    }


def bars_drawing(
    heading: str,
    rows: Sequence[Mapping[str, Any]],
    room: tuple[float, float],
    text: str,
    *,
    ticks: Sequence[Mapping[str, Any]] = (),
    marks: Sequence[Mapping[str, Any]] = (),
    legend: Sequence[Mapping[str, str]] = (),
) -> Drawing:
    """Return the drawing of bars, given by the traits of a `BarRows`, but for any number of marks."""

    def draw(axes: Axes) -> None:
        from matplotlib.patches import Patch  # noqa: PLC0415 — not before the first picture

        for place, row in enumerate(rows):
            for part in row["parts"]:
                start, stop = sorted((part["start"], part["stop"]))
                axes.barh(place, stop - start, left=start, height=0.7, **_BARS[part["kind"]])
            axes.text(1.02, place, row["value"], va="center", transform=axes.get_yaxis_transform())
        lines = [
            axes.axvline(mark["at"], color="black", ls=dots, lw=1.4, label=mark["text"])
            for mark, dots in zip(marks, ("--", ":"), strict=False)
        ]
        kinds = [Patch(label=entry["text"], **_BARS[entry["kind"]]) for entry in legend]
        axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
        axes.set_xticks([tick["at"] for tick in ticks], [tick["text"] for tick in ticks])
        axes.set(xlim=room, ylim=(len(rows) - 0.4, -0.6))
        axes.set_title(heading, loc="left", fontsize=12)
        axes.spines[["top", "right"]].set_visible(False)
        if lines or kinds:
            axes.legend(handles=[*lines, *kinds], ncols=2, borderaxespad=1 + 2 * bool(ticks), **LEGEND)

    entries = len(marks) + len(legend)
    return Drawing(draw=draw, text=text, height=ROW * (len(rows) + 2 + bool(ticks) + bool(entries)))


def circuit_drawing(
    gates: Sequence[Mapping[str, Any]], wires: Sequence[str], sections: Sequence[str], text: str
) -> Drawing:
    """Return the drawing of a circuit, given by the traits of a `CircuitDrawing` and each gate's "text"."""

    def draw(axes: Axes) -> None:
        x, names = 0, iter(sections)
        axes.text(-0.4, -0.9, next(names, ""), color=GREY, weight="bold")
        for gate in gates:
            x += 1  # one gate in a column: a still picture has room
            if gate["name"] == "barrier":
                axes.axvline(x - 0.4, color=GREY, ls="--", lw=1.2)
                axes.text(x - 0.3, -0.9, next(names, ""), color=GREY, weight="bold")
                continue
            *controls, target = gate["qubits"]
            for control in controls:
                axes.plot([x, x], [control, target], "-o", color="black", lw=1.2, markevery=[0], zorder=2)
            sign = {"cx": "⊕", "measure": "◠"}.get(gate["name"], gate["text"])
            frame = {"boxstyle": "round", "facecolor": "white", "edgecolor": BLUE}
            axes.text(x, target, sign, ha="center", va="center", bbox=frame, zorder=3)
        axes.hlines(range(len(wires)), 0, x + 1, color="black", lw=1.2, zorder=1)
        axes.set_yticks(range(len(wires)), wires)
        axes.set(xlim=(-0.5, x + 1), ylim=(len(wires) - 0.4, -1.4), xticks=[])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)

    return Drawing(draw=draw, text=text, height=0.6 * (len(wires) + 1), wide=True)


def words_drawing(sign: str, colour: str, title: str, reason: str, text: str) -> Drawing:
    """Return a headline with a sign before it, and sentences under it."""
    told = fill(reason, 130)

    def draw(axes: Axes) -> None:
        axes.axis("off")
        axes.text(0, 1, f"{sign}  {title}", color=colour, weight="bold", fontsize=15, va="top")
        axes.text(0, 0, told, fontsize=10.5)

    return Drawing(draw=draw, text=text, height=ROW * (1.8 + told.count("\n")), wide=True)
