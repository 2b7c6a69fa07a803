"""Named scenarios of the eavesdropper panel."""

from __future__ import annotations

from ...attacks import BeamSplitting, PhotonNumberSplitting
from ...attacks.attack import Eavesdropper
from ...attacks.detector_attacks import DetectorBlinding
from ...attacks.qubit_attacks import EntanglingProbe, InterceptResend, OptimalCloner
from ...settings.session_settings import SessionSettings
from ..frame.run_panel import Preset
from .controls import LINES


def _attack(eavesdropper: Eavesdropper, state: str, line: str = "line_ideal") -> Preset[SessionSettings]:
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
    "blinded": _attack(DetectorBlinding(), "broken", "line_mismatch"),
    "unseen": _attack(PhotonNumberSplitting(), "rejected", "line_laser"),
}
"""The scenarios of the eavesdropper panel by name, in the order of its menu."""
