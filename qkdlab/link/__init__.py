"""Photons: the source, the fibre and the detectors, and how many pulses make a click."""

from .detector import Detector
from .fibre import Link
from .photon_attacks import PHOTON_ATTACKS, BeamSplitting, PhotonAttack, PhotonNumberSplitting
from .presets import GENERIC_LINK, GYS_LINK, IDEAL_LINK
from .source import DecoySource, Intensity, SinglePhotonSource, Source, WeakCoherentSource

__all__ = [
    "GENERIC_LINK",
    "GYS_LINK",
    "IDEAL_LINK",
    "PHOTON_ATTACKS",
    "BeamSplitting",
    "DecoySource",
    "Detector",
    "Intensity",
    "Link",
    "PhotonAttack",
    "PhotonNumberSplitting",
    "SinglePhotonSource",
    "Source",
    "WeakCoherentSource",
]
