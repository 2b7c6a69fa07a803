"""A named scenario of a panel, with the verdict it should show."""

from __future__ import annotations

from dataclasses import dataclass

from ...settings.session_settings import SessionSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A scenario: its settings, and the verdict state they lead to."""

    settings: SessionSettings
    state: str
