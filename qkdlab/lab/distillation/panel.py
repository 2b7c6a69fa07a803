"""The distillation panel: two bit strings on their way to one key, and what every stage costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ...distillation.correction.leakage import LDPC
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...theory.error_limit import method_of
from ...values import Progress
from ..components import BarRows, QberGauge
from ..components.text import number_text, percent_text
from ..frame.frame import action_button, is_off, switch_off
from ..frame.guide import Guide
from ..frame.predictions import NO_PREDICTION, PredictionLog
from ..sessions.gauge import gauge_traits
from ..sessions.session_panel import SessionPanel
from ..sessions.theory_curves import sliders_of, theory_curves
from .account_box import AccountBox
from .cascade.cascade_replay import CascadeReplay
from .cascade.cascade_story import cascade_story
from .charts import eve_chart, ledger_chart, methods_chart, own_mark
from .comparison import MethodRun, compare_methods
from .controls import LARGEST, DistillationControls
from .guide import GUIDE
from .hashing.hash_box import HashBox
from .presets import DISTILLATION_PRESETS

PATIENCE_SECONDS = 0.6
"""A run as short as this is shown even if the learner has moved on: 100,000 pulses need most of it."""

DEFAULT = DISTILLATION_PRESETS["quiet"].settings

PREDICTIONS = (NO_PREDICTION, "shorter", "same", "longer", "no_key")
"""What a learner can predict of the next key, beside the last one."""

SAME_SHARE = 0.02
"""Keys whose lengths differ by less than this share are about the same."""

REPLAY_BITS, REPLAY_QBERS = 128, (0.03, 0.11)
"""Length of the key in the replay, and between which error rates it follows that of the run."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The ways to correct a session's keys are to be compared, or were."""

    result: SessionResult
    runs: tuple[MethodRun, ...] = ()


def change_of_key(length: int, before: int) -> str:
    """Return how a key differs from the one before: one of `PREDICTIONS`."""
    if not length:
        return "no_key"
    if abs(length - before) <= SAME_SHARE * before:
        return "same"
    return "longer" if length > before else "shorter"


