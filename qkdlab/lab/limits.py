"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache

from ..distillation.security import Security
from ..settings import SessionSettings
from ..values import binary_entropy


@lru_cache
def correction_limit(security: Security) -> float:
    """Return the QBER from which on error correction leaves no key of BB84, however long the run.

    There Eve's share h(Q) and the leak that the mode charges in a long run make up a whole bit.

    >>> from qkdlab import FiniteSecurity
    >>> round(correction_limit(FiniteSecurity()), 3)
    0.052
    """
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        left = 1 - binary_entropy(middle) - security.long_run_leak(middle)
        low, high = (middle, high) if left > 0 else (low, middle)
    return low


def gauge_limit(settings: SessionSettings) -> float | None:
    """Return the `correction_limit` of a session; None for a protocol with another formula."""
    return correction_limit(settings.security) if settings.protocol == "BB84" else None
