"""The link-budget panel: how far a key reaches, and what loss, noise and photon numbers do to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import ipywidgets as widgets

from ...distillation.security.finite import FiniteSecurity
from ...session.session import SessionResult, run_session
from ...settings.session_settings import MOST_PULSES, SessionSettings
from ...values import Progress
from ..components import CurveChart, KeyFunnel
from ..components.qber_gauge import VERDICTS
from ..components.text import words_for
from ..frame.frame import action_button, is_off, quiet_line, switch_off, tell_quietly
from ..frame.guide import Guide
from ..frame.predictions import PredictionLog
from ..sessions.click_limit import affordable
from ..sessions.ending import key_rate
from ..sessions.facts import without_control
from ..sessions.session_panel import SessionPanel
from .challenge_box import ChallengeBox
from .charts import RunPoint, qber_chart, rate_chart, third_chart
from .controls import BudgetControls
from .guide import GUIDE
from .photon_charts import photon_stages, photons_chart
from .presets import BUDGET_PRESETS
from .theory import Family, prepare, reach_km

SWEEP_CLICKS = 500_000
"""A run of a sweep makes about as many clicks at most, and in the textbook mode just as many if it can."""

SWEEP_SHARES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.06)
"""Where a sweep runs, as shares of the distance at which theory ends; the last run should give no key."""

KEPT_POINTS = 60

BAR = ("state", "title", "reason", "eve", "figures", "changed", "badge")
"""What the bar tells of a run."""

DEFAULT = BUDGET_PRESETS["gys"].settings


@dataclass(frozen=True, slots=True)
class _SweepRun:
    """A run of a sweep, asked for or done."""

    settings: SessionSettings
    point: RunPoint | None = None


def family_of(settings: SessionSettings) -> SessionSettings:
    """Return what all runs have in common that differ by distance and seed alone."""
    return replace(settings, seed=0, link=replace(settings.link, length_km=0.0))


def sweep_settings(settings: SessionSettings) -> list[SessionSettings]:
    """Return the runs of a sweep: eight distances, each a whole number of kilometres."""
    family = Family.of(settings)
    reach = reach_km(family, family.kinds[0]) or 200.0
    runs = []
    for length in sorted({float(round(min(10_000.0, reach * share))) for share in SWEEP_SHARES}):
        link = replace(settings.link, length_km=length)
        n_pulses = max(1000, min(MOST_PULSES, int(SWEEP_CLICKS / max(link.expected_gain, 1e-12))))
        if isinstance(settings.security, FiniteSecurity):  # there the number of pulses matters
            n_pulses = min(n_pulses, settings.n_pulses)
        runs.append(replace(settings, link=link, n_pulses=n_pulses))
    return runs


class LinkBudgetPanel(SessionPanel):
    """A link under control: every change runs a session and draws it on the theory.

    Parameters
    ----------
    settings
        Where to start; by default the experiment of Gobby, Yuan and Shields at 50 km.
    guide
        Whether it asks guided questions, those of its topic or others that are given.

    Attributes
    ----------
    points
        Runs that differ from the one shown by distance and seed alone.
    """

    _section: ClassVar = "link_budget_panel"
    _presets: ClassVar = BUDGET_PRESETS
    _questions: ClassVar = GUIDE

    def __init__(self, settings: SessionSettings = DEFAULT, *, guide: Guide = False) -> None:
        super().__init__(settings, BudgetControls, PredictionLog(self._section), guide)

    def _arrange(self) -> None:
        self.unseen = quiet_line()
        self.points: list[RunPoint] = []
        self._waiting: list[SessionSettings] = []
        self._swept = 0
        self._moving = False  # a run of the panel itself is asked for; a sweep waits for it
        length = {"length_km": self.controls.widgets["length_km"]}
        self.rate, self.errors = CurveChart(height=22, followed=length), CurveChart(followed=length)
        self.gains, self.photons, self.funnel = CurveChart(), CurveChart(), KeyFunnel()
        self.challenge = ChallengeBox()
        self.sweep = action_button(self._words, "sweep", self._on_sweep)
        self.sweep.add_class("qk-sweep")
        self.stopped = quiet_line()
        more = self._grouped(
            ("group_fibre", ("attenuation_db_per_km", "insertion_loss_db")),
            ("group_detector", ("efficiency", "dark_count_probability", "misalignment_error")),
            ("group_source", ("signal_mean", "decoy_mean")),
            ("group_run", ("n_pulses", "security", "seed")),
        )
        charts: dict[str, CurveChart | KeyFunnel] = {
            "tab_rate": self.rate,
            "tab_errors": self.errors,
            "tab_gains": self.gains,
            "tab_photons": self.photons,
            "tab_funnel": self.funnel,
        }
        tabs: list[tuple[str, list[widgets.Widget]]] = [(title, [chart]) for title, chart in charts.items()]
        self._place(
            [self.unseen, *self._chosen("length_km", "source", "attack"), self.sweep, self.stopped],
            more,
            [*tabs, ("tab_challenge", [self.challenge.box])],
            list(charts.values()),
        )
        self._asking, self._held = words_for("challenge"), dict[str, Any]()
        self.tabs.observe(self._on_tab, "selected_index")

    # ---- running -----------------------------------------------------------------------------------

    def _run(self, settings: SessionSettings, *, merge: bool = False) -> None:
        if family_of(settings) != family_of(self._settings):
            self._stop_sweep()
            self.points = []
        self._moving = True
        tell_quietly(self.stopped, "")
        super()._run(settings, merge=merge)

    @staticmethod
    def _work(progress: Progress, order: Any) -> Any:
        affordable(order.settings)
        if isinstance(order, _SweepRun):
            result = run_session(order.settings, progress=progress)
            return replace(order, point=RunPoint.of(result))
        prepare(order.settings)
        return SessionPanel._work(progress, order)

    def _on_sweep(self, _button: object) -> None:
        self._waiting = sweep_settings(self._settings)
        self._swept = len(self._waiting)
        tell_quietly(self.stopped, "")
        self._sweep_on()

    def _sweep_on(self) -> None:
        """Ask for the next run of the sweep; after the last, show the verdict again."""
        if self._moving:
            return
        if self._waiting:
            self._tell_sweep()
            self.runner.request(_SweepRun(self._waiting[0]))
        elif self._swept:
            self._stop_sweep()
            self._tell_verdict(self.result)

    def _stop_sweep(self) -> None:
        self._waiting, self._swept, self.sweep.disabled = [], 0, False
        switch_off(self.cancel)

    def _tell_sweep(self, share: float = 0.0) -> None:
        done = self._swept - len(self._waiting)
        title = self._words["sweeping"].format(done=done, total=self._swept)
        self.sweep.disabled = True
        switch_off(self.cancel, False)
        self._say("running", title, progress=(done + share) / self._swept)

    def _on_progress(self, share: float) -> None:
        if self._waiting:
            self._tell_sweep(share)
        else:
            super()._on_progress(share)

    def _on_result(self, outcome: Any) -> None:
        if not isinstance(outcome, _SweepRun):
            self._moving = False
            super()._on_result(outcome)
        elif self._waiting and outcome.settings == self._waiting[0] and outcome.point:
            self._waiting.pop(0)
            self._keep(outcome.point)
            self._draw_points()
        self._sweep_on()

    def _refuse(self, error: ValueError) -> None:
        self._stop_sweep()
        self._moving = False
        super()._refuse(error)

    def _on_error(self, error: BaseException) -> None:
        self._stop_sweep()
        self._moving = False
        super()._on_error(error)

    def _on_cancel(self, button: object) -> None:
        if is_off(self.cancel):
            return
        done, total, moving = self._swept - len(self._waiting), self._swept, self._moving
        super()._on_cancel(button)
        self._stop_sweep()
        self._moving = False
        if not moving and self.result.settings == self._settings:  # only the sweep was stopped
            self._tell_verdict(self.result)
            self._age(stale=False)
            tell_quietly(self.stopped, self._words["sweep_stopped"].format(done=done, total=total))

    # ---- the challenge -----------------------------------------------------------------------------

    def _stand_back(self) -> None:
        """Let the bar tell nothing of the panel's line while a challenge asks about another."""
        if self.tabs.titles[self.tabs.selected_index or 0] == self._words["tab_challenge"]:
            self._held = {name: getattr(self.lamp, name) for name in BAR}
            shown = {"title": self._asking["asked"], "reason": self._asking["asked_reason"]}
            self.lamp.show(state="idle", eve=None, figures=[], changed="", badge=None, **shown)

    def _on_tab(self, _change: object) -> None:
        told = self.lamp.state in VERDICTS
        if self._held and self.lamp.title == self._asking["asked"]:
            self.lamp.show(**self._held)
        elif told:
            self._stand_back()

    def _tell_verdict(self, result: SessionResult, badge: dict[str, str] | None = None) -> None:
        super()._tell_verdict(result, badge)
        self._stand_back()

    # ---- showing -----------------------------------------------------------------------------------

    def _keep(self, point: RunPoint) -> None:
        """Keep a point, once for each distance and seed."""
        place = (point.length_km, point.seed)
        others = [other for other in self.points if (other.length_km, other.seed) != place]
        self.points = [*others, point][-KEPT_POINTS:]

    def _others(self) -> list[RunPoint]:
        return [point for point in self.points if point != RunPoint.of(self.result)]

    def _draw_points(self) -> None:
        others = self._others()
        self.rate.show(**rate_chart(self.result, others))
        self.errors.show(**qber_chart(self.result, others))
        self.gains.show(**third_chart(self.result, others))

    def _follow(self) -> None:
        super()._follow()
        tell_quietly(self.unseen, without_control(self._settings.link))

    def _show(self, result: SessionResult, merge: bool) -> None:
        self._keep(RunPoint.of(result))
        self._draw_points()
        self.photons.show(**photons_chart(result))
        self.funnel.show(stages=photon_stages(result), statement=key_rate(result))
