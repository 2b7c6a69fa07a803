"""Photons: the source, the fibre and the detectors, and how many pulses make a click."""

from .detector import Detector
from .fibre import Link
from .presets import GENERIC_LINK, IDEAL_LINK
from .source import SinglePhotonSource, Source, WeakCoherentSource

__all__ = [
    "GENERIC_LINK",
    "IDEAL_LINK",
    "Detector",
    "Link",
    "SinglePhotonSource",
    "Source",
    "WeakCoherentSource",
]
