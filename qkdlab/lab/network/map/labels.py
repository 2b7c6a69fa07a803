"""Where the labels of a network stand in a still picture: clear of each other, rather clear of the links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from ...components.figures import BLUE, GREY

Place = tuple[float, float]
Record = Mapping[str, Any]

WIDTH: Final = 660.0
"""Of a picture, in points, as everything here."""

_FONT: Final = 9.5
_ROW: Final = 12.0
_HALO: Final = (withStroke(linewidth=2.5, foreground="white"),)


class Desk:
    """Boxes that keep clear of each other, each given by its middle and size."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high
        self._taken: list[tuple[float, float, float, float]] = []

    def take(self, place: Place, width: float, height: float) -> None:
        """Keep a box free of others."""
        self._taken.append((*place, width, height))

    def put(self, places: Sequence[Place], width: float, height: float) -> Place | None:
        """Take the first of the places where the box is free; None if there is none."""
        for x, y in places:
            inside = width / 2 <= x <= WIDTH - width / 2
            inside = inside and self._low + height / 2 <= y <= self._high - height / 2
            if inside and not any(
                2 * abs(x - other) < width + wide and 2 * abs(y - level) < height + high
                for other, level, wide, high in self._taken
            ):
                self.take((x, y), width, height)
                return x, y
        return None


def beside(a: Place, b: Place, off: float) -> tuple[Place, Place]:
    """Return the line from `a` to `b`, moved to its right."""
    far = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    dx, dy = off * (b[1] - a[1]) / far, -off * (b[0] - a[0]) / far
    return (a[0] + dx, a[1] + dy), (b[0] + dx, b[1] + dy)


def along(a: Place, b: Place, share: float) -> Place:
    """Return the point so far on the way from `a` to `b`."""
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def draw_line(axes: Axes, a: Place, b: Place, **style: Any) -> None:
    """Draw a straight line."""
    axes.plot([a[0], b[0]], [a[1], b[1]], **style)


def _node_words(node: Record, words: Mapping[str, str], *, brief: bool) -> list[str]:
    told = [words[f"end_{node['end']}"]] if node["end"] else []
    if node["state"] != "sound":
        told.append(words[f"state_{node['state']}"])
    if node["knows"] and not brief:
        told.append(words["knows"])
    return [*told, node["note"]] if node["note"] and not brief else told


def _lean(place: Place, neighbours: Sequence[Place]) -> Place:
    """Return the direction where the links of a node go, of length 1 at most."""
    ways = [(x - place[0], y - place[1]) for x, y in neighbours]
    sizes = [hypot(*way) or 1.0 for way in ways]
    count = max(1, len(ways))
    return (
        sum(dx / size for (dx, _), size in zip(ways, sizes, strict=True)) / count,
        sum(dy / size for (_, dy), size in zip(ways, sizes, strict=True)) / count,
    )


def label_node(
    axes: Axes,
    node: Record,
    place: Place,
    neighbours: Sequence[Place],
    reach: float,
    desk: Desk,
    words: Mapping[str, str],
    *,
    brief: bool,
) -> None:
    """Write the name of a node, and as many words on it as find room."""
    (x, y), lean = place, _lean(place, neighbours)
    whole = [node["id"], *_node_words(node, words, brief=brief)]
    for lines in (whole, whole[:1]):
        width, height = 0.62 * _FONT * max(map(len, lines)) + 4, _ROW * len(lines)
        dx, dy = reach + width / 2 + 1, reach + height / 2 + 1
        ways = [(0.0, -1.0), (0, 1), (1, 0), (-1, 0), (0.8, -0.8), (-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]
        ways.sort(key=lambda way: 1.5 * (way[0] * lean[0] + way[1] * lean[1]) + 0.3 * abs(way[0]))
        near = [(x + s * dx, y + t * dy) for s, t in ways]
        far = [
            (x + s * width, y + t * (dy + _ROW * row))
            for row in range(1, 5)
            for s in (0, 0.5, -0.5)
            for t in (-1, 1)
        ]
        found = desk.put([*near, *far], width, height)
        if not found:
            continue
        if found not in near:
            draw_line(axes, place, found, color=GREY, lw=0.6, zorder=1)
        for row, line in enumerate(lines):
            axes.text(
                found[0],
                found[1] + height / 2 - _ROW * (row + 0.5),
                line,
                ha="center",
                va="center",
                fontsize=_FONT,
                weight="normal" if row else "bold",
                path_effects=_HALO,
                zorder=9,
            )
        return


def draw_gauge(axes: Axes, place: Place, level: float) -> None:
    """Draw how full a pool is, from the middle of the left edge."""
    x, y = place
    axes.add_patch(Rectangle((x, y - 3), 20 * level, 6, color=BLUE, lw=0, zorder=3.1))
    axes.add_patch(Rectangle((x, y - 3), 20, 6, fill=False, edgecolor=GREY, lw=0.8, zorder=3.2))


def label_link(
    axes: Axes, link: Record, places: Mapping[str, Place], desk: Desk, words: Mapping[str, str]
) -> None:
    """Write what stands on a link, on its line or beside it, if there is room."""
    a, b = places[link["a"]], places[link["b"]]
    word = "" if link["state"] == "working" else words[f"link_{link['state']}"]
    text = ", ".join(part for part in (word, link["label"]) if part)
    gauge = 0 if link["level"] is None else 24
    width, height = gauge + 0.55 * _FONT * len(text) + 8, _ROW
    if not text and not gauge:
        return
    far = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    off = 10 + (abs(b[1] - a[1]) * width + abs(b[0] - a[0]) * height) / (2 * far)
    places_on = [along(a, b, share) for share in (0.5, 0.42, 0.58, 0.34, 0.66)]
    covers = (abs(b[0] - a[0]) * width + abs(b[1] - a[1]) * height) / far > 0.55 * far
    candidates = [] if word or covers else places_on
    for share in (0.5, 0.42, 0.58):
        candidates += [along(*beside(a, b, side * off), share) for side in (1, -1)]
    found = desk.put(candidates, width, height)
    if not found:
        return
    x, y = found[0] - width / 2, found[1]
    axes.add_patch(Rectangle((x, y - height / 2), width, height, color="white", zorder=3))
    if gauge:
        draw_gauge(axes, (x + 3, y), link["level"])
    axes.text(x + gauge + 4, y, text, va="center", fontsize=_FONT, zorder=3.3)
