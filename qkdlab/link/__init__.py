"""Photons: the source, the fibre and the detectors, and how many pulses make a click."""

from .coexistence import ClassicalChannel
from .combined_attack import CombinedAttack
from .detector import Detector
from .detector_attacks import (
    DETECTOR_ATTACKS,
    DetectorAttack,
    DetectorBlinding,
    FakedStates,
    TimeShift,
)
from .fibre import Link
from .photon_attacks import PHOTON_ATTACKS, BeamSplitting, PhotonAttack, PhotonNumberSplitting
from .presets import COEXISTENCE_LINK, GENERIC_LINK, GYS_LINK, IDEAL_LINK, LIM_LINK, RUSCA_LINK
from .source import DecoySource, Intensity, SinglePhotonSource, Source, WeakCoherentSource

__all__ = [
    "COEXISTENCE_LINK",
    "DETECTOR_ATTACKS",
    "GENERIC_LINK",
    "GYS_LINK",
    "IDEAL_LINK",
    "LIM_LINK",
    "PHOTON_ATTACKS",
    "RUSCA_LINK",
    "BeamSplitting",
    "ClassicalChannel",
    "CombinedAttack",
    "DecoySource",
    "Detector",
    "DetectorAttack",
    "DetectorBlinding",
    "FakedStates",
    "Intensity",
    "Link",
    "PhotonAttack",
    "PhotonNumberSplitting",
    "SinglePhotonSource",
    "Source",
    "TimeShift",
    "WeakCoherentSource",
]
