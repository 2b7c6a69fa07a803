"""Bar rows: a few amounts under each other on one straight scale, each with its name, value and a note."""

from typing import Any, ClassVar, Final

import traitlets

from ...errors import shown
from .base import (
    Component,
    check_finite,
    check_list,
    check_record,
    check_text,
    module_text,
    optional,
    style_text,
    synced,
)
from .figures import Drawing, bars_drawing

KINDS: Final = ("kept", "taken", "secret", "warning")
"""What a part of a bar may be; each has a colour and a pattern of its own."""

_ROW: Final = frozenset({"name", "parts", "value"})
_PART: Final = frozenset({"start", "stop", "kind"})
_MARK: Final = frozenset({"at", "text"})


def _check_kind(name: str, value: object) -> str:
    if value not in KINDS:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, KINDS))}, got {shown(value)}")
    return str(value)


def _check_part(name: str, value: Any) -> dict[str, Any]:
    part = check_record(name, value, _PART, frozenset())
    start, stop = (check_finite(f"{name}[{end!r}]", part[end]) for end in ("start", "stop"))
    return {"start": start, "stop": stop, "kind": _check_kind(f"{name}['kind']", part["kind"])}


def _check_rows(name: str, value: Any) -> list[dict[str, Any]]:
    rows = []
    for at, item in check_list(name, value):
        row = check_record(at, item, _ROW, frozenset({"note"}))
        parts = check_list(f"{at}['parts']", row["parts"])
        rows.append(
            {
                "name": check_text(f"{at}['name']", row["name"]),
                "value": check_text(f"{at}['value']", row["value"]),
                "note": check_text(f"{at}['note']", row.get("note", "")),
                "parts": [_check_part(place, part) for place, part in parts],
            }
        )
    return rows


def _check_mark(name: str, value: Any) -> dict[str, Any]:
    mark = check_record(name, value, _MARK, frozenset())
    return {
        "at": check_finite(f"{name}['at']", mark["at"]),
        "text": check_text(f"{name}['text']", mark["text"]),
    }


def _check_ticks(name: str, value: Any) -> list[dict[str, Any]]:
    return [_check_mark(at, item) for at, item in check_list(name, value)]


def _check_room(name: str, value: Any) -> list[float]:
    room = [end for _, end in check_list(name, value)]
    if len(room) != 2 or not check_finite(name, room[0]) < check_finite(name, room[1]):
        raise ValueError(f"{name} must be two numbers, the lower first, got {shown(value)}")
    return [float(end) for end in room]


def _check_legend(name: str, value: Any) -> list[dict[str, str]]:
    entries = []
    for at, item in check_list(name, value):
        entry = check_record(at, item, frozenset({"kind", "text"}), frozenset())
        kind = _check_kind(f"{at}['kind']", entry["kind"])
        entries.append({"kind": kind, "text": check_text(f"{at}['text']", entry["text"])})
    return entries


class BarRows(Component):
    """Horizontal bars on a linear scale, with exact values in words.

    Parameters
    ----------
    heading
        The title.
    statement
        A sentence on the whole; it stands below the title.
    rows
        ``{"name": str, "value": str, "note": str, "parts": [{"start": x, "stop": x, "kind": str}]}`` each;
        the kinds are `KINDS`. The note may be left out.
    room
        The two ends of the scale.
    ticks
        Where the scale is labelled: ``{"at": x, "text": str}``.
    mark
        A value that all bars are held against, drawn as a dashed line: as a tick, or None.
    legend
        What the kinds mean: ``{"kind": str, "text": str}``.
    """

    _section: ClassVar = "bar_rows"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    heading = synced(check_text, "")
    statement = synced(check_text, "")
    rows = synced(_check_rows, ())
    room = synced(_check_room, (0.0, 1.0))
    ticks = synced(_check_ticks, ())
    mark = synced(optional(_check_mark), None)
    legend = synced(_check_legend, ())

    def _summary(self) -> str:
        if not self.rows:
            told = ": ".join(text for text in (self.heading, self.statement) if text)
            return told or str(self.words["summary_empty"])
        items = ", ".join(
            self.words["summary_item"].format(name=row["name"], value=row["value"]) for row in self.rows
        )
        return " ".join([f"{self.heading}: {items}.", self.statement]).strip()

    def data(self) -> list[dict[str, Any]]:
        """Return the parts of all bars, from where to where they go, and the value that the picture writes.

        A part is as large as it is long; but a bar that does not begin at 0, as one drawn from a value that
        it is held against, says where it ends.
        """
        return [
            {
                "figure": self.heading,
                "name": row["name"],
                "value": part["stop"] - (part["start"] if row["parts"][0]["start"] == 0 else 0.0),
                "low": part["start"],
                "high": part["stop"],
                "note": f"{part['kind']}; {row['value']}",
            }
            for row in self.rows
            for part in row["parts"]
        ]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the bars."""
        if not self.rows:
            return None
        marks = [self.mark] if self.mark else []
        extras = {"ticks": self.ticks, "marks": marks, "legend": self.legend}
        return bars_drawing(self.heading, self.rows, self.room, self.summary, **extras)

    @traitlets.observe("heading", "rows", "statement")
    def _told(self, change: object) -> None:
        self._summarise(change)

    def __repr__(self) -> str:
        return f"BarRows({self.heading!r}, {len(self.rows)} rows)"
