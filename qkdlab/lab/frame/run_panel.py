"""What panels that run something have in common: actions, scenarios, runs, errors."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

import ipywidgets as widgets

from ...values import check_instance
from ..components import VerdictLamp
from ..components.text import words_for
from ..learning.choice import Choice
from .frame import Panel, action_button, is_off, preset_menu, switch_off
from .guide import Guide, guide_line
from .predictions import PredictionLog
from .runner import Runner
from .tabs.downloads import scenario_text
from .tabs.kept_run import KeptRun
from .tabs.save_box import SaveBox

S = TypeVar("S")

PATIENCE_SECONDS = 0.15
"""A run as short as this is shown even if the learner has moved on: the panel follows a slider."""


SAME_MOVE_SECONDS = 1.0
"""Changes of one slider that follow each other sooner are one move: one dot in a history, one prediction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset(Generic[S]):
    """A scenario: its settings, and the state of the verdict, or the outcome, that they lead to."""

    settings: S
    state: str


class RunPanel(Panel, Generic[S]):
    """Base of the panels in which every change runs something with new settings and repaints.

    A subclass names its section of the words, its presets and the class of its settings, hears its controls
    in `_on_control`, makes its components in `_arrange`, shows settings in `_follow`, runs them in `_work`,
    and shows what came of it in `_on_result`.

    Attributes
    ----------
    settings
        The settings shown; set them to load a scenario. They go to JSON and back unchanged.
    """

    _section: ClassVar[str]
    _presets: ClassVar[Mapping[str, Preset[Any]]]
    _settings_class: ClassVar[Any]
    _questions: ClassVar[Sequence[Choice]] = ()
    _patience_seconds: ClassVar[float] = PATIENCE_SECONDS
    _moved_last: tuple[str, float] = ("", 0.0)
    _move = 0
    """Counts the moves: runs of the same one have the same number."""
    _shown_move = 0
    """The move of the run that was shown last."""
    _work: Any
    _on_control: Any

    def __init__(
        self,
        settings: S,
        controls: Callable[[Any], Any],
        predictions: PredictionLog,
        guide: Guide = False,
    ) -> None:
        super().__init__()
        self.guide = guide_line(guide, self._questions)
        check_instance("settings", settings, self._settings_class)
        self._settings = self._start = settings
        self._words = words_for("panel") | words_for(self._section)
        self.lamp = VerdictLamp()
        self.controls, self.predictions = controls(self._on_control), predictions
        self.preset = preset_menu(self._words, self._presets, self._on_preset)
        self.again = action_button(self._words, "again", self._on_again)
        self.reset = action_button(self._words, "reset", self._on_reset)
        self.cancel = action_button(self._words, "cancel", self._on_cancel)
        switch_off(self.cancel)
        self.save, self.downloads = SaveBox(self._load, self._settings_class.__name__), self._offer()
        self.kept = KeptRun(self._difference, self.lamp, self.again)
        self._arrange()
        self.runner: Runner[Any, Any] = Runner(
            self._work,
            self._on_result,
            on_progress=self._on_progress,
            on_error=self._on_error,
            patience_seconds=self._patience_seconds,
        )
        if not self.runner.can_stop:
            self.cancel.tooltip = self._words["cancel_cannot"]
        self.controls.show(settings)
        self._follow()
        self._on_result(self._work(lambda share: None, self._order(settings)))

    @abstractmethod
    def _arrange(self) -> None:
        """Make the components and put everything in its place."""

    # ---- what a learner does -----------------------------------------------------------------------

    @property
    def settings(self) -> S:
        """The settings shown."""
        return self._settings

    @settings.setter
    def settings(self, settings: S) -> None:
        check_instance("settings", settings, self._settings_class)
        self._moved_last = ("", 0.0)  # no slider goes on after this
        self.controls.show(settings)
        self._run(settings)

    def _goes_on(self, name: str) -> bool:
        """Return whether a change of the control `name` belongs to the move of the change before."""
        now, (last_name, last_time) = monotonic(), self._moved_last
        self._moved_last = (name, now)
        slides = isinstance(self.controls.widgets[name], widgets.FloatSlider)
        return slides and name == last_name and now - last_time < SAME_MOVE_SECONDS

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._begin(self._presets[change["new"]].settings)

    def _on_again(self, _button: object) -> None:
        settings: Any = self._settings
        self.settings = replace(settings, seed=settings.seed + 1)

    def _on_reset(self, _button: object) -> None:
        self.preset.value = ""
        self._begin(self._start)

    @abstractmethod
    def _difference(self, before: S, now: S) -> str:
        """Return in words in what settings differ from others."""

    def _begin(self, settings: S) -> None:
        """Start anew from settings; nothing that a control showed before is left."""
        self.settings = settings

    def _on_cancel(self, _button: object) -> None:
        if is_off(self.cancel):
            return
        self.runner.cancel()
        switch_off(self.cancel)
        self._say("idle", self._words["cancelled"], self._words["cancelled_hint"])
        self._age(stale=True)

    def _load(self, text: str) -> None:
        settings = self._settings_class.from_json(text)
        self._check(settings)
        self.preset.value = ""
        self._begin(settings)

    def _check(self, settings: S) -> None:
        """Raise ``ValueError`` if the panel does not run such settings."""

    # ---- running -----------------------------------------------------------------------------------

    def _run(self, settings: S, *, merge: bool = False) -> None:
        self._settings = settings
        if not merge:
            self._move += 1
        self.runner.request(self._order(settings))
        self._follow()  # while the run is under way

    def _order(self, settings: S) -> Any:
        """Return what `_work` is given for settings."""
        return settings

    def _joins(self, move: int) -> bool:
        """Return whether a run of a move takes the place of the run shown, as one of the same move.

        Of a move the first run may never have been shown: overtaken, it was dropped. Then the first that is
        shown begins the move.
        """
        joins, self._shown_move = move == self._shown_move, move
        return joins

    def _follow(self) -> None:
        """Let everything that shows settings show those of now."""
        self.save.follow(scenario_text(self._settings))

    def _say(self, state: str, title: str = "", reason: str = "", progress: float | None = None) -> None:
        """Let the bar tell something else than how a run ended; what Eve knows is then not told, either."""
        self.lamp.show(state=state, title=title, reason=reason, progress=progress, eve=None, badge=None)

    def _offer_cancel(self, goes_on: bool) -> None:
        """Switch on *Cancel* if a run goes on, and can be stopped."""
        switch_off(self.cancel, not (goes_on and self.runner.can_stop))

    def _on_progress(self, share: float) -> None:
        self._offer_cancel(True)
        self._say("running", progress=share)
        self._age(stale=True)

    def _refuse(self, error: ValueError) -> None:
        """Say why a change is not taken up; a run goes on all the same."""
        self._moved_last = ("", 0.0)
        self._offer_cancel(self.runner.busy)
        self._say("error", self._words["refused"], str(error))
        self._age(stale=True)

    def _on_error(self, error: BaseException) -> None:
        switch_off(self.cancel)
        self._say("error", reason=str(error) or type(error).__name__)
        self._age(stale=True)

    @abstractmethod
    def _on_result(self, outcome: Any) -> None:
        """Show what came of a run."""

    def _age(self, *, stale: bool) -> None:
        """Mark what the components show as that of the run before, or as up to date."""
        for component in self._components:
            component.stale = stale and component is not self.lamp
