"""What a panel shows, to take away: figures as SVG and PNG, all data as CSV, a report as text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any, ClassVar, Final

from ....errors import ScenarioError
from ....values import check_count
from ...components.base import Component, check_text, list_of, module_text, record_of, style_text, synced
from ...components.text import words_for

COLUMNS: Final = ("figure", "name", "x", "value", "low", "high", "note")
"""The columns of the data: the figure, what in it, where along its axis, how much, its ends, and a word."""


class Downloads(Component):
    """Buttons that hand out files: drawn in the browser, or written here when they are asked for.

    Parameters
    ----------
    data, report
        Called without arguments when a learner asks; return the CSV and the report.
    **traits
        Of the two below.

    Attributes
    ----------
    figures
        What can be drawn, each a dict of ``"name"`` and ``"tab"``, the place of its tab.
    file
        How the names of the files begin.
    """

    _section: ClassVar = "downloads"
    _esm = module_text(__file__)
    _css = style_text(__file__)

    figures = synced(list_of(record_of({"name": check_text, "tab": check_count}), "figures"), ())
    file = synced(check_text, "qkdlab")

    def __init__(self, data: Callable[[], str], report: Callable[[], str], **traits: Any) -> None:
        super().__init__(**traits)
        self._writers = {"csv": (data, "csv", "text/csv"), "report": (report, "txt", "text/plain")}
        self.on_msg(self._asked)

    def _asked(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict) and content.get("asked") in self._writers:
            write, ending, kind = self._writers[content["asked"]]
            self.send({"file": f"{self.file}.{ending}", "text": write(), "type": f"{kind};charset=utf-8"})

    def close(self) -> None:
        """Forget whose data it hands out."""
        self._writers = {}
        super().close()


def scenario_text(settings: Any) -> str:
    """Return settings as JSON; of those that have none, why."""
    try:
        return str(settings.to_json())
    except ScenarioError as error:
        return str(error)


def data_csv(components: Iterable[Component], settings: Any) -> str:
    """Return what components show as CSV, a row for each number, under `COLUMNS`; the settings come first."""
    words = words_for("downloads")
    text = StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    told = " ".join(line.strip() for line in scenario_text(settings).splitlines())
    rows.writerow({"figure": words["settings"], "name": words["scenario"], "note": told})
    for component in components:
        rows.writerows(component.data())
    return text.getvalue()
