"""What panels with a session under control have in common: controls in groups, moves, the verdict."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

import ipywidgets as widgets

from ...session.session import SessionResult, run_session
from ...settings.session_settings import SessionSettings
from ...values import Progress
from ..components.base import Component
from ..frame.control_set import ControlSet
from ..frame.frame import column, control_row, switch_off
from ..frame.run_panel import RunPanel
from .click_limit import affordable
from .ending import eve_lamp, verdict_state

SAME_MOVE_SECONDS = 1.0
"""Runs of one slider that follow each other sooner are one move, and one dot in the history."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A run that is asked for; `merge` says that it belongs to the same move as the run before."""

    settings: SessionSettings
    merge: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of an order."""

    result: SessionResult
    merge: bool


class SessionPanel(RunPanel[SessionSettings]):
    """Base of the panels in which every change of a control runs a session and repaints.

    A subclass names its section of the words, gives controls and a prediction log, arranges its
    components in `_arrange` and shows a result in `_show`.

    Attributes
    ----------
    result
        The session last shown.
    """

    _settings_class: ClassVar = SessionSettings
    _wide_log: ClassVar[bool] = False
    """Whether the log of predictions stands over the whole width, and not below the controls."""

    _moved_last: tuple[str, float] = ("", 0.0)
    controls: ControlSet

    # ---- building ----------------------------------------------------------------------------------

    def _grouped(self, *groups: tuple[str, tuple[str, ...]]) -> list[widgets.Widget]:
        """Return the controls in groups, each under its heading: a key of the words."""
        return [
            widgets.VBox(
                [
                    widgets.HTML(f"<h4>{self._words[title]}</h4>"),
                    *(self.controls.widgets[name] for name in names),
                ]
            )
            for title, names in groups
        ]

    def _place(
        self,
        left: list[widgets.Widget],
        right: list[widgets.Widget],
        components: list[Component],
        below: list[widgets.Widget] | None = None,
    ) -> None:
        """Put controls on the left, results on the right, and `below` over the whole width."""
        log = [self.predictions.table]
        beside, under = ([], log) if self._wide_log else (log, [])
        body = control_row(
            column(*left, *beside, style="qk-panel-controls"),
            column(*right, style="qk-panel-results"),
            style="qk-panel-body",
        )
        lower = [column(*below, style="qk-panel-below")] if below else []
        self._assemble(
            [self.preset, self.again, self.cancel, self.reset],
            [self.predictions.menu, body, *under, *lower, self.save.box],
            components,
        )

    # ---- what a learner does -----------------------------------------------------------------------

    def _on_control(self, name: str) -> None:
        now, (last_name, last_time) = monotonic(), self._moved_last
        slides = isinstance(self.controls.widgets[name], widgets.FloatSlider)
        same_move = slides and name == last_name and now - last_time < SAME_MOVE_SECONDS
        self._moved_last = (name, now)
        self.preset.value = ""
        try:
            settings = self.controls.settings(self._settings)
            self._check(settings)
        except ValueError as error:
            self._refuse(error)
            return
        self.controls.show(settings)  # one choice may bring others
        self._run(settings, merge=same_move)

    def _check(self, settings: SessionSettings) -> None:
        affordable(settings)

    # ---- running -----------------------------------------------------------------------------------

    def _order(self, settings: SessionSettings, merge: bool = False) -> _Order:
        return _Order(settings, merge)

    @staticmethod
    def _work(progress: Progress, order: _Order) -> _Outcome:
        return _Outcome(run_session(affordable(order.settings), progress=progress), order.merge)

    def _on_result(self, outcome: _Outcome) -> None:
        self.result = outcome.result
        switch_off(self.cancel)
        self._show(outcome.result, outcome.merge)
        self._age(stale=False)

    def _tell_verdict(self, result: SessionResult) -> None:
        """Let the lamp show how a session ended, and why."""
        headline, sentence = result.true_verdict
        state, eve = verdict_state(result), eve_lamp(result)
        self.lamp.show(state=state, title=headline, reason=sentence, progress=None, eve=eve)

    @abstractmethod
    def _show(self, result: SessionResult, merge: bool) -> None:
        """Show a result; `merge` says that it takes the place of the one before."""

    def _subject(self) -> str:
        eve = self.result.settings.eavesdropper
        attack = eve.describe() if eve else self._words["label_no_eve"]
        return f"{self.result.settings.link.describe()}; {attack}"

    def _told(self) -> SessionResult:
        return self.result
