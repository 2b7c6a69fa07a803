"""Year lanes: a square for each year in which a message is sent, a lane for each way to agree on keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from ...values import check_count
from ..components.base import (
    Component,
    check_finite,
    check_text,
    list_of,
    module_text,
    one_of,
    optional,
    record_of,
    style_text,
    synced,
)
from ..components.figures import BLUE, GREEN, GREY, VERMILION, Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FATES: Final = ("early", "late", "never")
"""What can become of a message: read while it must be secret, read later, or not read."""

PARTS: Final = ("first", "second", "limit")
"""What a part of a bar may be."""

MARKS: Final = ("solid", "dashed", "dotted", "dots")
"""How a year that matters may be drawn."""

_DASHES: Final = dict(zip(MARKS, ("-", "--", ":", "-."), strict=True))
_SIGNS: Final = {"early": ("X", VERMILION), "late": ("o", GREY), "never": ("s", GREEN)}


_PART: Final = record_of({"start": check_finite, "stop": check_finite, "kind": one_of(*PARTS)})
_BAR: Final = record_of({"name": check_text, "value": check_text, "parts": list_of(_PART)})
_MARK: Final = record_of({"at": check_finite, "text": check_text, "kind": one_of(*MARKS)})
_LANE: Final = record_of(
    {
        "name": check_text,
        "value": check_text,
        "fates": list_of(one_of(*FATES)),
        "read_from": optional(check_finite),
    }
)


class YearLanes(Component):
    """Lanes of years, two bars above them, and the life of one message.

    Parameters
    ----------
    statement
        A sentence on the whole.
    bars
        ``{"name": str, "value": str, "parts": [{"start": x, "stop": x, "kind": str}]}`` each; the kinds are
        `PARTS`.
    lanes
        ``{"name": str, "value": str, "fates": [str, …], "read_from": year or None}`` each: what becomes of
        the messages of year 0, 1, …, and from when the watched one is read.
    marks
        Years that matter, drawn through all lanes: ``{"at": year, "text": str, "kind": str}``.
    watched, secret_until
        The year of the message whose life is drawn, which a click on a square changes, and the year until
        which it must be secret.
    last_year
        Where the axis ends.
    """

    _section: ClassVar = "year_lanes"
    _told_of: ClassVar = ("statement", "lanes")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    statement = synced(check_text, "")
    bars = synced(list_of(_BAR), ())
    lanes = synced(list_of(_LANE), ())
    marks = synced(list_of(_MARK), ())
    watched = synced(check_count, 0)
    secret_until = synced(check_count, 0)
    last_year = synced(check_count, 60)

    def _summary(self) -> str:
        return self.statement or str(self.words["name"])

    def data(self) -> list[dict[str, Any]]:
        """Return the parts of the bars, what becomes of each year's messages, and the years that matter."""
        figure = self.words["name"]
        bars = [
            {
                "name": bar["name"],
                "value": part["stop"] - part["start"],
                "low": part["start"],
                "high": part["stop"],
                "note": self.words.get(f"legend_{part['kind']}", part["kind"]),
            }
            for bar in self.bars
            for part in bar["parts"]
        ]
        fates = [
            {"name": lane["name"], "x": year, "note": self.words[f"legend_{fate}"]}
            for lane in self.lanes
            for year, fate in enumerate(lane["fates"])
        ]
        marks = [{"name": mark["text"], "x": mark["at"]} for mark in self.marks]
        return [{"figure": figure, **one} for one in (*bars, *fates, *marks)]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the lanes."""
        if not self.lanes:
            return None
        return Drawing(draw=self._draw, text=self.summary, height=3.6, wide=True)

    def _draw(self, axes: Axes) -> None:
        looks = {"first": GREY, "second": BLUE, "limit": "black"}
        for row, one in enumerate(self.bars):
            for part in one["parts"]:
                width = part["stop"] - part["start"]
                axes.barh(row, width, left=part["start"], height=0.5, color=looks[part["kind"]])
        first = len(self.bars)
        for row, lane in enumerate(self.lanes, first):
            for fate, (sign, colour) in _SIGNS.items():
                years = [year for year, one in enumerate(lane["fates"]) if one == fate]
                label = self.words[f"legend_{fate}"] if row == first else None
                axes.plot(years, [row] * len(years), sign, color=colour, ms=7, label=label)
        for mark in self.marks:
            axes.axvline(mark["at"], color="black", lw=1.2, ls=_DASHES[mark["kind"]], label=mark["text"])
        rows = [*self.bars, *self.lanes]
        axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
        for row, one in enumerate(rows):
            axes.text(1.01, row, one["value"], va="center", transform=axes.get_yaxis_transform())
        axes.set(xlim=(-0.7, self.last_year + 0.7), ylim=(len(rows) - 0.4, -0.6), xlabel=self.words["axis"])
        axes.spines[["top", "right"]].set_visible(False)
        place = (0.5, -0.2)
        axes.legend(ncols=3, fontsize=8.5, frameon=False, loc="upper center", bbox_to_anchor=place)

    def __repr__(self) -> str:
        return f"YearLanes({self.summary!r})"
