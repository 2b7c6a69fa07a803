"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .exercise import Exercise, Feedback
from .start import INTERCEPTED_QBER, SIFTING

__all__ = ["INTERCEPTED_QBER", "SIFTING", "Exercise", "Feedback"]
