"""A session, its first pulses, and the pictures of the encryption demo as still pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...session.report import verdict
from ...session.session import SessionResult
from ..components import KeyFunnel, QberGauge, VerdictLamp
from ..components.figures import BLUE, GREEN, GREY, VERMILION, Drawing, Still
from ..components.text import words_for
from ..sessions.ending import key_rate, key_stages, verdict_state
from ..sessions.gauge import gauge_traits

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def session_figure(result: SessionResult) -> Still:
    """Return a still picture of a session: verdict, QBER against the threshold, key funnel."""
    headline, sentence = verdict(result)
    parts = [
        VerdictLamp(state=verdict_state(result), title=headline, reason=sentence),
        QberGauge(**gauge_traits(result)),
        KeyFunnel(stages=key_stages(result), statement=key_rate(result)),
    ]
    still = Still.of([drawing for part in parts if (drawing := part.drawing())])
    for part in parts:
        part.close()
    return still


def pulses_drawing(pulses: Sequence[Sequence[int | None]], *, eve_present: bool) -> Drawing:
    """Return a table of pulses, each as `PhotonStage` takes them: who sent, read and kept what."""
    words = words_for("figures")
    rows = ("alice", "eve", "bob", "sifted") if eve_present else ("alice", "bob", "sifted")

    def draw(axes: Axes) -> None:
        for x, (a_bit, a_basis, e_basis, e_bit, _, b_basis, b_bit) in enumerate(pulses):
            seen = {"alice": (a_bit, a_basis), "eve": (e_bit, e_basis), "bob": (b_bit, b_basis)}
            for y, name in enumerate(rows[:-1]):
                _draw_state(axes, x, y, *seen[name])
            if b_bit is None:
                word, colour, y = "lost", GREY, len(rows) - 2
            else:
                word, colour = ("kept", GREEN) if a_bit == b_bit else ("error", VERMILION)
                y = len(rows) - 1
            if b_bit is None or a_basis == b_basis:
                axes.text(x, y, words[word], ha="center", va="center", color=colour, fontsize=9)
        axes.set(xlim=(-0.6, len(pulses) - 0.4), ylim=(len(rows) - 0.5, -0.5), aspect="equal")
        axes.set_yticks(range(len(rows)), [words[name] for name in rows])
        axes.set_xticks(range(len(pulses)), [str(x + 1) for x in range(len(pulses))])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)

    return Drawing(
        draw=draw, text=words["pulses"].format(count=len(pulses)), height=0.45 + 0.6 * len(rows), wide=True
    )


def _draw_state(axes: Axes, x: float, y: float, bit: int | None, basis: int | None) -> None:
    """Draw a polarisation as a line at 0°, 90° (Z) or 45°, 135° (X), if there is one; y grows downwards."""
    if bit is not None and basis is not None:
        angle = np.pi / 4 * (2 * bit + basis)
        dx, dy = 0.34 * np.cos(angle), -0.34 * np.sin(angle)
        axes.plot([x - dx, x + dx], [y - dy, y + dy], lw=2.6, color=VERMILION if basis else BLUE)


def bitmap(rows: str) -> NDArray[np.uint8]:
    """Return a black-and-white picture from text, read-only: `#` is 1, anything else 0.

    >>> bitmap("#.#").tolist()
    [[1, 0, 1]]
    """
    lines = rows.split()
    picture = np.array([[mark == "#" for mark in line] for line in lines], dtype=np.uint8)
    picture.setflags(write=False)  # several notebooks' cells take the one picture
    return picture


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
    framed = [np.pad(picture, 2) for picture in pictures.values()]
    ends = np.cumsum([picture.shape[1] for picture in framed])

    def draw(axes: Axes) -> None:
        axes.imshow(np.hstack(framed), cmap="binary", vmin=0, vmax=1, interpolation="nearest")
        for title, picture, end in zip(pictures, framed, ends, strict=True):
            axes.text(end - picture.shape[1] / 2, -1, title, ha="center", fontsize=11)
            axes.axvline(end - 0.5, color=GREY, lw=0.8)
        axes.set(xticks=[], yticks=[])

    text = words_for("figures")["pictures"].format(titles=", ".join(pictures))
    return Still.of([Drawing(draw=draw, text=text, height=2.8, wide=True)])
