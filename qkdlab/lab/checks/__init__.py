"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
from .decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
from .eavesdroppers import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .exercise import Exercise, Feedback
from .loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
from .start import INTERCEPTED_QBER, SIFTING

__all__ = [
    "BISECTION",
    "DARK_QBER",
    "DENOMINATORS",
    "ERRORS_LEFT",
    "EXTRA_REACH",
    "INTERCEPTED_QBER",
    "LARGEST_QBER",
    "LEAK",
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
