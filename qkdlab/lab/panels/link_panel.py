"""The link panel: Eve, fibre and detectors on the left; verdict, QBER and key on the right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import ipywidgets as widgets

from ...errors import ScenarioError
from ...report import percent, verdict
from ...session import SessionResult, run_session
from ...settings import SessionSettings
from ...values import Progress
from ..components import KeyFunnel, QberGauge, VerdictLamp
from ..figures import session_figure
from ..runner import Runner
from ..stages import key_stages, verdict_state
from ..words import words_for
from .controls import LinkControls
from .frame import Panel
from .predictions import PredictionLog
from .presets import PRESETS

SAME_MOVE_SECONDS = 1.0
"""Runs of one slider that follow each other sooner are one move, and one dot in the history."""

PATIENCE_SECONDS = 0.15
"""A run as short as this is shown even if the learner has moved on: the panel follows a slider."""

KEPT_RUNS = 50


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


class LinkPanel(Panel):
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

    def __init__(self, settings: SessionSettings | None = None) -> None:
        super().__init__()
        self._settings = settings or PRESETS["quiet"].settings
        self._words = words_for("link_panel")
        self._moved_last = ("", 0.0)
        self.lamp, self.gauge, self.funnel = VerdictLamp(), QberGauge(history_rows=4), KeyFunnel()
        self.controls = LinkControls(self._on_control)
        self.predictions = PredictionLog()
        self._build_actions()
        self._build_scenario()
        self._arrange()
        self.runner = Runner(
            self._work,
            self._on_result,
            on_progress=self._on_progress,
            on_error=self._on_error,
            patience_seconds=PATIENCE_SECONDS,
        )
        self.controls.show(self._settings)
        self.scenario.value = self._settings.to_json()
        self._on_result(_Outcome(run_session(self._settings), merge=False))

    # ---- building ----------------------------------------------------------------------------------

    def _build_actions(self) -> None:
        words = self._words

        def button(name: str, on_click: Any) -> widgets.Button:
            made = widgets.Button(description=words[name], tooltip=words[f"{name}_hint"])
            made.on_click(on_click)
            return made

        self.preset = widgets.Dropdown(
            options=[(words["preset_none"], "")] + [(words[f"preset_{name}"], name) for name in PRESETS],
            description=words["preset"],
        )
        self.preset.add_class("qk-control")
        self.preset.observe(self._on_preset, "value")
        self.again = button("again", self._on_again)
        self.cancel = button("cancel", self._on_cancel)
        self.cancel.disabled = True

    def _build_scenario(self) -> None:
        words = self._words
        self.scenario = widgets.Textarea(
            description=words["scenario"], layout=widgets.Layout(width="100%", height="220px")
        )
        self.load = widgets.Button(description=words["load"], tooltip=words["load_hint"])
        self.load.on_click(self._on_load)
        self.scenario_error = widgets.HTML()

    def _arrange(self) -> None:
        controls = self.controls.widgets
        groups = []
        for title, names in (
            ("group_eve", ("eve", "fraction")),
            ("group_link", ("length_km", "misalignment_error", "efficiency", "dark_count_probability")),
            ("group_source", ("source", "mean_photon_number")),
            ("group_run", ("n_pulses", "security", "seed")),
        ):
            heading = widgets.HTML(f"<h4>{self._words[title]}</h4>")
            groups.append(widgets.VBox([heading, *(controls[name] for name in names)]))
        left, right = widgets.VBox(groups), widgets.VBox([self.lamp, self.gauge, self.funnel])
        body = widgets.HBox([left, right])
        more = widgets.Accordion(
            [widgets.VBox([self.scenario, widgets.HBox([self.load, self.scenario_error])])],
            titles=(self._words["scenario_title"],),
        )
        for box, name in ((left, "controls"), (right, "results"), (body, "body")):
            box.add_class(f"qk-panel-{name}")
        self._assemble(
            [self.preset, self.again, self.cancel],
            [self.predictions.menu, body, self.predictions.table, more],
            [self.lamp, self.gauge, self.funnel],
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
        try:
            settings = self.controls.settings(self._settings)
        except ValueError as error:
            self._on_error(error)
            return
        self._run(settings, merge=same_move)

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.settings = PRESETS[change["new"]].settings

    def _on_again(self, _button: object) -> None:
        self.settings = replace(self._settings, seed=self._settings.seed + 1)

    def _on_cancel(self, _button: object) -> None:
        self.runner.cancel()
        self.cancel.disabled = True
        self.lamp.show(state="idle", title=self._words["cancelled"], reason=self._words["cancelled_hint"])

    def _on_load(self, _button: object) -> None:
        try:
            settings = SessionSettings.from_json(self.scenario.value)
        except ScenarioError as error:
            self.scenario_error.value = self._words["load_error"].format(error=_plain(error))
            return
        self.scenario_error.value = self._words["loaded"]
        self.settings = settings

    # ---- running -----------------------------------------------------------------------------------

    def _run(self, settings: SessionSettings, *, merge: bool = False) -> None:
        self._settings = settings
        self.scenario.value = settings.to_json()
        self.runner.request(_Order(settings, merge))

    @staticmethod
    def _work(progress: Progress, order: _Order) -> _Outcome:
        return _Outcome(run_session(order.settings, progress=progress), order.merge)

    def _on_progress(self, share: float) -> None:
        self.cancel.disabled = False
        self.lamp.show(state="running", title="", reason="", progress=share)

    def _on_error(self, error: BaseException) -> None:
        self.cancel.disabled = True
        self.lamp.show(state="error", title="", reason=str(error))

    def _on_result(self, outcome: _Outcome) -> None:
        result = self.result = outcome.result
        self.cancel.disabled = True
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
        history = [*self.gauge.history[: -1 if outcome.merge else None], record][-KEPT_RUNS:]
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

    def __repr__(self) -> str:
        return f"LinkPanel({self.result!r})"


def _plain(error: Exception) -> str:
    """Return an error's text for use inside HTML."""
    return str(error).replace("&", "&amp;").replace("<", "&lt;")
