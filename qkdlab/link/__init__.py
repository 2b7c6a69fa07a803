"""Photons: the source, the fibre and the detectors, and how many pulses make a click."""

from .detector import Detector
from .fibre import Link
from .presets import GENERIC_LINK, GYS_LINK, IDEAL_LINK
from .source import DecoySource, Intensity, SinglePhotonSource, Source, WeakCoherentSource

__all__ = [
    "GENERIC_LINK",
    "GYS_LINK",
    "IDEAL_LINK",
    "DecoySource",
    "Detector",
    "Intensity",
    "Link",
    "SinglePhotonSource",
    "Source",
    "WeakCoherentSource",
]
