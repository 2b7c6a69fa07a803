"""The photon panel: the first pulses of a session, one by one, with Eve on or off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from ...attacks.attack import Eavesdropper
from ...attacks.qubit_attacks import InterceptResend
from ...link import IDEAL_LINK, Detector
from ...session.session import run_session
from ...settings.session_settings import SessionSettings
from ...values import check_instance
from ..components.text import words_for
from ..frame.frame import Panel
from ..frame.guide import Guide, guide_line
from ..sessions.click_limit import affordable
from .guide import STAGE_GUIDE
from .photon_stage import PhotonStage
from .stage_pulses import stage_pulses, story_start

DEFAULT = SessionSettings(
    n_pulses=200,
    link=replace(IDEAL_LINK, detector=Detector(efficiency=0.8, dark_count_probability=0.0)),
    seed=7,
)
"""A short line that loses one photon in five, so that a learner sees a loss early."""


class StagePanel(Panel):
    """The photon stage with a switch for Eve. Her attack changes nothing else: same seed, same pulses.

    Parameters
    ----------
    settings
        The session whose first pulses are shown; by default a short line without Eve.
    guide
        Whether it asks guided questions, its own or others that are given.
    """

    def __init__(self, settings: SessionSettings = DEFAULT, *, guide: Guide = False) -> None:
        super().__init__()
        self.guide = guide_line(guide, STAGE_GUIDE)
        check_instance("settings", settings, SessionSettings)
        self._settings = settings
        self._attack: Eavesdropper = settings.eavesdropper or InterceptResend(fraction=1.0)
        self.eve = widgets.Checkbox(
            value=settings.eavesdropper is not None,
            description=words_for("stage_panel")["eve"],
            indent=False,
        )
        self.eve.observe(self._on_eve, "value")
        self.stage = PhotonStage()
        self._assemble([self.eve], [self.stage], [self.stage])
        watched = replace(settings, eavesdropper=self._attack)
        self._start = story_start(stage_pulses(run_session(affordable(watched)).exchange, self._attack))
        self._fill(self._start)

    @property
    def settings(self) -> SessionSettings:
        """The settings shown."""
        return self._settings

    def _on_eve(self, change: dict[str, Any]) -> None:
        self._settings = replace(self._settings, eavesdropper=self._attack if change["new"] else None)
        self._fill(self.stage.position)

    def _fill(self, position: int) -> None:
        self.result = run_session(affordable(self._settings))
        pulses = stage_pulses(self.result.exchange, self._settings.eavesdropper)
        self.stage.load(pulses, eve_present=self._settings.eavesdropper is not None, start=self._start)
        self.stage.position = position  # the same pulses, with or without Eve

    def _told(self) -> PhotonStage:
        return self.stage