class DistillationPanel(SessionPanel):
    """A distillation under control: every change runs a session and repaints.

    Parameters
    ----------
    settings
        Where to start; by default a line with 2 % errors.
    guide
        Whether it asks guided questions, those of its topic or others that are given.

    Attributes
    ----------
    runs
        The ways to correct the errors of the run shown, once they were compared.
    """

    _section: ClassVar = "distillation_panel"
    _presets: ClassVar = DISTILLATION_PRESETS
    _questions: ClassVar = GUIDE
    _patience_seconds: ClassVar = PATIENCE_SECONDS

    def __init__(self, settings: SessionSettings = DEFAULT, *, guide: Guide = False) -> None:
        log = PredictionLog(self._section, PREDICTIONS, facts={"share": f"{100 * SAME_SHARE:g}"})
        super().__init__(settings, DistillationControls, log, guide)

    def _arrange(self) -> None:
        self.runs: tuple[MethodRun, ...] = ()
        self._comparing = False
        self._replayed: tuple[str, float] | None = None
        self.gauge = QberGauge(history_rows=0, followed=sliders_of(self.controls))
        self.ledger, self.eve, self.methods = BarRows(), BarRows(), BarRows()
        self.replay = CascadeReplay()
        self.hashes, self.account = HashBox(), AccountBox(lambda: self._settings)
        self.compare = action_button(self._words, "compare", self._on_compare)
        self.compare.add_class("qk-sweep")
        more = self._grouped(
            ("group_distillation", ("sample_fraction",)),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        self.replay_title = widgets.HTML()
        tabs: list[tuple[str, list[widgets.Widget]]] = [
            ("tab_ledger", [self.ledger]),
            ("tab_qber", [self.gauge]),
            ("tab_eve", [self.eve]),
            ("tab_replay", [self.replay_title, self.replay]),
            ("tab_methods", [self.compare, self.methods]),
            ("tab_hash", [self.hashes.box]),
            ("tab_account", [self.account.box]),
        ]
        components = [self.ledger, self.gauge, self.eve, self.replay, self.methods]
        question = self._chosen("misalignment_error", "eve", "fraction", "correction")
        self._place(question, more, tabs, components)

    # ---- comparing ---------------------------------------------------------------------------------

    def _on_compare(self, _button: object) -> None:
        if is_off(self.compare):
            return
        shown_is_old = self.ledger.stale or self.result.settings != self._settings
        if shown_is_old or self.runner.busy:
            self.methods.statement = self._words["compare_later"]
            return
        self._comparing = True
        switch_off(self.compare)
        switch_off(self.cancel, False)
        self.methods.show(**methods_chart(()))
        self._tell_share(0.0)
        self.runner.request(_Comparison(self.result))

    def _tell_share(self, share: float) -> None:
        self.methods.statement = self._words["comparing"].format(value=round(100 * share))

    def _end_comparison(self) -> None:
        """Show what is known of the ways to correct, and let the button be pressed again."""
        self._comparing = False
        switch_off(self.compare, False)
        switch_off(self.cancel)
        self.methods.show(**methods_chart(self.runs))

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        if isinstance(order, _Comparison):
            return _Comparison(order.result, compare_methods(order.result, progress, keep_own=True))
        outcome = SessionPanel._work(progress, order)
        return replace(outcome, theory=theory_curves(order.settings, DistillationControls, LARGEST))

    def _run(self, settings: SessionSettings, *, merge: bool = False) -> None:
        if self._comparing:
            self._end_comparison()  # the run overtakes it
        if settings != self._settings:
            self.account.told_before()
        super()._run(settings, merge=merge)

    def _on_progress(self, share: float) -> None:
        if self._comparing:
            self._tell_share(share)
        else:
            super()._on_progress(share)

    def _on_result(self, outcome: Any) -> None:
        if not isinstance(outcome, _Comparison):
            super()._on_result(outcome)
            return
        if outcome.result is self.result:
            self.runs = outcome.runs
        self._end_comparison()
        if not outcome.runs:
            self.methods.statement = self._words["compare_nothing"]

    def _on_error(self, error: BaseException) -> None:
        if self._comparing:
            self._end_comparison()
            self.methods.statement = self._words["compare_failed"].format(error=error)
        else:
            super()._on_error(error)

    def _on_cancel(self, button: object) -> None:
        if not self._comparing:
            super()._on_cancel(button)
            return
        self.runner.cancel()
        self._end_comparison()

    # ---- showing -----------------------------------------------------------------------------------

    def _show(self, result: SessionResult, merge: bool) -> None:
        self.gauge.show(**gauge_traits(result) | own_mark(result), theory=self._theory)
        self.ledger.show(**ledger_chart(result))
        self.eve.show(**eve_chart(result))
        self.runs = ()
        self.methods.show(**methods_chart(self.runs))
        self.hashes.show(result)
        self._load_replay(result)

    def _observed(self, result: SessionResult) -> tuple[str, str]:
        before = self._before or result
        measured = self._words["measured"].format(
            bits=number_text(result.key_length),
            before=number_text(before.key_length),
            qber=percent_text(result.qber) if result.qber is not None else "–",
        )
        return change_of_key(result.key_length, before.key_length), measured

    def _load_replay(self, result: SessionResult) -> None:
        """Take up the replay's story anew, if another error rate or another variant makes it another one."""
        words, method = self._words, method_of(result.settings)
        qber = min(max(round(result.qber or 0.0, 2), REPLAY_QBERS[0]), REPLAY_QBERS[1])
        wanted = ("original" if method == LDPC else method, qber)
        title = words["replay_title"].format(variant=wanted[0], bits=REPLAY_BITS, qber=f"{100 * qber:.0f}")
        note = f"<p>{escape(words['replay_ldpc'])}</p>" if method == LDPC else ""
        self.replay_title.value = f"<h4>{escape(title)}</h4>{note}"
        if wanted != self._replayed:
            self.replay.load(cascade_story(REPLAY_BITS, qber, variant=wanted[0]))
            self._replayed = wanted
