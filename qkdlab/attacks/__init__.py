"""What Eve does, to qubits, photons and detectors, and what she reads of her probes."""

from .attack import Branch, Eavesdropper
from .combined_attack import CombinedAttack
from .detector_attacks import DETECTOR_ATTACKS, DetectorAttack, DetectorBlinding, FakedStates, TimeShift
from .photon_attacks import PHOTON_ATTACKS, BeamSplitting, PhotonAttack, PhotonNumberSplitting
from .qubit_attacks import EAVESDROPPERS, EntanglingProbe, InterceptResend, OptimalCloner

__all__ = [
    "DETECTOR_ATTACKS",
    "EAVESDROPPERS",
    "PHOTON_ATTACKS",
    "BeamSplitting",
    "Branch",
    "CombinedAttack",
    "DetectorAttack",
    "DetectorBlinding",
    "Eavesdropper",
    "EntanglingProbe",
    "FakedStates",
    "InterceptResend",
    "OptimalCloner",
    "PhotonAttack",
    "PhotonNumberSplitting",
    "TimeShift",
]
