"""Bar rows: a few amounts under each other on one straight scale, each with its name, value and a note."""

from typing import Any, ClassVar, Final

from ...errors import shown
from .base import (
    Component,
    check_finite,
    check_list,
    check_text,
    list_of,
    module_text,
    one_of,
    optional,
    record_of,
    style_text,
    synced,
)
from .figures import Drawing, bars_drawing

KINDS: Final = ("kept", "taken", "secret", "warning")
"""What a part of a bar may be; each has a colour and a pattern of its own."""

_MARK: Final = record_of({"at": check_finite, "text": check_text})
_PART: Final = record_of({"start": check_finite, "stop": check_finite, "kind": one_of(*KINDS)})
_ROW: Final = record_of(
    {"name": check_text, "value": check_text, "note": check_text, "parts": list_of(_PART)}, note=""
)
_ENTRY: Final = record_of({"kind": one_of(*KINDS), "text": check_text})


def _check_room(name: str, value: Any) -> list[float]:
    room = [end for _, end in check_list(name, value)]
    if len(room) != 2 or not check_finite(name, room[0]) < check_finite(name, room[1]):
        raise ValueError(f"{name} must be two numbers, the lower first, got {shown(value)}")
    return [float(end) for end in room]


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
    _told_of: ClassVar = ("heading", "rows", "statement")
    _esm = module_text(__file__)
    _css = style_text(__file__)

    heading = synced(check_text, "")
    statement = synced(check_text, "")
    rows = synced(list_of(_ROW), ())
    room = synced(_check_room, (0.0, 1.0))
    ticks = synced(list_of(_MARK), ())
    mark = synced(optional(_MARK), None)
    legend = synced(list_of(_ENTRY), ())

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

    def __repr__(self) -> str:
        return f"BarRows({self.heading!r}, {len(self.rows)} rows)"
