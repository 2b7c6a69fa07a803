"""The link panel: Eve, fibre and detectors on the left; verdict, QBER and key on the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from ...session.report import percent
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import Progress
from ..components import KeyFunnel, QberGauge
from ..components.text import number_text, power_text, words_for
from ..frame.predictions import PredictionLog
from ..sessions.ending import key_rate, key_stages, verdict_state
from ..sessions.gauge import gauge_traits
from ..sessions.session_panel import SessionPanel
from ..sessions.theory_curves import sliders_of, theory_curves
from .controls import LARGEST, LinkControls, values_of
from .presets import PRESETS

KEPT_RUNS = 50


def _share(value: float) -> str:
    return f"{100 * value:g} %"


def _named(value: str) -> str:
    return (words_for("panel") | words_for("link_panel"))[value]


CHANGES: dict[str, Callable[[Any], str]] = {
    "seed": str,
    "n_pulses": number_text,
    "protocol": str,
    "source": _named,
    "mean_photon_number": "{:g}".format,
    "misalignment_error": _share,
    "efficiency": _share,
    "dark_count_probability": power_text,
    "security": _named,
}
"""The controls that a label names when they have changed, and how it writes their values."""


def run_label(settings: SessionSettings, before: SessionSettings | None = None) -> str:
    """Return a run in a few words: what was changed since the run before, then length and Eve."""
    words, eve = words_for("panel") | words_for("link_panel"), settings.eavesdropper
    watched = words["label_no_eve"]
    if eve:
        watched = words["label_eve"].format(fraction=f"{100 * eve.fraction:g}")
    common = f"{settings.link.length_km:g} km, {watched}"
    if before is None or before == settings:
        return common
    old, new = values_of(before), values_of(settings)
    changed = [name for name in CHANGES if name in new and new[name] != old.get(name)]
    if changed:
        told = ", ".join(words[f"label_{name}"].format(value=CHANGES[name](new[name])) for name in changed)
    elif common == run_label(before):
        told = words["label_other"]
    else:
        return common
    return f"{told}; {common}"


@lru_cache(maxsize=1)
def gauge_theory(settings: SessionSettings) -> dict[str, Any]:
    """Return the `theory_curves` of the sliders; the worker thread works them out, the panel shows them."""
    return theory_curves(settings, LinkControls, LARGEST)


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
        self._before: SessionSettings | None = None
        self._latest: SessionSettings | None = None
        self.gauge = QberGauge(history_rows=4, followed=sliders_of(self.controls))
        self.funnel = KeyFunnel()
        groups = self._grouped(
            ("group_eve", ("eve", "fraction")),
            ("group_link", ("length_km", "misalignment_error", "efficiency", "dark_count_probability")),
            ("group_source", ("protocol", "source", "mean_photon_number")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        results = [self.lamp, self.gauge, self.funnel]
        self._place(groups, results, results)

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        outcome = SessionPanel._work(progress, order)
        gauge_theory(order.settings)
        return outcome

    def _show(self, result: SessionResult, merge: bool) -> None:
        state, shown = verdict_state(result), gauge_traits(result)
        if not merge:
            self._before, self._latest = self._latest, result.settings
        label = run_label(result.settings, self._before)
        seen = {name: shown[name] for name in ("qber", "lower", "upper", "expected")}
        record = {"label": label, "verdict": state, **seen}
        history = [*self.gauge.history[: -1 if merge else None], record][-KEPT_RUNS:]
        self._tell_verdict(result)
        self.gauge.show(**shown, history=history, theory=gauge_theory(result.settings))
        self.funnel.show(stages=key_stages(result), statement=key_rate(result))
        self.predictions.observe(label, state, f"QBER {percent(result.qber)}")
