"""Two networks side by side, to which the same thing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import ClassVar

import ipywidgets as widgets

from ...components.base import Component
from ...frame.frame import control_row, quiet_line, tell_quietly, titled_box
from ...frame.run_box import RunBox
from ..controls import form_options
from ..map.network_map import NetworkMap
from ..report import report_html
from ..settings import ALONE, KEYS_PER_SECOND, TRIALS, NetworkSettings
from ..view import map_traits
from .compare import Sides, compare, comparison

MAP_HEIGHT = 25


class CompareBox(RunBox):
    """Menus for the other network and for what happens, two maps, two tables, and a sentence.

    Parameters
    ----------
    on_change
        Called with settings in which the learner chose another rival or another trial.

    Attributes
    ----------
    sides
        The two runs shown; None if nothing is compared.
    """

    _section: ClassVar = "compare_box"
    _work = staticmethod(compare)

    def __init__(self, on_change: Callable[[dict[str, str]], object]) -> None:
        super().__init__()
        words = self._words
        self._on_change, self._quiet = on_change, False
        self._asked: NetworkSettings | None = None
        self.sides: Sides | None = None
        self.rival = widgets.Dropdown(
            options=[(words["rival_none"], ALONE), *form_options(None)], description=words["rival"]
        )
        self.trial = widgets.Dropdown(
            options=[(words[f"trial_{name}"], name) for name in TRIALS], description=words["trial"]
        )
        for name, menu in (("rival", self.rival), ("trial", self.trial)):
            menu.observe(lambda change, name=name: self._moved(name, change["new"]), "value")
        self.maps = NetworkMap(height=MAP_HEIGHT), NetworkMap(height=MAP_HEIGHT)
        self.reports = widgets.HTML(), widgets.HTML()
        columns = [widgets.VBox(pair) for pair in zip(self.maps, self.reports, strict=True)]
        self._columns = control_row(*columns, style="qk-net-pair")
        self._columns.layout.display = "none"
        row = control_row(self.rival, self.trial)
        row.add_class("qk-net-menus")
        self.empty = quiet_line(words["empty"])
        self.box = titled_box(words["title"], row, self.empty, self.told, self._columns, intro=words["intro"])

    @property
    def components(self) -> tuple[Component, ...]:
        """The maps."""
        return self.maps

    def _moved(self, name: str, value: str) -> None:
        if not self._quiet:
            self._on_change({name: value})

    def follow(self, settings: NetworkSettings) -> None:
        """Compare the network of the settings with their rival, if that is not what is shown."""
        self._quiet = True
        self.rival.value, self.trial.value = settings.rival, settings.trial
        self._quiet = False
        wanted = None
        if settings.rival != ALONE:
            wanted = replace(settings.calm, keys_per_second=KEYS_PER_SECOND[0])  # no matter here
        if wanted == self._asked:
            return
        self._asked = wanted
        tell_quietly(self.empty, "" if wanted else self._words["empty"])
        if wanted is None:
            self.runner.cancel()
            self.sides = None
            self._say("")
            self._columns.layout.display = "none"
            return
        for shown in self.maps:
            shown.stale = True
        self.runner.request(wanted)

    # ---- running -----------------------------------------------------------------------------------

    def _on_result(self, sides: Sides) -> None:
        self.sides = sides
        for shown, report, side in zip(self.maps, self.reports, sides, strict=True):
            shown.show(**map_traits(side, acts=False), stale=False)
            report.value = report_html(side)
        self._columns.layout.display = ""
        self._say(comparison(sides))

    def _say(self, text: str) -> None:
        self.told.value = f"<p role='status'><b>{escape(text)}</b></p>" if text else ""
