"""An hour of the network as widgets: a button, two charts, and a list of what happened."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from ..components import CurveChart
from ..components.base import Component
from ..components.text import number_text, words_for
from ..frame.frame import is_off, switch_off
from ..frame.runner import Runner
from .hour import (
    MOST_LINES,
    Hour,
    log_rows,
    run_hour,
    served_chart,
    stored_chart,
)
from .settings import NetworkSettings


class HourBox:
    """A button that lets an hour pass in the background, and what came of it.

    Attributes
    ----------
    box
        The widgets.
    hour
        The hour shown; None before the first.
    """

    def __init__(self) -> None:
        words = self._words = words_for("hour_box")
        self.hour: Hour | None = None
        self._settings: NetworkSettings | None = None
        self.run, self.cancel = self._button("run", self._on_run), self._button("cancel", self._on_cancel)
        switch_off(self.cancel)
        self.stored, self.served = CurveChart(), CurveChart()
        self.intro, self.told, self.log = widgets.HTML(), widgets.HTML(), widgets.HTML()
        charts = widgets.HBox([self.stored, self.served])
        charts.add_class("qk-panel-pair")
        charts.layout.display = "none"
        self._charts = charts
        self.row = widgets.HBox([self.run, self.cancel])
        self.row.add_class("qk-challenge-row")
        title = widgets.HTML(f"<h4>{escape(words['title'])}</h4>")
        self.box = widgets.VBox([title, self.intro, self.row, self.told, charts, self.log])
        self.box.add_class("qk-challenge")
        self.runner: Runner[NetworkSettings, Hour] = Runner(
            lambda progress, settings: run_hour(settings, progress),
            self._on_result,
            on_error=self._on_error,
            on_progress=self._tell_share,
        )
        self._say(words["empty"])

    @property
    def components(self) -> tuple[Component, ...]:
        """The charts."""
        return self.stored, self.served

    def _button(self, name: str, on_click: Any) -> widgets.Button:
        button = widgets.Button(description=self._words[name], tooltip=self._words[f"{name}_hint"])
        button.on_click(on_click)
        return button

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

    def _on_run(self, _button: object) -> None:
        if is_off(self.run) or self._settings is None:
            return
        switch_off(self.run)
        switch_off(self.cancel, False)
        self._tell_share(0.0)
        self.runner.request(self._settings)

    def _end(self) -> None:
        switch_off(self.run, False)
        switch_off(self.cancel)

    def _on_cancel(self, _button: object) -> None:
        if is_off(self.cancel):
            return
        self.runner.cancel()
        self._end()
        self._say(self._words["stopped"])

    def _tell_share(self, share: float) -> None:
        self.told.value = f"<p>{escape(self._words['running'].format(value=round(100 * share)))}</p>"

    def _on_error(self, error: BaseException) -> None:
        self._end()
        self._say(self._words["failed"].format(error=error))

    def _on_result(self, hour: Hour) -> None:
        self.hour = hour
        self._end()
        self.stored.show(**stored_chart(hour))
        self.served.show(**served_chart(hour))
        self._charts.layout.display = ""
        self.log.value = _log_html(hour, self._words)
        self._age()

    def _say(self, text: str) -> None:
        self.told.value = f"<p role='status'>{escape(text)}</p>" if text else ""


def _same(one: NetworkSettings, other: NetworkSettings | None) -> bool:
    """Return whether two settings have the same hour."""
    return other is not None and all(
        getattr(one, name) == getattr(other, name)
        for name in ("network", "a", "b", "way", "cut", "eve", "lost", "keys_per_second", "seed")
    )


def _log_html(hour: Hour, words: dict[str, str]) -> str:
    rows = log_rows(hour)
    body = "".join(
        f"<tr><td>{escape(time)}</td><td>{escape(text)}</td></tr>" for time, text in rows[:MOST_LINES]
    )
    heads = "".join(f"<th scope='col'>{escape(words[name])}</th>" for name in ("log_time", "log_what"))
    more = len(rows) - MOST_LINES
    rest = f"<p>{escape(words['log_more'].format(count=number_text(more)))}</p>" if more > 0 else ""
    title = f"<h4>{escape(words['log'])}</h4>"
    return f"{title}<table class='qk-log qk-knows'><tr>{heads}</tr>{body}</table>{rest}"
