"""What panels with a session under control have in common: controls in groups, moves, the verdict."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import ipywidgets as widgets

from ...session.report import percent
from ...session.report.verdict import is_hopeless
from ...session.session import SessionResult, run_session
from ...settings.session_settings import SessionSettings
from ...theory.advice import no_pulses_help
from ...values import Progress
from ..components.base import Component
from ..components.text import number_text
from ..frame.frame import column, folded, quiet_line, switch_off, titled_box
from ..frame.predictions import NO_KEY_EVER
from ..frame.run_panel import RunPanel
from .click_limit import affordable
from .control_set import ControlSet
from .ending import eve_lamp, figures, key_stages, verdict_state
from .facts import no_claim


def _gives_none(result: SessionResult) -> bool:
    """Whether a run gave no key, and no number of pulses would."""
    return not result.accepted and no_pulses_help(result.settings) is not None


@dataclass(frozen=True, slots=True)
class _Order:
    """A run that is asked for, and the number of the move it belongs to."""

    settings: SessionSettings
    move: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of an order, and the curves that sliders follow until the next."""

    result: SessionResult
    move: int
    theory: dict[str, Any] | None = None


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
    _before: SessionResult | None = None
    """The session that was shown before the last move; the first one at first."""
    _latest: SessionResult | None = None
    _joined: bool = False
    """Whether the session shown is a further one of the same move."""
    controls: ControlSet

    # ---- building ----------------------------------------------------------------------------------

    def _grouped(self, *groups: tuple[str, tuple[str, ...]]) -> list[widgets.Widget]:
        """Return the controls in groups, each under its heading: a key of the words."""
        return [
            column(widgets.HTML(f"<h4>{self._words[title]}</h4>"), *self._chosen(*names), style="qk-group")
            for title, names in groups
        ]

    def _chosen(self, *names: str) -> list[widgets.Widget]:
        """Return controls by their names."""
        return [self.controls.widgets[name] for name in names]

    def _place(
        self,
        question: list[widgets.Widget],
        more: list[widgets.Widget],
        tabs: list[tuple[str, list[widgets.Widget]]],
        components: list[Component],
    ) -> None:
        """Put the controls of the question on the left and `more` folded below; of the tabs give the words.

        After `more` the panel says where what it has no control for can be done, if its words do.

        Two tabs that every panel has come last: another run and the predictions to compare with, and what to
        save and to load.
        """
        elsewhere = [quiet_line(self._words["elsewhere"])] if "elsewhere" in self._words else []
        log = titled_box(self._words["predictions"], self.predictions.table)
        last = [("tab_compare", [self.kept.box, log]), ("tab_save", [self.save.box, self.downloads])]
        self._screen(
            self.lamp,
            [self.preset, self.again, self.cancel, self.reset],
            [*question, self.predictions.menu, folded(self._words, "more", *more), *elsewhere],
            [(self._words[title], parts) for title, parts in [*tabs, *last]],
            [self.lamp, *components],
        )

    # ---- what a learner does -----------------------------------------------------------------------

    def _on_control(self, name: str) -> None:
        same_move = self._goes_on(name)
        self.preset.value = ""
        try:
            settings = self.controls.settings(self._settings)
            self._check(settings)
        except ValueError as error:
            self._refuse(error)
            return
        self.controls.show(settings)  # one choice may bring others
        self._run(settings, merge=same_move)

    def _begin(self, settings: SessionSettings) -> None:
        self.controls.forget()
        super()._begin(settings)

    def _check(self, settings: SessionSettings) -> None:
        affordable(settings)

    # ---- running -----------------------------------------------------------------------------------

    def _order(self, settings: SessionSettings) -> _Order:
        return _Order(settings, self._move)

    @staticmethod
    def _work(progress: Progress, order: _Order) -> _Outcome:
        return _Outcome(run_session(affordable(order.settings), progress=progress), order.move)

    def _on_result(self, outcome: _Outcome) -> None:
        result, self._theory = outcome.result, outcome.theory
        self.result = result
        switch_off(self.cancel)
        merge = self._joins(outcome.move) and self._before is not None
        if not merge:
            self._before = self._latest or result
        self._latest, self._joined = result, merge
        self._show(result, merge)
        self._age(stale=False)
        observed, measured = self._observed(result)
        reason = result.true_verdict[1]
        also = NO_KEY_EVER if _gives_none(result) else ""
        label = self._label(result)
        badge = self.predictions.observe(label, observed, measured, reason, also=also, merge=merge)
        self._tell_verdict(result, badge)

    def _observed(self, result: SessionResult) -> tuple[str, str]:
        """Return what came true, a choice of the predictions, and what was measured, in words."""
        state = NO_KEY_EVER if is_hopeless(result) else verdict_state(result)
        return state, f"QBER {percent(result.qber)}"

    def _label(self, result: SessionResult) -> str:
        """Return in a few words what was changed since the run before."""
        before, now = (self._before or result).settings, result.settings
        if self.preset.value and now == self._presets[self.preset.value].settings:
            return str(self.preset.label)
        told = self.controls.changes(before, now)
        if told or self._before is result:
            return told
        return str(self._words["label_same" if now == before else "label_other"])

    def _changed(self, result: SessionResult) -> str:
        """Return what was changed; if other runs of the same move were shown before, that it was one."""
        told = self._label(result)
        return self._words["changed_in_one"].format(changed=told) if told and self._joined else told

    def _tell_verdict(self, result: SessionResult, badge: dict[str, str] | None = None) -> None:
        """Let the bar show how a session ended and why, its figures, and what was changed."""
        headline, sentence = result.true_verdict
        if verdict_state(result) == "accepted":
            sentence = f"{sentence} {no_claim(result.settings)}".strip()
        self.lamp.show(
            state=verdict_state(result),
            title=headline,
            reason=sentence,
            progress=None,
            eve=eve_lamp(result),
            figures=self.kept.beside(figures(result)),
            changed=self._changed(result),
            badge=badge,
        )
        stages = [(one["name"], number_text(one["count"])) for one in key_stages(result)]
        self.kept.follow(result.settings, stages)

    def _difference(self, before: SessionSettings, now: SessionSettings) -> str:
        return self.controls.changes(before, now) or str(self._words["label_other"])

    @abstractmethod
    def _show(self, result: SessionResult, merge: bool) -> None:
        """Show a result; `merge` says that it takes the place of the one before."""

    def _subject(self) -> str:
        eve = self.result.settings.eavesdropper
        attack = eve.describe() if eve else self._words["label_no_eve"]
        return f"{self.result.settings.link.describe()}; {attack}"

    def _shown_settings(self) -> SessionSettings:
        return self.result.settings

    def _told_in_full(self) -> str:
        return self.result.report()

    def _told(self) -> SessionResult:
        return self.result
