"""How large a session a panel runs: the memory of a run grows with its clicks, not with its pulses."""

from __future__ import annotations

from typing import Final

from ...exchange.pulses import pulse_table
from ...link.detector_memory import operating_point
from ...settings.session_settings import SessionSettings
from ..components.text import number_text, words_for

MOST_CLICKS: Final = 5_000_000
"""Clicks that a run of a panel may be expected to make; a shared server gives each student 1 to 2 GB."""


def expected_clicks(settings: SessionSettings) -> float:
    """Return how many clicks a session is expected to have, dead time, afterpulses and Eve included.

    An attack that steers the detectors is answered by fewer of them.

    >>> from qkdlab import IDEAL_LINK
    >>> expected_clicks(SessionSettings(n_pulses=1000, link=IDEAL_LINK, seed=1))
    1000.0
    """
    link, pulses = settings.link, pulse_table(settings.link, settings.eavesdropper)
    light = min(1.0, float(pulses.weights[pulses.arrived].sum()))
    point = operating_point(link.detector, link.background_probability, (light / 2, light / 2))
    return settings.n_pulses * point.on * (1 - point.quiet[2] * (1 - light))


def affordable(settings: SessionSettings, *, link: str = "") -> SessionSettings:
    """Return the settings of a session that a panel can run; `link` is the link of a network it is run on.

    Raises ``ValueError``, in words, if more than `MOST_CLICKS` clicks are expected.
    """
    clicks = expected_clicks(settings)
    if clicks > MOST_CLICKS:
        text = words_for("clicks")["too_many_on_link" if link else "too_many"]
        most = number_text(MOST_CLICKS)
        raise ValueError(text.format(most=most, clicks=number_text(round(clicks)), link=link))
    return settings
