"""What panels with a session under control have in common: actions, scenarios, runs, errors."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, ClassVar, Protocol

import ipywidgets as widgets

from ...errors import ScenarioError
from ...session.report import verdict
from ...session.session import SessionResult, run_session
from ...settings.session_settings import SessionSettings
from ...values import Progress
from ..components import VerdictLamp
from ..components.base import Component
from ..components.text import words_for
from .frame import (
    Panel,
    action_button,
    is_off,
    preset_menu,
    switch_off,
)
from .predictions import PredictionLog
from .preset import Preset
from .runner import Runner
from .save_box import SaveBox
from .verdict import verdict_state

SAME_MOVE_SECONDS = 1.0
"""Runs of one slider that follow each other sooner are one move, and one dot in the history."""

PATIENCE_SECONDS = 0.15
"""A run as short as this is shown even if the learner has moved on: the panel follows a slider."""


class Controls(Protocol):
    """The controls of a panel: widgets by name on one side, session settings on the other."""

    widgets: dict[str, Any]

    def settings(self, base: SessionSettings) -> SessionSettings:
        """Return `base` with what the controls show; ``ValueError`` names a refused value."""

    def show(self, settings: SessionSettings) -> None:
        """Set the controls without calling back."""


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


def _saved(settings: SessionSettings) -> str:
    """Return the settings as JSON, or why they cannot be saved."""
    try:
        return settings.to_json()
    except ScenarioError as error:
        return str(error)


class SessionPanel(Panel):
    """Base of the panels in which every change of a control runs a session and repaints.

    A subclass names its section of the words, gives controls and a prediction log, arranges its
    components in `_arrange` and shows a result in `_show`.

    Attributes
    ----------
    settings
        The settings shown; set them to load a scenario. They go to JSON and back unchanged.
    result
        The session last shown.
    """

    _section: ClassVar[str]
    _presets: ClassVar[Mapping[str, Preset]] = {}
    _patience_seconds: ClassVar[float] = PATIENCE_SECONDS
    _wide_log: ClassVar[bool] = False
    """Whether the log of predictions stands over the whole width, and not below the controls."""

    def __init__(
        self,
        settings: SessionSettings,
        controls: Callable[[Callable[[str], None]], Controls],
        predictions: PredictionLog,
    ) -> None:
        super().__init__()
        self._settings = self._start = settings
        self._words = words_for("panel") | words_for(self._section)
        self._moved_last = ("", 0.0)
        self.lamp = VerdictLamp()
        self.controls = controls(self._on_control)
        self.predictions = predictions
        self._build_actions()
        self.save = SaveBox(self._load)
        self._arrange()
        self.runner = Runner(
            self._work,
            self._on_result,
            on_progress=self._on_progress,
            on_error=self._on_error,
            patience_seconds=self._patience_seconds,
        )
        self.controls.show(settings)
        self.save.follow(_saved(settings))
        self._on_result(_Outcome(run_session(settings), merge=False))

    # ---- building ----------------------------------------------------------------------------------

    def _build_actions(self) -> None:
        self.preset = preset_menu(self._words, self._presets, self._on_preset)
        self.again = action_button(self._words, "again", self._on_again)
        self.reset = action_button(self._words, "reset", self._on_reset)
        self.cancel = action_button(self._words, "cancel", self._on_cancel)
        switch_off(self.cancel)

    @abstractmethod
    def _arrange(self) -> None:
        """Make the components and put everything in its place, with `_place`."""

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
        lower = widgets.VBox(below or [])
        lower.add_class("qk-panel-below")
        log = [self.predictions.table]
        beside, under = ([], log) if self._wide_log else (log, [])
        boxes = widgets.VBox([*left, *beside]), widgets.VBox(right)
        body = widgets.HBox(boxes)
        for box, name in (*zip(boxes, ("controls", "results"), strict=True), (body, "body")):
            box.add_class(f"qk-panel-{name}")
        self._assemble(
            [*([self.preset] if self._presets else []), self.again, self.cancel, self.reset],
            [
                self.predictions.menu,
                body,
                *under,
                *([lower] if below else []),
                self.save.box,
            ],
            components,
        )

    # ---- what a learner does -----------------------------------------------------------------------

    @property
    def settings(self) -> SessionSettings:
        """The settings shown."""
        return self._settings

    @settings.setter
    def settings(self, settings: SessionSettings) -> None:
        self.controls.show(settings)
        self._run(settings)

    def _on_control(self, name: str) -> None:
        now, (last_name, last_time) = monotonic(), self._moved_last
        slides = isinstance(self.controls.widgets[name], widgets.FloatSlider)
        same_move = slides and name == last_name and now - last_time < SAME_MOVE_SECONDS
        self._moved_last = (name, now)
        self.preset.value = ""
        try:
            settings = self.controls.settings(self._settings)
        except ValueError as error:
            self._on_error(error, title=self._words["refused"])
            return
        self.controls.show(settings)  # one choice may bring others
        self._run(settings, merge=same_move)

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.settings = self._presets[change["new"]].settings

    def _on_again(self, _button: object) -> None:
        self.settings = replace(self._settings, seed=self._settings.seed + 1)

    def _on_reset(self, _button: object) -> None:
        self.preset.value = ""
        self.settings = self._start

    def _on_cancel(self, _button: object) -> None:
        if is_off(self.cancel):
            return
        self.runner.cancel()
        switch_off(self.cancel)
        self.lamp.show(state="idle", title=self._words["cancelled"], reason=self._words["cancelled_hint"])
        self._age(stale=True)

    def _load(self, text: str) -> None:
        settings = SessionSettings.from_json(text)
        self.preset.value = ""
        self.settings = settings

    # ---- running -----------------------------------------------------------------------------------

    def _run(self, settings: SessionSettings, *, merge: bool = False) -> None:
        self._settings = settings
        self.runner.request(_Order(settings, merge))
        self.save.follow(_saved(settings))  # written while the run is under way

    @staticmethod
    def _work(progress: Progress, order: _Order) -> _Outcome:
        return _Outcome(run_session(order.settings, progress=progress), order.merge)

    def _on_progress(self, share: float) -> None:
        switch_off(self.cancel, False)
        self.lamp.show(state="running", title="", reason="", progress=share)
        self._age(stale=True)

    def _on_error(self, error: BaseException, title: str = "") -> None:
        refused = title and self.runner.busy  # then a run goes on all the same
        switch_off(self.cancel, not refused)
        self.lamp.show(state="error", title=title, reason=str(error))
        self._age(stale=True)

    def _on_result(self, outcome: _Outcome) -> None:
        self.result = outcome.result
        switch_off(self.cancel)
        self._show(outcome.result, outcome.merge)
        self._age(stale=False)

    def _age(self, *, stale: bool) -> None:
        """Mark what the components show as that of the run before, or as up to date."""
        for component in self._components:
            component.stale = stale and component is not self.lamp

    def _tell_verdict(self, result: SessionResult) -> None:
        """Let the lamp show how a session ended, and why."""
        headline, sentence = verdict(result)
        self.lamp.show(state=verdict_state(result), title=headline, reason=sentence, progress=None)

    def _subject(self) -> str:
        eve = self.result.settings.eavesdropper
        attack = eve.describe() if eve else self._words["label_no_eve"]
        return f"{self.result.settings.link.describe()}; {attack}"

    @abstractmethod
    def _show(self, result: SessionResult, merge: bool) -> None:
        """Show a result; `merge` says that it takes the place of the one before."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.result!r})"
