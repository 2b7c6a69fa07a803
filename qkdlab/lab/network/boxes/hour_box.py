"""An hour of the network as widgets: a button, two charts, and a list of what happened."""

from __future__ import annotations

from html import escape
from typing import ClassVar

import ipywidgets as widgets

from ....values import Progress
from ...components import CurveChart
from ...components.base import Component
from ...components.text import number_text, table_html
from ...frame.frame import control_row, is_off, titled_box
from ...frame.run_box import RunBox
from ..settings import NetworkSettings
from .hour import MOST_LINES, Hour, log_rows, run_hour, served_chart, stored_chart

HOUR_OF = ("network", "a", "b", "way", "cut", "eve", "lost", "compromised", "keys_per_second", "seed")
"""The settings that an hour depends on."""


class HourBox(RunBox):
    """A button that lets an hour pass in the background, and what came of it.

    Attributes
    ----------
    hour
        The hour shown; None before the first.
    """

    _section: ClassVar = "hour_box"

    def __init__(self) -> None:
        super().__init__()
        self.hour: Hour | None = None
        self._settings: NetworkSettings | None = None
        self.run, self.cancel = self._button("run", self._on_run), self._button("cancel", self._on_cancel)
        self._while_idle, self._while_running = (self.run,), (self.cancel,)
        self._switch(running=False)
        self.stored, self.served = CurveChart(), CurveChart()
        self.intro, self.log = widgets.HTML(), widgets.HTML()
        self._charts = control_row(self.stored, self.served, style="qk-panel-pair")
        self._charts.layout.display = "none"
        self.row = control_row(self.run, self.cancel)
        parts = self.intro, self.row, self.told, self._charts, self.log
        self.box = titled_box(self._words["title"], *parts)
        self._say(self._words["empty"])

    @property
    def components(self) -> tuple[Component, ...]:
        """The charts."""
        return self.stored, self.served

    def follow(self, settings: NetworkSettings) -> None:
        """Take up what the next hour is of; the one shown is marked as old if it is of something else."""
        self._settings = settings
        count = settings.keys_per_second
        keys = self._words["keys_1" if count == 1 else "keys_many"].format(count=count)
        intro = self._words["intro"].format(a=settings.a, b=settings.b, count=keys)
        self.intro.value = f"<p>{escape(intro)}</p>"
        if self.hour is not None:
            self._age()

    def _age(self) -> None:
        stale = self.hour is None or not _same(self.hour.settings, self._settings)
        for chart in self.components:
            chart.stale = stale
        self._say(self._words["old"] if stale else "")

    # ---- running -----------------------------------------------------------------------------------

    @staticmethod
    def _work(progress: Progress, settings: NetworkSettings) -> Hour:
        return run_hour(settings, progress)

    def _on_run(self, _button: object) -> None:
        if not is_off(self.run) and self._settings is not None:
            self._start(self._settings)

    def _on_cancel(self, _button: object) -> None:
        if is_off(self.cancel):
            return
        self.runner.cancel()
        self._switch(running=False)
        self._say(self._words["stopped"])

    def _on_result(self, hour: Hour) -> None:
        self.hour = hour
        self._switch(running=False)
        self.stored.show(**stored_chart(hour))
        self.served.show(**served_chart(hour))
        self._charts.layout.display = ""
        self.log.value = _log_html(hour, self._words)
        self._age()


def _same(one: NetworkSettings, other: NetworkSettings | None) -> bool:
    """Return whether two settings have the same hour."""
    return other is not None and all(getattr(one, name) == getattr(other, name) for name in HOUR_OF)


def _log_html(hour: Hour, words: dict[str, str]) -> str:
    more = len(log_rows(hour)) - MOST_LINES
    rest = f"<p>{escape(words['log_more'].format(count=number_text(more)))}</p>" if more > 0 else ""
    title = f"<h4>{escape(words['log'])}</h4>"
    heads = [words[name] for name in ("log_time", "log_what")]
    return title + table_html(heads, log_rows(hour, MOST_LINES)) + rest
