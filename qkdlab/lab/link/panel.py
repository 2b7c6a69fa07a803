"""The link panel: Eve and fibre on the left; the QBER and what became of the pulses in tabs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ...session.result import Standing
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...theory.advice import no_pulses_help, with_more_pulses
from ...values import Progress
from ..components import KeyFunnel, QberGauge
from ..components.text import number_text, percent_text, words_for
from ..frame.frame import quiet_line, tell_quietly
from ..frame.guide import Guide
from ..frame.predictions import PredictionLog
from ..sessions.ending import key_rate, key_stages, verdict_state
from ..sessions.facts import without_control
from ..sessions.gauge import gauge_traits
from ..sessions.session_panel import SessionPanel
from ..sessions.theory_curves import sliders_of, theory_curves
from .controls import LARGEST, LinkControls
from .guide import GUIDE
from .presets import PRESETS

KEPT_RUNS = 50


def run_label(settings: SessionSettings) -> str:
    """Return length and Eve of a run, in a few words."""
    words, eve = words_for("panel") | words_for("link_panel"), settings.eavesdropper
    watched = words["label_no_eve"]
    if eve:
        watched = words["label_eve"].format(fraction=f"{100 * eve.fraction:g}")
    return f"{settings.link.length_km:g} km, {watched}"


class LinkPanel(SessionPanel):
    """A session under control: every change of a control runs it again and repaints.

    Parameters
    ----------
    settings
        Where to start; by default the first preset.
    guide
        Whether it asks guided questions, those of its topic or others that are given.

    Attributes
    ----------
    settings
        The settings shown; set them to load a scenario. They go to JSON and back unchanged.
    result
        The session last shown.
    """

    _section: ClassVar = "link_panel"
    _presets: ClassVar = PRESETS
    _questions: ClassVar = GUIDE

    def __init__(self, settings: SessionSettings | None = None, *, guide: Guide = False) -> None:
        first = PRESETS["quiet"].settings if settings is None else settings
        super().__init__(first, LinkControls, PredictionLog(), guide)

    def _arrange(self) -> None:
        self.unseen, self.longer = quiet_line(), quiet_line()
        self.gauge = QberGauge(history_rows=4, followed=sliders_of(self.controls))
        self.funnel = KeyFunnel()
        more = self._grouped(
            ("group_link", ("misalignment_error", "efficiency", "dark_count_probability")),
            ("group_source", ("protocol", "source", "mean_photon_number")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        tabs = [("tab_qber", [self.gauge]), ("tab_key", [self.funnel])]
        question = [self.unseen, *self._chosen("eve", "fraction", "length_km"), self.longer]
        self._place(question, more, tabs, [self.gauge, self.funnel])

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        outcome = SessionPanel._work(progress, order)
        return replace(outcome, theory=theory_curves(order.settings, LinkControls, LARGEST))

    def _follow(self) -> None:
        super()._follow()
        tell_quietly(self.unseen, without_control(self._settings.link))

    def _show(self, result: SessionResult, merge: bool) -> None:
        shown = gauge_traits(result)
        seen = {name: shown[name] for name in ("qber", "lower", "upper", "expected")}
        told = self._label(result) or run_label(result.settings)
        record = {"label": told, "verdict": verdict_state(result), **seen}
        history = [*self.gauge.history[: -1 if merge else None], record][-KEPT_RUNS:]
        self.gauge.show(**shown, history=history, theory=self._theory)
        self.funnel.show(stages=key_stages(result), statement=key_rate(result))
        tell_quietly(self.longer, self._what_gives_a_key(result))

    def _what_gives_a_key(self, result: SessionResult) -> str:
        """Return how many pulses would give a key where there were too few of them, or that none would."""
        if result.standing is not Standing.TOO_FEW:
            return ""
        told, advice = self._words["pulses_matter"], with_more_pulses(result.settings)
        if not advice and (why := no_pulses_help(result.settings)):
            if why.qber is None:
                return str(self._words["no_pulses_help_dark"])
            name = "no_pulses_help" if why.by_errors else "no_pulses_help_light"
            qber, limit = percent_text(why.qber), percent_text(why.limit)
            return str(self._words[name].format(qber=qber, limit=limit))
        if advice:
            told += self._words["more_pulses"].format(pulses=number_text(advice.settings.n_pulses))
        return told
