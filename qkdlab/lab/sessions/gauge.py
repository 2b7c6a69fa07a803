"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ...distillation.correction.leakage import method_name
from ...distillation.security.mode import Security
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ...values import binary_entropy


def method_of(settings: SessionSettings) -> str:
    """Return how a session corrects errors: a key of `leakage.EFFICIENCIES`."""
    return method_name(settings.correction, settings.cascade)


@lru_cache
def correction_limit(security: Security, method: str = "original") -> float:
    """Return the QBER from which on error correction leaves no key of BB84, however long the run.

    There Eve's share h(Q) and the leak that the mode charges in a long run make up a whole bit. `method` is a
    key of `leakage.EFFICIENCIES`.

    >>> from qkdlab import FiniteSecurity
    >>> [round(correction_limit(FiniteSecurity(), way), 3) for way in ("original", "ldpc")]
    [0.052, 0.099]
    """
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        leak = security.long_run_leak(middle, method)
        low, high = (middle, high) if 1 - binary_entropy(middle) - leak > 0 else (low, middle)
    return low


def gauge_limit(settings: SessionSettings) -> float | None:
    """Return the `correction_limit` of a session; None for a protocol with another formula."""
    return correction_limit(settings.security, method_of(settings)) if settings.protocol == "BB84" else None


def gauge_traits(result: SessionResult) -> dict[str, Any]:
    """Return what a `QberGauge` shows of a session, but for the runs before it."""
    estimate = result.distillation.estimate
    return {
        "qber": result.qber,
        "lower": estimate.lower if estimate else None,
        "upper": estimate.upper if estimate else None,
        "expected": result.expected_qber,
        "confidence": estimate.confidence if estimate else None,
        "threshold": result.settings.max_qber,
        "limit": gauge_limit(result.settings),
    }
