"""The network panel: a map under attack, the key that two users ask for, and who else knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any, ClassVar

import ipywidgets as widgets

from ...values import Progress
from ..components.text import rate_text
from ..frame.frame import action_button, control_row, folded, quiet_line, switch_off, titled_box
from ..frame.guide import Guide
from ..frame.predictions import NO_PREDICTION, PredictionLog
from ..frame.run_panel import RunPanel
from ..frame.runner import Runner
from ..frame.turns import running_loop
from .actions import REBUILDING, acted, changed_text, controlled
from .boxes.compare_box import CompareBox
from .boxes.hour_box import HourBox
from .boxes.relay_player import RelayPlayer
from .controls import KM_STEP, LONGEST_KM, NetworkControls
from .guide import GUIDE
from .map.network_map import NetworkMap
from .network_run import NetworkRun, measure_ahead, run_network
from .presets import QUESTIONS
from .report import eve_lamp, report_html, report_rows, verdict
from .settings import ALONE, NetworkSettings
from .view import expected_links, figures, map_traits

DEFAULT = NetworkSettings()

STEPS_AHEAD = 10
"""So many steps of the slider for length are measured ahead, on either side."""

PREDICTIONS = (NO_PREDICTION, "same", "other", "stock", "no_key", "exposed")
"""What a learner can predict of the next key."""


class NetworkPanel(RunPanel[NetworkSettings]):
    """A network under control: choose a node or a fibre, do something to it, and see what becomes of the key.

    Parameters
    ----------
    settings
        Where to start; by default a ring of five.
    guide
        Whether it asks guided questions, those of its topic or others that are given.

    Attributes
    ----------
    run
        What is shown.

    Examples
    --------
    >>> panel = NetworkPanel(NetworkSettings(form="chain", n_nodes=3))
    >>> panel.run
    NetworkRun(A to C: same)
    """

    _section: ClassVar = "network_panel"
    _presets: ClassVar = QUESTIONS
    _questions: ClassVar = GUIDE
    _settings_class: ClassVar = NetworkSettings
    _patience_seconds: ClassVar = 0.0  # while a slider moves, the map says what is expected

    def __init__(self, settings: NetworkSettings = DEFAULT, *, guide: Guide = False) -> None:
        super().__init__(settings, NetworkControls, PredictionLog(self._section, PREDICTIONS), guide)

    def _arrange(self) -> None:
        self._before = self._told_of = self._settings  # before the last move, and of the run shown before
        self._key_before: NetworkRun | None = None  # the last with a key before the last move
        self._users = (
            self._settings.a,
            self._settings.b,
        )  # that the learner chose; in some networks others stand in
        self._ahead: Runner[Any, None] = Runner(
            measure_ahead, _nothing, on_error=_nothing, debounce_seconds=0.0
        )
        self.map, self.report, self.source = NetworkMap(), widgets.HTML(), widgets.HTML()
        self.map.add_class("qk-net-map")
        self.player, self.hour = RelayPlayer(), HourBox()
        self.compare = CompareBox(self._on_compare)
        self.map.observe(self._on_asked, "asked")
        self.clear = action_button(self._words, "clear", self._on_clear)
        self.clear.add_class("qk-sweep")
        made, words = self.controls.widgets, self._words
        self.hour.row.children = (made["keys_per_second"], control_row(*self.hour.row.children))
        question = [made[name] for name in ("form", "n_nodes", "length_km", "way")]
        more = folded(words, "more", *(made[name] for name in ("a", "b", "stored")))
        log = titled_box(words["predictions"], self.predictions.table)
        tabs: dict[str, list[widgets.Widget]] = {
            "map": [self.map],
            "key": [self.report, self.source],
            "relay": [self.player.box],
            "hour": [self.hour.box],
            "compare": [self.compare.box, self.kept.box, log],
            "save": [self.save.box, self.downloads],
        }
        self._places = {name: place for place, name in enumerate(tabs)}
        self._screen(
            self.lamp,
            [self.preset, self.again, self.cancel, self.reset],
            [*question, self.clear, self.predictions.menu, more, quiet_line(words["elsewhere"])],
            [(words[f"tab_{name}"], parts) for name, parts in tabs.items()],
            [self.lamp, self.map, self.player.map, *self.hour.components, *self.compare.components],
        )

    # ---- what a learner does -----------------------------------------------------------------------

    def _follow(self) -> None:
        super()._follow()
        self.controls.show(self._settings)
        self.hour.follow(self._settings)
        self.compare.follow(self._settings)
        source = self._settings.network.source
        self.source.value = f"<p class='qk-log-empty'>{escape(source)}</p>" if source else ""

    def _try(self, change: Callable[[], NetworkSettings], *, merge: bool = False) -> None:
        """Take up the settings that `change()` returns, or say why they cannot be."""
        try:
            settings = change()
        except ValueError as error:
            self._refuse(error)
            return
        if settings == self._settings:  # a menu that the browser says again
            return
        self.preset.value = ""
        self.controls.show(settings)
        self._run(settings, merge=merge)

    def _on_preset(self, change: dict[str, Any]) -> None:
        super()._on_preset(change)
        compares, place = self._settings.rival != ALONE, self._places["compare"]
        if change["new"] and compares != (self.tabs.selected_index == place):  # the tab that has the answer
            self.tabs.selected_index = place if compares else self._places["map"]

    def _on_control(self, name: str, value: Any) -> None:
        merge, file, users = self._goes_on(name), self.controls.topology, self._users
        self._try(lambda: controlled(self._settings, name, value, file, users), merge=merge)
        if name in REBUILDING:
            self._users = users

    def _on_asked(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        if asked is not None:
            self._try(lambda: acted(self._settings, asked["item"], asked["id"], asked["action"]))

    def _on_compare(self, change: dict[str, str]) -> None:
        self.preset.value = ""
        self._settings = replace(self._settings, **change)  # type: ignore[arg-type]
        self._follow()

    def _on_clear(self, _button: object) -> None:
        self._try(lambda: self._settings.calm)

    # ---- running -----------------------------------------------------------------------------------

    def _run(self, settings: NetworkSettings, *, merge: bool = False) -> None:
        self._ahead.cancel()
        self._users = (settings.a, settings.b)
        if not merge:
            self._before = self.run.settings
            self._key_before = self.run if self.run.paths else self._key_before
        links, changed = expected_links(self.run, settings), changed_text(self._before, settings)
        super()._run(settings, merge=merge)
        if self.runner.busy:
            other = not links and settings.network != self.run.settings.network
            told = figures(self.run, is_old=True, is_other=other)
            self._say("running")  # no verdict of before beside what is asked for now
            self.lamp.show(changed=changed, figures=self.kept.beside(told))
            self.report.value = f"<p class='qk-log-empty'>{escape(self._words['measuring'])}</p>"
            self._age(stale=True)
            if links:
                self.map.show(links=links, stale=False)

    def _say(self, state: str, title: str = "", reason: str = "", progress: float | None = None) -> None:
        super()._say(
            state, title, reason or (self._words["measuring"] if state == "running" else ""), progress
        )

    def _on_cancel(self, button: object) -> None:
        stops = self.runner.busy
        super()._on_cancel(button)
        if stops:
            self._tell_before()

    def _on_error(self, error: BaseException) -> None:
        super()._on_error(error)
        self._tell_before()

    def _tell_before(self) -> None:
        """Show the run before in place of one that does not come, and say so."""
        self.map.show(**map_traits(self.run), stale=True)
        self.lamp.show(figures=self.kept.beside(figures(self.run)))
        said = f"<p class='qk-log-empty'>{escape(self._words['key_before'])}</p>"
        self.report.value = said + report_html(self.run)

    @staticmethod
    def _work(progress: Progress, settings: NetworkSettings) -> NetworkRun:
        return run_network(settings, progress)

    def _look_ahead(self, before: NetworkSettings, now: NetworkSettings) -> None:
        """While a learner makes fibres longer or shorter, measure lengths near by before they are asked for.

        Those that come next if the slider goes on its way come first.
        """
        if not running_loop() or not self._ahead.can_stop:
            return
        if replace(before, length_km=now.length_km) != now or now == before:
            return
        step = KM_STEP if now.length_km > before.length_km else -KM_STEP
        steps = [*range(1, STEPS_AHEAD + 1), *range(-1, -STEPS_AHEAD - 1, -1)]
        lengths = [now.length_km + step * one for one in steps]
        self._ahead.request([replace(now, length_km=one) for one in lengths if 0 < one <= LONGEST_KM])

    def _age(self, *, stale: bool) -> None:
        self.map.stale = self.player.map.stale = stale  # hour and comparison have settings of their own

    def _refuse(self, error: ValueError) -> None:
        self._moved_last = ("", 0.0)
        self.controls.show(self._settings)
        self._say("error", self._words["refused"], str(error))

    def _on_result(self, run: NetworkRun) -> None:
        self.run = run
        switch_off(self.cancel)
        state, title, reason = verdict(run, self._key_before)
        self.map.show(**map_traits(run), stale=False)
        self.player.show(run)
        self.report.value = report_html(run)
        observed = run.outcome_beside(self._key_before)
        changed, rate = changed_text(self._before, run.settings), rate_text(run.bits_per_second)
        told = changed or self._words["label_same"]
        badge = self.predictions.observe(told, observed, rate, reason, merge=self._joins(self._move))
        self.lamp.show(
            state=state,
            title=title,
            reason=reason,
            progress=None,
            eve=eve_lamp(run),
            figures=self.kept.beside(figures(run)),
            changed=changed,
            badge=badge,
        )
        self.kept.follow(run.settings)
        before, self._told_of = self._told_of, run.settings
        self._look_ahead(before, run.settings)

    def _difference(self, before: NetworkSettings, now: NetworkSettings) -> str:
        return changed_text(before, now) or str(self._words["label_other"])

    def _shown_settings(self) -> NetworkSettings:
        return self.run.settings

    def _told_in_full(self) -> str:
        rows = (f"{name}: {text}" for name, text in report_rows(self.run))
        return "\n".join([self.lamp.summary, "", *rows])

    def _told(self) -> NetworkRun:
        return self.run


def _nothing(_told: object) -> None:
    """Show nothing: what was measured ahead, or could not be, is told when it is asked for."""
