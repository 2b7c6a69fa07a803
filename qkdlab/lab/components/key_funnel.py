"""The key funnel: how many pulses become how many secret bits, stage by stage."""

from math import log10
from typing import Any, ClassVar, Final

import traitlets

from ...errors import shown
from ...values import check_count
from .base import Component, check_record, check_text, module_text, style_text, synced
from .figures import Drawing, bar, bars_drawing
from .text import number_text

_NEEDED: Final = frozenset({"name", "count"})
_ALLOWED: Final = frozenset({"note", "of"})


def _check_stages(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list of stages, got {shown(value)}")
    stages = []
    for index, item in enumerate(value):
        at = f"{name}[{index}]"
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


class KeyFunnel(Component):
    """Horizontal bars on a logarithmic scale, with exact numbers and the share kept from the stage before.

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

    def _summary(self) -> str:
        if not self.stages:
            return str(self.words["summary_empty"])
        items = ", ".join(
            self.words["summary_item"].format(name=stage["name"], count=number_text(stage["count"]))
            for stage in self.stages
        )
        return " ".join([self.words["summary"].format(items=items), self.statement]).strip()

    def drawing(self) -> Drawing | None:
        """Return what a still picture shows of the funnel: bars as long as the logarithms of the counts."""
        if not self.stages:
            return None
        counts = [(stage["name"], stage["count"]) for stage in self.stages]
        lengths = [log10(2 * count) if count else 0.0 for _, count in counts]
        rows = [
            bar(name, number_text(count), (0.0, length, "kept"))
            for (name, count), length in zip(counts, lengths, strict=True)
        ]
        return bars_drawing(self.words["title"], rows, (0.0, max(1.0, *lengths)), self.summary)

    @traitlets.observe("stages", "statement")
    def _told(self, change: object) -> None:
        self._summarise(change)

    def __repr__(self) -> str:
        counts = ", ".join(f"{stage['name']}={stage['count']}" for stage in self.stages)
        return f"KeyFunnel({counts})"
