"""Many sessions, networks or expectations at once, on any executor or on Dask."""

from .network_hours import NetworkHours
from .points.design import Design, random_design
from .sweep_result import SweepResult
from .sweeping import sweep

__all__ = ["Design", "NetworkHours", "SweepResult", "random_design", "sweep"]
