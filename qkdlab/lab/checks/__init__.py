"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .eavesdroppers import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .exercise import Exercise, Feedback
from .start import INTERCEPTED_QBER, SIFTING

__all__ = [
    "DENOMINATORS",
    "INTERCEPTED_QBER",
    "QUIET_BASIS",
    "SAMPLE_SIZE",
    "SIFTING",
    "Exercise",
    "Feedback",
]
