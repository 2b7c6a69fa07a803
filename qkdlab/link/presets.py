"""Links worth a name, each with its source."""

from .detector import Detector
from .fibre import Link

IDEAL_LINK = Link(misalignment_error=0.0, detector=Detector(efficiency=1.0, dark_count_probability=0.0))
"""No loss and no noise: every pulse is detected, and any error comes from an eavesdropper."""

GENERIC_LINK = Link(length_km=25)
"""25 km of telecom fibre with the detectors of Lim et al., PRA 89, 022307 (2014)."""
