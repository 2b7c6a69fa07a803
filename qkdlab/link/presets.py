"""Links worth a name, each with its source."""

from math import sqrt

from .detector import Detector
from .fibre import Link
from .source import DecoySource

IDEAL_LINK = Link(misalignment_error=0.0, detector=Detector(efficiency=1.0, dark_count_probability=0.0))
"""No loss and no noise: every pulse is detected, and any error comes from an eavesdropper."""

GENERIC_LINK = Link(length_km=25)
"""25 km of telecom fibre with the detectors of Lim et al., PRA 89, 022307 (2014)."""

GYS_LINK = Link(
    length_km=50,
    attenuation_db_per_km=0.21,
    misalignment_error=0.033,
    source=DecoySource(signal=0.48, decoy=0.05),
    detector=Detector(efficiency=0.045, dark_count_probability=1 - sqrt(1 - 1.7e-6)),
)
"""The experiment of Gobby, Yuan and Shields, APL 84, 3762 (2004), at 50 km, with vacuum and weak decoys.

Figures as Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005), use them: 0.21 dB/km, η_Bob = 0.045,
Y₀ = 1.7e-6 for both detectors, e_d = 0.033, signal 0.48; how often each intensity is sent is ours."""
