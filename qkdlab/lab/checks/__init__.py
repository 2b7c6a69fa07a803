"""Exercise checks: each tries an answer, names what is wrong, gives hints and explains the solution."""

from .correction import BISECTION, ERRORS_LEFT, LARGEST_QBER, LEAK
from .decoys import MULTIPHOTON, TELLTALE, YIELD_BOUND
from .eavesdroppers import DENOMINATORS, QUIET_BASIS, SAMPLE_SIZE
from .exercise import Exercise, Feedback
from .loss import DARK_QBER, EXTRA_REACH, TRANSMITTANCE
from .networks import FORM_UNITS, PARITY_RELAY, SHARE_THRESHOLD, SWITCHED_STAR
from .secrecy import DRAINED_ACCOUNT, KEY_LIMIT, TAG_LENGTH, TOEPLITZ
from .start import INTERCEPTED_QBER, SIFTING

__all__ = [
    "BISECTION",
    "DARK_QBER",
    "DENOMINATORS",
    "DRAINED_ACCOUNT",
    "ERRORS_LEFT",
    "EXTRA_REACH",
    "FORM_UNITS",
    "INTERCEPTED_QBER",
    "KEY_LIMIT",
    "LARGEST_QBER",
    "LEAK",
    "MULTIPHOTON",
    "PARITY_RELAY",
    "QUIET_BASIS",
    "SAMPLE_SIZE",
    "SHARE_THRESHOLD",
    "SIFTING",
    "SWITCHED_STAR",
    "TAG_LENGTH",
    "TELLTALE",
    "TOEPLITZ",
    "TRANSMITTANCE",
    "YIELD_BOUND",
    "Exercise",
    "Feedback",
]
