"""Named scenarios of the panels, each with the verdict it should show."""

from __future__ import annotations

from ...attacks.qubit_attacks import InterceptResend
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...link import GENERIC_LINK, IDEAL_LINK, Detector, Link, WeakCoherentSource
from ...settings.session_settings import SessionSettings
from ..frame.run_panel import Preset

PRESETS = {
    "quiet": Preset(
        settings=SessionSettings(n_pulses=1_000_000, link=GENERIC_LINK, seed=7),
        state="accepted",
    ),
    "eve": Preset(
        settings=SessionSettings(
            n_pulses=1_000_000, link=GENERIC_LINK, eavesdropper=InterceptResend(fraction=1.0), seed=7
        ),
        state="rejected",
    ),
    "careful_eve": Preset(
        settings=SessionSettings(
            n_pulses=1_000_000, link=GENERIC_LINK, eavesdropper=InterceptResend(fraction=0.05), seed=7
        ),
        state="accepted",
    ),
    "short": Preset(
        settings=SessionSettings(n_pulses=50_000, link=GENERIC_LINK, seed=7),
        state="too_few",
    ),
    "long": Preset(
        settings=SessionSettings(
            n_pulses=50_000_000,
            link=Link(length_km=170, detector=Detector(dark_count_probability=1e-5)),
            seed=7,
        ),
        state="rejected",
    ),
    "laser": Preset(
        settings=SessionSettings(
            n_pulses=1_000_000, link=Link(length_km=25, source=WeakCoherentSource()), seed=7
        ),
        state="rejected",
    ),
    "classroom": Preset(
        settings=SessionSettings(n_pulses=4_000, link=IDEAL_LINK, security=AsymptoticSecurity(), seed=7),
        state="accepted",
    ),
}
"""The scenarios of the link panel by name, in the order of its menu."""
