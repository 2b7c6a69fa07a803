"""A session, its first pulses, and the pictures of the encryption demo as still pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...session.report import number, percent, verdict
from ...session.session import SessionResult
from ..components.figures import BLUE, GREEN, GREY, ORANGE, VERMILION, Still
from ..components.text import percent_text, words_for
from ..sessions.ending import key_stages
from ..sessions.gauge import gauge_limit

SMALLEST = 0.5
"""Where the logarithmic scale of the funnel begins: below one, so that a count of 1 has a bar."""


def session_figure(result: SessionResult) -> Still:
    """Return a still picture of a session: verdict, QBER against the threshold, key funnel."""
    words = words_for("figures")
    figure = Figure(figsize=(9.2, 3.5), layout="constrained")
    headline, sentence = verdict(result)
    colour, mark = (GREEN, "✓") if result.accepted else (VERMILION, "✗")
    figure.suptitle(f"{mark}  {headline}\n", x=0.01, ha="left", color=colour, weight="bold", fontsize=15)
    figure.text(0.012, 0.885, sentence, fontsize=10.5, va="center")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.35])
    _draw_qber(left, result, words)
    _draw_funnel(right, result, words)
    return Still.of(figure, f"{headline}. {sentence}")


def _draw_qber(axes: Axes, result: SessionResult, words: Mapping[str, str]) -> None:
    threshold, estimate = result.settings.max_qber, result.distillation.estimate
    limit = gauge_limit(result.settings)
    if limit is not None and limit < threshold:
        axes.axvspan(limit, threshold, color=ORANGE, alpha=0.3, hatch="\\\\", lw=0)
        axes.text(threshold + 0.006, 0.76, words["limit"].format(limit=percent_text(limit)), fontsize=9)
    axes.axvspan(threshold, 0.5, color=VERMILION, alpha=0.12, hatch="//", lw=0)
    axes.axvline(threshold, color=VERMILION, lw=2)
    axes.text(threshold + 0.006, 0.93, words["threshold"].format(threshold=f"{100 * threshold:g}"))
    if result.expected_qber is not None:
        axes.plot(result.expected_qber, 0.45, "|", ms=26, mew=3, color=GREY, label=words["expected"])
    if estimate:
        spread = [[estimate.qber - estimate.lower], [estimate.upper - estimate.qber]]
        axes.errorbar(
            estimate.qber, 0.45, xerr=spread, fmt="o", ms=9, capsize=6, color=BLUE, label=words["estimate"]
        )
    axes.set(xlim=(-0.005, 0.4), ylim=(0, 1.05), yticks=[], title=f"QBER {percent(result.qber)}")
    axes.set_xticks(np.arange(0, 0.41, 0.1), [f"{p} %" for p in range(0, 41, 10)])
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, fontsize=8.5, frameon=False, markerscale=0.7
    )
    axes.spines[["top", "left", "right"]].set_visible(False)


def _draw_funnel(axes: Axes, result: SessionResult, words: Mapping[str, str]) -> None:
    stages = key_stages(result)
    counts = [stage["count"] for stage in stages]
    places = np.arange(len(stages))[::-1]
    widths = [count - SMALLEST if count else 0 for count in counts]
    axes.barh(places, widths, left=SMALLEST, color=BLUE, alpha=0.8, height=0.66)
    top = max(counts)
    for place, count in zip(places, counts, strict=True):
        axes.text(max(count, SMALLEST) * 1.25, place, number(count), va="center", fontsize=10)
    axes.set_xscale("log")
    axes.set(xlim=(SMALLEST, top * 30), title=words["funnel"])
    axes.set_yticks(places, [stage["name"] for stage in stages])
    axes.set_xticks([])
    axes.minorticks_off()
    axes.spines[["top", "bottom", "right"]].set_visible(False)


def pulses_figure(pulses: Sequence[Sequence[int | None]], *, eve_present: bool = True) -> Still:
    """Return a still table of pulses, each as `PhotonStage` takes them: who sent, read and kept what."""
    rows = ("alice", "eve", "bob", "sifted") if eve_present else ("alice", "bob", "sifted")
    places = {name: len(rows) - 1 - row for row, name in enumerate(rows)}
    words = words_for("figures")
    figure = Figure(figsize=(1.6 + 0.52 * len(pulses), 2.4), layout="constrained")
    axes = figure.add_subplot()
    for column, (a_bit, a_basis, e_basis, e_bit, _, b_basis, b_bit) in enumerate(pulses):
        _draw_state(axes, column, places["alice"], a_bit, a_basis)
        if eve_present:
            _draw_state(axes, column, places["eve"], e_bit, e_basis)
        _draw_state(axes, column, 1, b_bit, b_basis)
        if b_bit is None:
            axes.text(column, 1, words["lost"], ha="center", va="center", color=GREY, fontsize=8)
        elif a_basis == b_basis:
            right = a_bit == b_bit
            text, colour = (words["kept"], GREEN) if right else (words["error"], VERMILION)
            axes.text(column, 0, text, ha="center", va="center", color=colour, fontsize=9, weight="bold")
    axes.set(xlim=(-0.6, len(pulses) - 0.4), ylim=(-0.5, len(rows) - 0.5), aspect="equal")
    axes.set_yticks(list(places.values()), [words[name] for name in rows])
    axes.set_xticks(range(len(pulses)), [str(column + 1) for column in range(len(pulses))])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return Still.of(figure, words["pulses"].format(count=len(pulses)))


def _draw_state(axes: Axes, x: float, y: float, bit: int | None, basis: int | None) -> None:
    """Draw a polarisation as a line at 0°, 90° (Z) or 45°, 135° (X); nothing if there is none."""
    if bit is None or basis is None:
        return
    angle = np.pi / 4 * (2 * bit + basis)
    dx, dy = 0.34 * np.cos(angle), 0.34 * np.sin(angle)
    axes.plot([x - dx, x + dx], [y - dy, y + dy], lw=2.6, color=VERMILION if basis else BLUE)


def bitmap(rows: str) -> NDArray[np.uint8]:
    """Return a black-and-white picture from text: `#` is 1, anything else 0.

    >>> bitmap("#.#").tolist()
    [[1, 0, 1]]
    """
    lines = rows.split()
    return np.array([[mark == "#" for mark in line] for line in lines], dtype=np.uint8)


KEY_PICTURE = bitmap("""
................................
................................
....########....................
...##########...................
..###......###..................
..##........##..................
.###........###.................
.##..........##.................
.##..........###################
.##..........###################
.##..........###########.##.##..
.###........###.........##..##..
..##........##..........##..##..
..###......###..........##..##..
...##########...................
....########....................
................................
................................
...####...#....#..####.....#....
..#....#..#...#...#...#....#....
..#....#..#..#....#....#...#....
..#....#..###.....#....#...#....
..#.#..#..#..#....#....#........
..#..#.#..#...#...#...#....#....
...####...#....#..####.....#....
.......#........................
................................
""")
"""A key and "QKD!", 27 × 32 pixels: the message of the first notebook."""


def pictures_figure(pictures: Mapping[str, NDArray[np.uint8]]) -> Still:
    """Return black-and-white pictures side by side, each under its title."""
    figure = Figure(figsize=(2.6 * len(pictures), 2.5), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(pictures)))
    for place, (title, picture) in zip(axes, pictures.items(), strict=True):
        place.imshow(picture, cmap="binary", vmin=0, vmax=1, interpolation="nearest")
        place.set_title(title, fontsize=11)
        place.set(xticks=[], yticks=[])
    return Still.of(figure, words_for("figures")["pictures"].format(titles=", ".join(pictures)))
