"""The distillation panel: two bit strings on their way to one key, and what every stage costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ...report import percent
from ...session import SessionResult
from ...settings import SessionSettings
from ...values import Progress
from ..bar_figures import bars_figure
from ..cascade_story import cascade_story
from ..components import BarRows, CascadeReplay, QberGauge
from ..distillation_charts import eve_chart, ledger_chart, methods_chart
from ..figures import Still
from ..limits import gauge_limit
from ..method_comparison import MethodRun, compare_methods
from ..runner import Runner
from ..words import number_text, percent_text
from .account_box import AccountBox
from .distillation_controls import LDPC, DistillationControls, method_of
from .hash_box import HashBox
from .predictions import NO_PREDICTION, PredictionLog
from .presets import DISTILLATION_PRESETS
from .session_panel import SessionPanel

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


def distillation_figure(result: SessionResult, runs: Sequence[MethodRun] = ()) -> Still:
    """Return a still picture of a distillation: the ledger, what Eve guesses, ways to correct."""
    charts = [ledger_chart(result), eve_chart(result)] + ([methods_chart(runs)] if runs else [])
    return bars_figure([chart for chart in charts if chart["rows"]])


class DistillationPanel(SessionPanel):
    """A distillation under control: every change runs a session and repaints.

    Parameters
    ----------
    settings
        Where to start; by default a line with 2 % errors.

    Attributes
    ----------
    runs
        The ways to correct the errors of the run shown, once they were compared.
    """

    _section: ClassVar = "distillation_panel"
    _presets: ClassVar = DISTILLATION_PRESETS
    runner: Runner[Any, Any]

    def __init__(self, settings: SessionSettings = DEFAULT) -> None:
        super().__init__(settings, DistillationControls, PredictionLog(self._section, PREDICTIONS))

    def _arrange(self) -> None:
        self.runs: tuple[MethodRun, ...] = ()
        self._length: int | None = None
        self._replayed: tuple[str, float] | None = None
        self.gauge = QberGauge(history_rows=0)
        self.ledger, self.eve, self.methods = BarRows(), BarRows(), BarRows()
        self.replay = CascadeReplay()
        self.hashes, self.account = HashBox(), AccountBox(lambda: self._settings)
        self.compare = widgets.Button(description=self._words["compare"], tooltip=self._words["compare_hint"])
        self.compare.add_class("qk-sweep")
        self.compare.on_click(self._on_compare)
        groups = self._grouped(
            ("group_line", ("misalignment_error",)),
            ("group_eve", ("eve", "fraction")),
            ("group_distillation", ("sample_fraction", "correction")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        replay_title = widgets.HTML(f"<h4>{escape(self._words['replay_title'])}</h4>")
        below = [
            self.eve,
            replay_title,
            self.replay,
            self.compare,
            self.methods,
            self.hashes.box,
            self.account.box,
        ]
        components = [self.lamp, self.gauge, self.ledger, self.eve, self.replay, self.methods]
        self._place(groups, [self.lamp, self.ledger, self.gauge], components, below)

    # ---- comparing ---------------------------------------------------------------------------------

    def _on_compare(self, _button: object) -> None:
        self.compare.disabled = True
        self.runner.request(_Comparison(self.result))

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        if isinstance(order, _Comparison):
            return _Comparison(order.result, compare_methods(order.result, progress))
        return SessionPanel._work(progress, order)

    def _on_result(self, outcome: Any) -> None:
        self.compare.disabled = False
        if not isinstance(outcome, _Comparison):
            super()._on_result(outcome)
            return
        self._age(stale=False)
        self._tell_verdict(self.result)
        self.cancel.disabled = True
        if outcome.result is self.result:
            self.runs = outcome.runs
            self.methods.show(**methods_chart(self.runs))

    def _on_error(self, error: BaseException, title: str = "") -> None:
        self.compare.disabled = False
        super()._on_error(error, title)

    def _on_cancel(self, button: object) -> None:
        self.compare.disabled = False
        super()._on_cancel(button)

    # ---- showing -----------------------------------------------------------------------------------

    def _show(self, result: SessionResult, merge: bool) -> None:
        self._tell_verdict(result)
        estimate = result.distillation.estimate
        self.gauge.show(
            qber=result.qber,
            lower=estimate.lower if estimate else None,
            upper=estimate.upper if estimate else None,
            expected=result.expected_qber,
            confidence=estimate.confidence if estimate else None,
            threshold=result.settings.max_qber,
            limit=gauge_limit(result.settings),
        )
        self.ledger.show(**ledger_chart(result))
        self.eve.show(**eve_chart(result))
        self.runs = ()
        self.methods.show(**methods_chart(self.runs))
        self.hashes.show(result)
        self._load_replay(result)
        before = result.key_length if self._length is None else self._length
        measured = f"{number_text(result.key_length)}; QBER {percent(result.qber)}"
        self.predictions.observe(
            self._label(result.settings), change_of_key(result.key_length, before), measured
        )
        self._length = result.key_length

    def _load_replay(self, result: SessionResult) -> None:
        """Take up the replay's story anew, if another error rate or another variant makes it another one."""
        method = method_of(result.settings)
        qber = min(max(round(result.qber or 0.0, 2), REPLAY_QBERS[0]), REPLAY_QBERS[1])
        wanted = ("original" if method == LDPC else method, qber)
        if wanted != self._replayed:
            self.replay.load(cascade_story(REPLAY_BITS, qber, variant=wanted[0]))
            self._replayed = wanted

    def _label(self, settings: SessionSettings) -> str:
        words, eve, method = self._words, settings.eavesdropper, method_of(settings)
        named = words.get(f"correction_{method}") or words["correction_cascade"].format(variant=method)
        return words["label"].format(
            eve=eve.describe() if eve else words["label_no_eve"],
            error=percent_text(settings.link.misalignment_error),
            share=percent_text(settings.sample_fraction),
            method=named,
            pulses=number_text(settings.n_pulses),
        )

    def _still(self) -> Still:
        return distillation_figure(self.result, self.runs)
