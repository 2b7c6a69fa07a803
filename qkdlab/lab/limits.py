"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ..distillation.security import LONG_RUN_EFFICIENCY, Security
from ..settings import SessionSettings
from ..values import binary_entropy

LDPC: Final = "ldpc"

EFFICIENCIES: Final = {
    "original": LONG_RUN_EFFICIENCY,
    "modified (1)": 1.1,
    "modified (2)": 1.1,
    "modified (3)": 1.11,
    "modified (4)": 1.08,
    "modified (7)": 1.06,
    "modified (8)": 1.05,
    LDPC: 1.12,
}
"""What Alice announces over the Shannon limit, by way to correct: own runs on keys of 60,000 bits at a QBER
of 5.5 % and 9.5 %, where the limits lie, ± 0.025. The published figures of Cascade are beside them in
`qkdlab.lab.cascade_efficiency`."""


def method_of(settings: SessionSettings) -> str:
    """Return how a session corrects errors: the name of a variant of Cascade, or `LDPC`."""
    return LDPC if settings.correction == LDPC else settings.cascade


@lru_cache
def correction_limit(security: Security, method: str = "original") -> float:
    """Return the QBER from which on error correction leaves no key of BB84, however long the run.

    There Eve's share h(Q) and the leak that the mode charges in a long run make up a whole bit. `method` is a
    key of `EFFICIENCIES`.

    >>> from qkdlab import FiniteSecurity
    >>> [round(correction_limit(FiniteSecurity(), way), 3) for way in ("original", "ldpc")]
    [0.052, 0.101]
    """
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        leak = security.long_run_leak(middle, efficiency=EFFICIENCIES[method], bob_asks=method != LDPC)
        low, high = (middle, high) if 1 - binary_entropy(middle) - leak > 0 else (low, middle)
    return low


def gauge_limit(settings: SessionSettings) -> float | None:
    """Return the `correction_limit` of a session; None for a protocol with another formula."""
    return correction_limit(settings.security, method_of(settings)) if settings.protocol == "BB84" else None
