"""A heat map: a table whose cells are the darker, the more they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import shown
from ...values import check_probability
from ..components.base import (
    Component,
    check_text,
    list_of,
    module_text,
    optional,
    record_of,
    style_text,
    synced,
)
from ..components.figures import BLUE, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DARKEST = 0.5
"""So much of the colour has the darkest cell: its number can be read on it."""

_CELL = record_of({"text": check_text, "shade": optional(check_probability)})


def _check_cells(name: str, value: Any) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = list_of(list_of(_CELL, "cells"), "rows")(name, value)
    if len({len(cells) for cells in rows}) > 1:
        raise ValueError(f"{name} must hold rows of one length, got {shown([len(cells) for cells in rows])}")
    return rows


class HeatMap(Component):
    """A table of numbers, each in a cell that is the darker the larger it is.

    Parameters
    ----------
    title, statement
        What stands above it; `statement` says in one sentence what it shows.
    x_label, y_label
        What goes across and down, with its unit.
    columns, rows
        The heads of columns and rows.
    cells
        A list for each row of ``{"text": str, "shade": float | None}``: the number as it is read, and how
        dark it is, 0 … 1; None for a cell without a number.
    shades
        What the palest and the darkest cell stand for, in words.
    """

    _section: ClassVar = "heat_map"
    _told_of: ClassVar = ("title", "statement", "cells", "x_label", "y_label")
    _shown_in_repr: ClassVar = ("title", "statement")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    title = synced(check_text, "")
    statement = synced(check_text, "")
    x_label = synced(check_text, "x")
    y_label = synced(check_text, "y")
    columns = synced(list_of(check_text, "texts"), ())
    rows = synced(list_of(check_text, "texts"), ())
    cells = synced(_check_cells, ())
    shades = synced(check_text, "")

    def _summary(self) -> str:
        if not self.cells:
            return str(self.words["empty"])
        told = self.words["summary"].format(title=self.title, x=self.x_label, y=self.y_label)
        return str(self.statement or told)

    def data(self) -> list[dict[str, Any]]:
        """Return the cells, a record each."""
        return [
            {"figure": self.title, "name": f"{self.y_label}: {name}", "x": head, "note": cell["text"]}
            for name, row in zip(self.rows, self.cells, strict=True)
            for head, cell in zip(self.columns, row, strict=True)
        ]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the table."""
        if not self.cells:
            return None
        return Drawing(
            draw=self._draw, text=self.summary, height=max(3.0, 1.6 + 0.4 * len(self.rows)), wide=True
        )

    def _draw(self, axes: Axes) -> None:
        from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 — not before the first picture

        colours = LinearSegmentedColormap.from_list("shades", ["white", BLUE])
        shades = [[DARKEST * (cell["shade"] or 0) for cell in row] for row in self.cells]
        axes.imshow(shades, cmap=colours, vmin=0, vmax=1, aspect="auto")
        for down, row in enumerate(self.cells):
            for across, cell in enumerate(row):
                axes.text(across, down, cell["text"], ha="center", va="center", fontsize=9)
        axes.set_xticks(range(len(self.columns)), self.columns)
        axes.set_yticks(range(len(self.rows)), self.rows)
        axes.set(xlabel=f"{self.x_label}\n{self.shades}", ylabel=self.y_label)
        axes.set_title(self.title, loc="left", fontsize=12)
