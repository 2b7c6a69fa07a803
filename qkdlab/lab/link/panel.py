"""The link panel: Eve and fibre on the left; the QBER and what became of the pulses in tabs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import Progress
from ..components import KeyFunnel, QberGauge
from ..components.text import words_for
from ..frame.predictions import PredictionLog
from ..sessions.ending import key_rate, key_stages, verdict_state
from ..sessions.gauge import gauge_traits
from ..sessions.session_panel import SessionPanel
from ..sessions.theory_curves import sliders_of, theory_curves
from .controls import LARGEST, LinkControls
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

    Attributes
    ----------
    settings
        The settings shown; set them to load a scenario. They go to JSON and back unchanged.
    result
        The session last shown.
    """

    _section: ClassVar = "link_panel"
    _presets: ClassVar = PRESETS

    def __init__(self, settings: SessionSettings | None = None) -> None:
        super().__init__(settings or PRESETS["quiet"].settings, LinkControls, PredictionLog())

    def _arrange(self) -> None:
        self.gauge = QberGauge(history_rows=4, followed=sliders_of(self.controls))
        self.funnel = KeyFunnel()
        more = self._grouped(
            ("group_link", ("misalignment_error", "efficiency", "dark_count_probability")),
            ("group_source", ("protocol", "source", "mean_photon_number")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        tabs = [("tab_qber", [self.gauge]), ("tab_key", [self.funnel])]
        self._place(self._chosen("eve", "fraction", "length_km"), more, tabs, [self.gauge, self.funnel])

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        outcome = SessionPanel._work(progress, order)
        return replace(outcome, theory=theory_curves(order.settings, LinkControls, LARGEST))

    def _show(self, result: SessionResult, merge: bool) -> None:
        shown = gauge_traits(result)
        seen = {name: shown[name] for name in ("qber", "lower", "upper", "expected")}
        told = self._label(result) or run_label(result.settings)
        record = {"label": told, "verdict": verdict_state(result), **seen}
        history = [*self.gauge.history[: -1 if merge else None], record][-KEPT_RUNS:]
        self.gauge.show(**shown, history=history, theory=self._theory)
        self.funnel.show(stages=key_stages(result), statement=key_rate(result))
