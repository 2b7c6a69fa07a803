"""The link panel: Eve, fibre and detectors on the left; verdict, QBER and key on the right."""

from __future__ import annotations

from typing import ClassVar

from ...report import percent, verdict
from ...session import SessionResult
from ...settings import SessionSettings
from ..components import KeyFunnel, QberGauge
from ..figures import session_figure
from ..stages import key_stages, verdict_state
from ..words import words_for
from .controls import LinkControls
from .predictions import PredictionLog
from .presets import PRESETS
from .session_panel import SessionPanel

KEPT_RUNS = 50


def _label(settings: SessionSettings) -> str:
    """Return the settings of a run in a few words."""
    eve = settings.eavesdropper
    words = words_for("link_panel")
    watched = (
        words["label_no_eve"]
        if eve is None
        else words["label_eve"].format(fraction=f"{100 * getattr(eve, 'fraction', 1):g}")
    )
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
        self.gauge, self.funnel = QberGauge(history_rows=4), KeyFunnel()
        groups = self._grouped(
            ("group_eve", ("eve", "fraction")),
            ("group_link", ("length_km", "misalignment_error", "efficiency", "dark_count_probability")),
            ("group_source", ("source", "mean_photon_number")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        results = [self.lamp, self.gauge, self.funnel]
        self._place(groups, results, results)

    def _show(self, result: SessionResult, merge: bool) -> None:
        state, (headline, sentence) = verdict_state(result), verdict(result)
        estimate = result.distillation.estimate
        label = _label(result.settings)
        record = {
            "label": label,
            "qber": result.qber,
            "lower": estimate.lower if estimate else None,
            "upper": estimate.upper if estimate else None,
            "expected": result.expected_qber,
            "verdict": state,
        }
        history = [*self.gauge.history[: -1 if merge else None], record][-KEPT_RUNS:]
        self.lamp.show(state=state, title=headline, reason=sentence, progress=None)
        self.gauge.show(
            **{name: record[name] for name in ("qber", "lower", "upper", "expected")},
            confidence=estimate.confidence if estimate else None,
            threshold=result.settings.max_qber,
            history=history,
        )
        self.funnel.show(stages=key_stages(result))
        self.predictions.observe(label, state, f"QBER {percent(result.qber)}")

    def _static_png(self) -> bytes:
        return session_figure(self.result).png
