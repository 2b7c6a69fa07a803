"""Named scenarios of the link budget."""

from __future__ import annotations

from dataclasses import replace

from ...attacks import PhotonNumberSplitting
from ...attacks.attack import Eavesdropper
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...link import COEXISTENCE_LINK, GENERIC_LINK, GYS_LINK, LIM_LINK, RUSCA_LINK, Link, WeakCoherentSource
from ...settings.session_settings import SessionSettings
from ..frame.run_panel import Preset
from ..sessions.control_set import LASER_LINK


def _budget(
    link: Link, state: str, eavesdropper: Eavesdropper | None = None, n_pulses: int = 10**8
) -> Preset[SessionSettings]:
    security = AsymptoticSecurity()
    settings = SessionSettings(
        n_pulses=n_pulses, link=link, eavesdropper=eavesdropper, security=security, seed=7
    )
    return Preset(settings=settings, state=state)


WEAK_LASER = replace(GYS_LINK, length_km=20, source=WeakCoherentSource(mean_photon_number=0.01))


BUDGET_PRESETS = {
    "gys": _budget(GYS_LINK, "accepted"),
    "gys_far": _budget(replace(GYS_LINK, length_km=120), "accepted", n_pulses=10**9),
    "gys_too_far": _budget(replace(GYS_LINK, length_km=170), "rejected", n_pulses=10**9),
    "single": _budget(GENERIC_LINK, "accepted", n_pulses=10**7),
    "laser": _budget(WEAK_LASER, "accepted"),
    "afterpulses": _budget(LIM_LINK, "accepted", n_pulses=10**7),
    "dead_time": _budget(RUSCA_LINK, "accepted", n_pulses=10**7),
    "shared": _budget(COEXISTENCE_LINK, "accepted", n_pulses=10**7),
    "split": _budget(LASER_LINK, "rejected", PhotonNumberSplitting()),
    "seen": _budget(GYS_LINK, "rejected", PhotonNumberSplitting()),
}
"""The scenarios of the link-budget panel by name, in the order of its menu."""
