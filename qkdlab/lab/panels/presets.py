"""Named scenarios of the panels, each with the verdict it should show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...attacks import BeamSplitting, PhotonNumberSplitting
from ...attacks.attack import Eavesdropper
from ...attacks.detector_attacks import DetectorBlinding
from ...attacks.qubit_attacks import EntanglingProbe, InterceptResend, OptimalCloner
from ...distillation.security.asymptotic import AsymptoticSecurity
from ...link import (
    COEXISTENCE_LINK,
    GENERIC_LINK,
    GYS_LINK,
    IDEAL_LINK,
    LIM_LINK,
    RUSCA_LINK,
    Detector,
    Link,
    WeakCoherentSource,
)
from ...settings.session_settings import SessionSettings
from .attack_controls import LINES


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A scenario: its settings, and the verdict state they lead to."""

    settings: SessionSettings
    state: str


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
            n_pulses=10_000_000,
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


def _attack(eavesdropper: Eavesdropper, state: str, line: str = "line_ideal") -> Preset:
    link, n_pulses, security = LINES[line]
    settings = SessionSettings(
        n_pulses=n_pulses, link=link, eavesdropper=eavesdropper, security=security, seed=7
    )
    return Preset(settings=settings, state=state)


ATTACK_PRESETS = {
    "all": _attack(InterceptResend(), "rejected"),
    "one_basis": _attack(InterceptResend(basis="Z"), "rejected"),
    "copy": _attack(EntanglingProbe(), "rejected"),
    "limit": _attack(OptimalCloner(disturbance=0.11), "rejected"),
    "careful": _attack(OptimalCloner(fraction=0.1, disturbance=0.11), "accepted"),
    "beam": _attack(BeamSplitting(), "accepted", "line_decoys"),
    "counted": _attack(PhotonNumberSplitting(), "rejected", "line_decoys"),
    "blinded": _attack(DetectorBlinding(), "accepted", "line_mismatch"),
    "unseen": _attack(PhotonNumberSplitting(), "rejected", "line_laser"),
}
"""The scenarios of the eavesdropper panel by name, in the order of its menu."""


def _budget(
    link: Link, state: str, eavesdropper: Eavesdropper | None = None, n_pulses: int = 10**8
) -> Preset:
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
    "split": _budget(LINES["line_laser"][0], "rejected", PhotonNumberSplitting()),
    "seen": _budget(GYS_LINK, "rejected", PhotonNumberSplitting()),
}
"""The scenarios of the link-budget panel by name, in the order of its menu."""

_NOISY_LINE = replace(IDEAL_LINK, misalignment_error=0.02)

DISTILLATION_PRESETS = {
    "quiet": Preset(
        settings=SessionSettings(n_pulses=100_000, link=_NOISY_LINE, cascade="modified (4)", seed=7),
        state="accepted",
    ),
    "eve": Preset(
        settings=SessionSettings(
            n_pulses=100_000,
            link=IDEAL_LINK,
            eavesdropper=InterceptResend(fraction=0.1),
            cascade="modified (4)",
            seed=7,
        ),
        state="accepted",
    ),
    "noisy": Preset(
        settings=SessionSettings(
            n_pulses=500_000,
            link=replace(_NOISY_LINE, misalignment_error=0.045),
            cascade="modified (8)",
            seed=7,
        ),
        state="accepted",
    ),
    "long": Preset(
        settings=SessionSettings(n_pulses=1_000_000, link=_NOISY_LINE, cascade="modified (8)", seed=7),
        state="accepted",
    ),
    "short": Preset(
        settings=SessionSettings(n_pulses=1_000, link=_NOISY_LINE, cascade="modified (4)", seed=7),
        state="too_few",
    ),
}
