"""A named scenario of a panel, with the verdict it should show; and a line that several panels offer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...link import GYS_LINK, WeakCoherentSource
from ...settings.session_settings import SessionSettings

LASER_LINK = replace(GYS_LINK, source=WeakCoherentSource(mean_photon_number=0.48))
"""The line of Gobby, Yuan and Shields without decoys."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A scenario: its settings, and the verdict state they lead to."""

    settings: SessionSettings
    state: str
