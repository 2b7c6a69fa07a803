"""The network panel: a map under attack, the key that two users ask for, and who else knows it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as widgets

from ..components import VerdictLamp
from ..components.text import rate_text, words_for
from ..frame.frame import (
    Panel,
    action_button,
    is_off,
    preset_menu,
    switch_off,
)
from ..frame.predictions import NO_PREDICTION, PredictionLog
from ..frame.runner import Runner
from ..frame.save_box import SaveBox
from .actions import acted, change_text, controlled
from .compare_box import CompareBox
from .controls import NetworkControls
from .hour_box import HourBox
from .map.network_map import NetworkMap
from .presets import QUESTIONS
from .relay_player import RelayPlayer
from .report import report_html, verdict
from .run import NONE, NetworkRun, run_network
from .settings import NetworkSettings
from .view import map_traits

PATIENCE_SECONDS = 0.3
"""A run as short as this is shown even if the learner has moved on."""

DEFAULT = NetworkSettings()

PREDICTIONS = (NO_PREDICTION, "same", "other", "stock", "no_key", "exposed")
"""What a learner can predict of the next key."""


class NetworkPanel(Panel):
    """A network under control: choose a node or a fibre, do something to it, and see what becomes of the key.

    Parameters
    ----------
    settings
        Where to start; by default a ring of five.

    Attributes
    ----------
    run
        What is shown.

    >>> panel = NetworkPanel(NetworkSettings(form="chain", n_nodes=3))
    >>> panel.run
    NetworkRun(A to C: same)
    """

    def __init__(self, settings: NetworkSettings = DEFAULT) -> None:
        super().__init__()
        self._settings = self._start = self._told_of = settings
        self._words = words_for("panel") | words_for("network_panel")
        self._asked = 0
        self.map, self.lamp, self.report = NetworkMap(), VerdictLamp(), widgets.HTML()
        self.controls = NetworkControls(self._on_control)
        self.predictions = PredictionLog("network_panel", PREDICTIONS)
        self.player, self.hour = RelayPlayer(self.map), HourBox()
        self.compare, self.save = CompareBox(self._on_compare), SaveBox(self._load)
        self.map.observe(self._on_asked, "asked")
        self._build_actions()
        self._arrange()
        self.runner: Runner[NetworkSettings, NetworkRun] = Runner(
            lambda progress, wanted: run_network(wanted, progress),
            self._on_result,
            on_progress=self._on_progress,
            on_error=self._on_error,
            patience_seconds=PATIENCE_SECONDS,
        )
        self._follow()
        self.runner.run_now(settings)

    # ---- building ----------------------------------------------------------------------------------

    def _build_actions(self) -> None:
        words = self._words
        self.preset = preset_menu(words, QUESTIONS, self._on_preset)
        self.clear = action_button(words, "clear", self._on_clear)
        self.clear.add_class("qk-sweep")
        self.again = action_button(words, "again", self._on_again)
        self.reset = action_button(words, "reset", self._on_reset)
        self.cancel = action_button(words, "cancel", self._on_cancel)
        switch_off(self.cancel)

    def _arrange(self) -> None:
        made = self.controls.widgets
        rows = [("form", "n_nodes", "length_km"), ("a", "b", "way")]
        menus = [widgets.HBox([made[name] for name in names]) for names in rows]
        for row in menus:
            row.add_class("qk-net-menus")
        before = widgets.HBox([made["stored"], self.clear])
        before.add_class("qk-challenge-row")
        how = widgets.HTML(f"<p>{escape(self._words['how'])}</p>")
        side = widgets.VBox([self.lamp, self.report])
        side.add_class("qk-net-side")
        self.source = widgets.HTML()
        left = widgets.VBox([self.map, before, self.source])
        left.add_class("qk-net-map")
        self.player.box.add_class("qk-net-player")
        body = widgets.HBox([left, side, self.player.box])
        body.add_class("qk-panel-body")
        self.hour.row.children = (made["keys_per_second"], *self.hour.row.children)
        self._assemble(
            [self.preset, self.again, self.cancel, self.reset],
            [
                *menus,
                how,
                self.predictions.menu,
                body,
                self.predictions.table,
                self.hour.box,
                self.compare.box,
                self.save.box,
            ],
            [self.lamp, self.map, *self.hour.components, *self.compare.components],
        )

    # ---- what a learner does -----------------------------------------------------------------------

    @property
    def settings(self) -> NetworkSettings:
        """The settings shown; set them to show others."""
        return self._settings

    @settings.setter
    def settings(self, settings: NetworkSettings) -> None:
        self._settings = settings
        self._follow()
        self.runner.request(settings)

    def _follow(self) -> None:
        """Let everything that shows settings show those of now."""
        self.controls.show(self._settings)
        self.hour.follow(self._settings)
        self.compare.follow(self._settings)
        self.save.follow(self._settings.to_json())
        source = self._settings.network.source
        self.source.value = f"<p class='qk-log-empty'>{escape(source)}</p>" if source else ""

    def _try(self, change: Any) -> None:
        """Take up the settings that `change()` returns, or say why they cannot be."""
        try:
            settings = change()
        except ValueError as error:
            self._refuse(error)
            return
        self.preset.value = ""
        self.settings = settings

    def _on_control(self, name: str, value: Any) -> None:
        self._try(lambda: controlled(self._settings, name, value, self.controls.topology))

    def _on_asked(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        if asked is not None:
            self._try(lambda: acted(self._settings, asked["item"], asked["id"], asked["action"]))

    def _on_compare(self, change: dict[str, str]) -> None:
        self.preset.value = ""
        self._settings = replace(self._settings, **change)  # type: ignore[arg-type]
        self._follow()

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self.settings = QUESTIONS[change["new"]].settings

    def _on_clear(self, _button: object) -> None:
        self._try(lambda: self._settings.calm)

    def _on_again(self, _button: object) -> None:
        self.settings = replace(self._settings, seed=self._settings.seed + 1)

    def _on_reset(self, _button: object) -> None:
        self.preset.value = ""
        self.settings = self._start

    def _load(self, text: str) -> None:
        settings = NetworkSettings.from_json(text)
        self.preset.value = ""
        self.settings = settings

    def _on_cancel(self, _button: object) -> None:
        if is_off(self.cancel):
            return
        self.runner.cancel()
        switch_off(self.cancel)
        words = self._words
        self.lamp.show(state="idle", title=words["cancelled"], reason=words["cancelled_hint"])
        self.map.stale = True

    # ---- running -----------------------------------------------------------------------------------

    def _on_progress(self, share: float) -> None:
        switch_off(self.cancel, False)
        self.lamp.show(state="running", title="", reason="", progress=share)
        self.map.stale = True

    def _refuse(self, error: BaseException) -> None:
        self.controls.show(self._settings)
        self.lamp.show(state="error", title=self._words["refused"], reason=str(error))

    def _on_error(self, error: BaseException) -> None:
        switch_off(self.cancel)
        self.lamp.show(state="error", title="", reason=str(error))
        self.map.stale = True

    def _on_result(self, run: NetworkRun) -> None:
        self.run = run
        switch_off(self.cancel)
        state, title, reason = verdict(run)
        self.map.show(**map_traits(run), stale=False)
        self.player.show(run)
        self.lamp.show(state=state, title=title, reason=reason, progress=None)
        self.report.value = report_html(run)
        observed = "no_key" if run.outcome == NONE else run.outcome
        self.predictions.observe(
            change_text(self._told_of, run.settings), observed, rate_text(run.bits_per_second)
        )
        self._told_of = run.settings

    def __repr__(self) -> str:
        return f"NetworkPanel({self.run!r})"
