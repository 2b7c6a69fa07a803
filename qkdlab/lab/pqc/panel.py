"""The timeline panel: secrecy, migration and the quantum computer, and which messages are read when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final

import ipywidgets as widgets

from ...values import check_instance
from ..components.text import words_for
from ..frame.frame import Panel, action_button, preset_menu
from ..frame.tabs.save_box import SaveBox
from .lanes_view import lanes_traits, message_html, verdict, verdict_html
from .presets import PRESETS
from .timeline import FARTHEST_YEAR, LAST_SENT, LONGEST_MIGRATION, LONGEST_SECRECY, TimelineSettings
from .year_lanes import YearLanes

RANGES: Final = {
    "secrecy_years": (0, LONGEST_SECRECY),
    "migration_years": (0, LONGEST_MIGRATION),
    "quantum_year": (1, FARTHEST_YEAR),
    "pqc_falls": (1, FARTHEST_YEAR),
    "qkd_fault": (1, FARTHEST_YEAR),
    "watched_year": (0, LAST_SENT),
}
"""The ends of each slider."""

SWITCHES: Final = {"falls": "pqc_falls", "fault": "qkd_fault"}
"""Boxes, and the slider that each switches on."""

ASSUMED: Final = tuple(name for pair in SWITCHES.items() for name in pair)

FIRST_FALL = 12
"""Where the sliders of what may fall stand before they are used."""


class TimelinePanel(Panel):
    """Sliders for what a learner assumes, and a lane of years for each way to agree on keys.

    Nothing is simulated: which message is read when follows from what is assumed, by the rules of
    `timeline.message`.

    Parameters
    ----------
    settings
        What is assumed at first.

    Attributes
    ----------
    controls
        Sliders and boxes by name; set their ``value`` to move them.
    lanes
        The picture.
    """

    _presets = PRESETS

    def __init__(self, settings: TimelineSettings | None = None) -> None:
        super().__init__()
        self._first = PRESETS["default"] if settings is None else settings
        self._settings, self._quiet = self._first, False
        words = words_for("panel") | words_for("timeline_panel")
        self.controls: dict[str, Any] = {
            name: widgets.IntSlider(min=low, max=high, description=words[name])
            for name, (low, high) in RANGES.items()
        } | {name: widgets.Checkbox(description=words[name], indent=False) for name in SWITCHES}
        for name, control in self.controls.items():
            control.add_class("qk-control")
            control.observe(lambda _, name=name: self._moved(name), "value")
        self.verdict, self.table, self.lanes = widgets.HTML(), widgets.HTML(), YearLanes()
        self.lanes.observe(self._on_click, "watched")
        self.preset = preset_menu(words, PRESETS, self._on_preset)
        self.reset = action_button(words, "reset", self._on_reset)
        self.save, self.downloads = SaveBox(self._load, "TimelineSettings"), self._offer()
        order = ("secrecy_years", "migration_years", "quantum_year", *ASSUMED, "watched_year")
        tabs = (
            ("lanes", [self.lanes]),
            ("table", [self.table]),
            ("save", [self.save.box, self.downloads]),
        )
        self._screen(
            self.verdict,
            [self.preset, self.reset],
            [self.controls[name] for name in order],
            [(words[f"tab_{name}"], parts) for name, parts in tabs],
            [self.lanes],
        )
        self.add_class("qk-timeline")
        self.settings = self._first

    @property
    def settings(self) -> TimelineSettings:
        """What is assumed; set it to move all controls."""
        return self._settings

    @settings.setter
    def settings(self, settings: TimelineSettings) -> None:
        self._settings = check_instance("settings", settings, TimelineSettings)
        with self._hush():
            for name, value in asdict(settings).items():
                self.controls[name].value = FIRST_FALL if value is None else value
            for box, name in SWITCHES.items():
                self.controls[box].value = getattr(settings, name) is not None
        self._paint()

    @classmethod
    def presets(cls) -> dict[str, TimelineSettings]:
        """Return the assumptions of the panel's scenarios by name."""
        return dict(PRESETS)

    def _load(self, text: str) -> None:
        self.settings = TimelineSettings.from_json(text)

    @contextmanager
    def _hush(self) -> Iterator[None]:
        """Set controls without hearing them."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _paint(self) -> None:
        for box, name in SWITCHES.items():
            self.controls[name].disabled = not self.controls[box].value
        with self._hush():
            self.lanes.show(**lanes_traits(self._settings))
        self.verdict.value = verdict_html(self._settings)
        self.table.value = message_html(self._settings)
        self.save.follow(self._settings.to_json())

    def _moved(self, name: str) -> None:
        if self._quiet:
            return
        values = {field: self.controls[field].value for field in RANGES}
        values |= {name: None for box, name in SWITCHES.items() if not self.controls[box].value}
        self._settings = TimelineSettings(**values)
        self._forget_preset()
        self._paint()

    def _on_click(self, change: dict[str, Any]) -> None:
        if not self._quiet:
            self.controls["watched_year"].value = min(change["new"], LAST_SENT)

    def _on_preset(self, change: dict[str, Any]) -> None:
        if change["new"] and not self._quiet:
            self.settings = PRESETS[change["new"]]

    def _on_reset(self, _button: object) -> None:
        self.settings = self._first
        self._forget_preset()

    def _forget_preset(self) -> None:
        """Let the menu name no scenario: the settings are those of none."""
        with self._hush():
            self.preset.value = ""

    def _shown_settings(self) -> TimelineSettings:
        return self._settings

    def _subject(self) -> str:
        _, title, why = verdict(self._settings)
        return f"{title}: {why}"

    def _told(self) -> object:
        return self._settings
