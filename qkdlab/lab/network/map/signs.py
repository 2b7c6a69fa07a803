"""The shapes and signs of a network in still pictures: the same as those of `NetworkMap`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

Stroke = tuple[Literal["shape", "solid", "line"], NDArray[np.float64]]
"""How a line of points is drawn: filled with the background, filled, or as a line."""


def _line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, dtype=np.float64)


def _circle(x: float, y: float, radius: float, start: float = 0, stop: float = 360) -> NDArray[np.float64]:
    angles = np.radians(np.linspace(start, stop, 25))
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def _lens() -> NDArray[np.float64]:
    x = np.linspace(-9.5, 9.5, 25)
    lid = 5.6 * (1 - (x / 9.5) ** 2)
    return np.stack([np.concatenate([x, x[::-1]]), np.concatenate([lid, -lid[::-1]])], axis=1)


SIGNS: Final[Mapping[str, tuple[Stroke, ...]]] = {
    "end user": (
        ("shape", _line((-9, -10), (-9, 2), (0, 10), (9, 2), (9, -10))),
        ("solid", _circle(0, 0.9, 2.7)),
        ("solid", np.concatenate([_circle(0, -8.4, 5.4, 0, 180), _line((-5.4, -8.4))])),
    ),
    "trusted node": (
        ("shape", _circle(0, 0, 10)),
        ("solid", _line((-4.6, 1.2), (4.6, 1.2), (4.6, -5.6), (-4.6, -5.6))),
        ("line", np.concatenate([_line((2.8, 1)), _circle(0, 3, 2.8, 0, 180), _line((-2.8, 1))])),
    ),
    "optical switch": (
        ("shape", _line((0, 12), (12, 0), (0, -12), (-12, 0))),
        ("line", _line((-5.5, 3), (-3.4, 3), (3.4, -3), (5.5, -3))),
        ("line", _line((-5.5, -3), (-3.4, -3), (3.4, 3), (5.5, 3))),
    ),
    "eye": (("shape", _lens()), ("solid", _circle(0, 0, 3.4))),
    "knows": (
        ("shape", _circle(0, 0, 9.5)),
        ("line", _circle(-3.8, 0, 2.6)),
        ("line", _line((-1.2, 0), (6.8, 0))),
        ("line", _line((3.4, 0), (3.4, -3))),
        ("line", _line((6.4, 0), (6.4, -3.4))),
    ),
    "lost": (("line", _line((-11, 9), (11, -9))), ("line", _line((11, 9), (-11, -9)))),
    "cut": (
        ("line", _line((-8, 6.5), (5, -4.5))),
        ("line", _line((-8, -6.5), (5, 4.5))),
        ("line", _circle(6.7, -6, 2.7)),
        ("line", _circle(6.7, 6, 2.7)),
    ),
    "down": (("shape", _circle(0, 0, 8.5)), ("line", _line((-4.6, 0), (4.6, 0)))),
}
"""Each sign in a box from -10 to 10, y upwards."""


def draw_sign(
    axes: Axes,
    name: str,
    place: tuple[float, float],
    size: float,
    colour: str,
    *,
    fill: str = "white",
    inside: str | None = None,
    zorder: float = 5,
) -> None:
    """Draw a sign at a place of the axes, `size` from its middle to its edge; `inside` colours its glyph."""
    width = max(0.7, 0.11 * size)
    for order, (kind, points) in enumerate(SIGNS[name]):
        x, y = (points * (size / 10) + place).T
        over = zorder + 0.01 * order
        if kind == "shape":
            axes.fill(x, y, facecolor=fill, edgecolor=colour, lw=1.4 * width, zorder=over)
        elif kind == "solid":
            axes.fill(x, y, color=inside or colour, lw=0, zorder=over)
        else:
            axes.plot(x, y, color=inside or colour, lw=1.4 * width, solid_capstyle="round", zorder=over)
