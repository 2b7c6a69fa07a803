"""The key funnel: how many pulses become how many secret bits, stage by stage."""

from collections.abc import Sequence
from math import floor, log10
from typing import Any, ClassVar, Final

import traitlets

from ...values import check_count
from .base import Component, check_list, check_record, check_text, module_text, style_text, synced
from .figures import Drawing, bar, bars_drawing
from .text import number_text

_NEEDED: Final = frozenset({"name", "count"})
_ALLOWED: Final = frozenset({"note", "of"})


def _check_stages(name: str, value: Any) -> list[dict[str, Any]]:
    stages = []
    for index, (at, item) in enumerate(check_list(name, value, "stages")):
        stage = check_record(at, item, _NEEDED, _ALLOWED)
        stages.append(
            {
                "name": check_text(f"{at}['name']", stage["name"]),
                "count": check_count(f"{at}['count']", stage["count"]),
                "note": check_text(f"{at}['note']", stage.get("note", "")),
                "of": check_count(
                    f"{at}['of']", stage.get("of", max(0, index - 1)), maximum=max(0, index - 1)
                ),
            }
        )
    return stages


def zooms_of(counts: Sequence[int]) -> list[int]:
    """Return how many times larger than the first stage each stage is drawn.

    All after the first have one scale, so that they can be held against each other: the largest of 10, 20,
    50, 100 … on which they fit, or that of the first.

    >>> zooms_of([1_000_000, 620_000, 900, 0]), zooms_of([1_000_000, 900, 38, 862, 0])
    ([1, 1, 1, 1], [1, 1000, 1000, 1000, 1000])
    """
    first, rest = max(counts, default=0), max(counts[1:], default=0)
    if not 0 < 10 * rest <= first:
        return [1] * len(counts)
    ten = int(10 ** floor(log10(first / rest) + 1e-9))
    zoom = max(digit * ten for digit in (1, 2, 5) if digit * ten * rest <= first)
    return [zoom if place else 1 for place in range(len(counts))]


class KeyFunnel(Component):
    """Horizontal bars as long as their numbers, which stand beside them with the share of the stage before.

    If they are short, all bars after the first are shown through one magnifying glass, "× 100", that may be
    put away: then all bars are on the scale of the first.

    Parameters
    ----------
    stages
        ``{"name": str, "count": int, "note": str}`` for each stage, in order; `note` may be left out.
        "of" is the number of the stage of which this one is a share; by default the stage before.
    statement
        A sentence on the whole, such as the key rate; it stands below the title.
    """

    _section: ClassVar = "key_funnel"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    stages = synced(_check_stages, ())
    statement = synced(check_text, "")
    zooms: traitlets.List[int] = traitlets.List(read_only=True).tag(sync=True)

    def _summary(self) -> str:
        if not self.stages:
            return str(self.words["summary_empty"])
        items = ", ".join(
            self.words["summary_item"].format(name=stage["name"], count=number_text(stage["count"]))
            for stage in self.stages
        )
        return " ".join([self.words["summary"].format(items=items), self.statement]).strip()

    def data(self) -> list[dict[str, Any]]:
        """Return the count of each stage."""
        return [
            {"figure": self.words["name"], "name": one["name"], "value": one["count"], "note": one["note"]}
            for one in self.stages
        ]

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the funnel: its bars, and a row before the larger scale."""
        if not self.stages:
            return None
        largest, rows, before = max(stage["count"] for stage in self.stages) or 1, [], 1
        for stage, zoom in zip(self.stages, self.zooms, strict=True):
            if zoom != before:
                rows.append(bar(self.words["zoom"].format(factor=number_text(zoom)), ""))
            before, length = zoom, stage["count"] * zoom / largest
            rows.append(bar(stage["name"], number_text(stage["count"]), (0.0, length, "kept")))
        return bars_drawing(self.words["title"], rows, (0.0, 1.0), self.summary)

    @traitlets.observe("stages", "statement")
    def _told(self, change: object) -> None:
        self.set_trait("zooms", zooms_of([stage["count"] for stage in self.stages]))
        self._summarise(change)

    def __repr__(self) -> str:
        counts = ", ".join(f"{stage['name']}={stage['count']}" for stage in self.stages)
        return f"KeyFunnel({counts})"
