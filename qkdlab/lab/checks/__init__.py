"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
from .eavesdroppers import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .exercise import Exercise, Feedback
from .loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
from .start import INTERCEPTED_QBER, SIFTING

__all__ = [
    "DARK_QBER",
    "DENOMINATORS",
    "EXTRA_REACH",
    "INTERCEPTED_QBER",
    "MULTIPHOTON",
    "QUIET_BASIS",
    "SAMPLE_SIZE",
    "SIFTING",
    "TELLTALE",
    "TRANSMITTANCE",
    "YIELD_BOUND",
    "Exercise",
    "Feedback",
]
