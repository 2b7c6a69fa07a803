"""Year lanes: a square for each year in which a message is sent, a lane for each way to agree on keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import traitlets

from ...errors import shown
from ...values import check_count
from ..components.base import (
    Component,
    check_finite,
    check_list,
    check_record,
    check_text,
    module_text,
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


def _check_among(name: str, value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, got {shown(value)}")
    return str(value)


def _check_lanes(name: str, value: Any) -> list[dict[str, Any]]:
    lanes = []
    for at, item in check_list(name, value):
        lane = check_record(at, item, frozenset({"name", "value", "fates", "read_from"}), frozenset())
        read_from = lane["read_from"]
        lanes.append(
            {
                "name": check_text(f"{at}['name']", lane["name"]),
                "value": check_text(f"{at}['value']", lane["value"]),
                "fates": [_check_among(place, fate, FATES) for place, fate in check_list(at, lane["fates"])],
                "read_from": None if read_from is None else check_finite(f"{at}['read_from']", read_from),
            }
        )
    return lanes


def _check_bars(name: str, value: Any) -> list[dict[str, Any]]:
    bars = []
    for at, item in check_list(name, value):
        one = check_record(at, item, frozenset({"name", "value", "parts"}), frozenset())
        parts = []
        for place, part in check_list(f"{at}['parts']", one["parts"]):
            found = check_record(place, part, frozenset({"start", "stop", "kind"}), frozenset())
            ends = {end: check_finite(f"{place}[{end!r}]", found[end]) for end in ("start", "stop")}
            parts.append(ends | {"kind": _check_among(f"{place}['kind']", found["kind"], PARTS)})
        texts = {field: check_text(f"{at}[{field!r}]", one[field]) for field in ("name", "value")}
        bars.append(texts | {"parts": parts})
    return bars


def _check_marks(name: str, value: Any) -> list[dict[str, Any]]:
    marks = []
    for at, item in check_list(name, value):
        mark = check_record(at, item, frozenset({"at", "text", "kind"}), frozenset())
        marks.append(
            {
                "at": check_finite(f"{at}['at']", mark["at"]),
                "text": check_text(f"{at}['text']", mark["text"]),
                "kind": _check_among(f"{at}['kind']", mark["kind"], MARKS),
            }
        )
    return marks


def _check_year(name: str, value: Any) -> int:
    return check_count(name, value)


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
    _esm = module_text(__file__)
    _css = style_text(__file__)

    statement = synced(check_text, "")
    bars = synced(_check_bars, ())
    lanes = synced(_check_lanes, ())
    marks = synced(_check_marks, ())
    watched = synced(_check_year, 0)
    secret_until = synced(_check_year, 0)
    last_year = synced(_check_year, 60)

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

    @traitlets.observe("statement", "lanes")
    def _told(self, change: object) -> None:
        self._summarise(change)

    def __repr__(self) -> str:
        return f"YearLanes({self.summary!r})"
