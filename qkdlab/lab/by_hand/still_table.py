"""The table of a game by hand as a still picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..components.figures import BLUE, GREEN, GREY, HALF, VERMILION, Drawing
from .hand import OPEN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HIGH = 0.27  # inches: a row
_COLOURS = {"kept": GREEN, "error": VERMILION, "none": GREY, "open": GREY, "coin": GREY}


def _content(scene: Mapping[str, Any], row: int, key: str) -> list[Any]:
    """What stands in a cell: what was chosen, where something is to be chosen."""
    edited = scene["editable"].get(key)
    if not edited or not edited["rows"][row]:
        return list(scene["cells"][row].get(key, ["none"]))
    value = scene["choices"][key][row]
    if value == OPEN or edited["kind"] == "mark":
        return ["kept"] if value == 1 else ["open"]
    if edited["kind"] == "tactic":
        return ["basis", value - 1] if value else ["pass"]
    return ["digit" if edited["kind"] == "bit" else "basis", value]


def _draw_cell(
    axes: Axes, x: float, y: float, cell: list[Any], words: Mapping[str, str], width: float
) -> None:
    """Draw a cell that is `width` rows wide."""
    kind, *rest = cell
    if kind == "sent":
        bit, basis = rest
        if OPEN in rest:
            kind, rest = "none", []
        else:
            angle = np.pi / 4 * (2 * bit + basis)
            dx, dy = 0.36 / width * np.cos(angle), -0.36 * np.sin(angle)
            axes.plot([x - dx, x + dx], [y - dy, y + dy], lw=2.4, color=VERMILION if basis else BLUE)
            return
    sign = {"same": "{} = {}", "error": "{} ≠ {}", "digit": "{}"}
    text = sign[kind].format(*rest) if kind in sign else words[f"cell_{kind}"] if kind != "basis" else ""
    colour = _COLOURS.get(kind, "black")
    if kind == "basis":
        text, colour = words[f"basis_{rest[0]}"], VERMILION if rest[0] else BLUE
    axes.text(x, y, text, ha="center", va="center", color=colour, fontsize=9)


def table_drawing(scene: Mapping[str, Any], words: Mapping[str, str], text: str) -> Drawing:
    """Return the drawing of a scene of `HandTable`."""
    columns = [(group["title"], column) for group in scene["groups"] for column in group["columns"]]

    def draw(axes: Axes) -> None:
        for y in range(len(scene["cells"])):
            for x, (_, column) in enumerate(columns):
                _draw_cell(
                    axes, x, y, _content(scene, y, column["key"]), words, 2 * HALF / len(columns) / _HIGH
                )
        edge = 0
        for group in scene["groups"]:
            axes.text(edge - 0.4, -2, group["title"], weight="bold", fontsize=10, va="center")
            axes.axvline(edge - 0.5, color=GREY, lw=0.8)
            edge += len(group["columns"])
        for x, (_, column) in enumerate(columns):
            axes.text(x, -1, column["title"], ha="center", va="center", fontsize=9, color=GREY)
        axes.set_yticks(range(len(scene["cells"])), [str(1 + y) for y in range(len(scene["cells"]))])
        axes.tick_params(length=0, labelsize=9)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(scene["cells"]) - 0.4, -2.6), xticks=[])
        axes.spines[:].set_visible(False)

    return Drawing(draw=draw, text=text, height=_HIGH * (len(scene["cells"]) + 3), wide=True)
