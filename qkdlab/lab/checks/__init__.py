"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
from .eavesdroppers import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .exercise import Exercise, Feedback
from .loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
from .secrecy import DRAINED_ACCOUNT, LARGEST_QBER, TAG_LENGTH, TOEPLITZ
from .start import INTERCEPTED_QBER, SIFTING

__all__ = [
    "DARK_QBER",
    "DENOMINATORS",
    "DRAINED_ACCOUNT",
    "EXTRA_REACH",
    "INTERCEPTED_QBER",
    "LARGEST_QBER",
    "MULTIPHOTON",
    "QUIET_BASIS",
    "SAMPLE_SIZE",
    "SIFTING",
    "TAG_LENGTH",
    "TELLTALE",
    "TOEPLITZ",
    "TRANSMITTANCE",
    "YIELD_BOUND",
    "Exercise",
    "Feedback",
]
