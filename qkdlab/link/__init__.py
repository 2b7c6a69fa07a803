"""Photons: the source, the fibre and the detectors, and how many pulses make a click."""

from .coexistence import ClassicalChannel
from .detector import Detector
from .fibre import Link
from .presets import COEXISTENCE_LINK, GENERIC_LINK, GYS_LINK, IDEAL_LINK, LIM_LINK, RUSCA_LINK
from .source import DecoySource, Intensity, SinglePhotonSource, Source, WeakCoherentSource

__all__ = [
    "COEXISTENCE_LINK",
    "GENERIC_LINK",
    "GYS_LINK",
    "IDEAL_LINK",
    "LIM_LINK",
    "RUSCA_LINK",
    "ClassicalChannel",
    "DecoySource",
    "Detector",
    "Intensity",
    "Link",
    "SinglePhotonSource",
    "Source",
    "WeakCoherentSource",
]
