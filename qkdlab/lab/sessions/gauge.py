"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Any

from ...distillation.correction.leakage import method_name
from ...distillation.estimation.witnesses import ChshEstimate
from ...distillation.security.mode import Security
from ...distillation.security.proofs import PROOFS
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings


def method_of(settings: SessionSettings) -> str:
    """Return how a session corrects errors: a key of `leakage.EFFICIENCIES`."""
    return method_name(settings.correction, settings.cascade)


@lru_cache
def correction_limit(security: Security, method: str = "original", proof: str = "BB84") -> float:
    """Return the QBER from which on error correction leaves no key, however long the run; 0 without a proof.

    There Eve's share by the protocol's proof and the leak that the mode charges in a long run make up a
    whole bit. Errors are taken to be alike in all bases, so that a QBER of Q goes with a CHSH value of
    2√2 (1 - 2Q). `method` is a key of `leakage.EFFICIENCIES`, `proof` one of `PROOFS` or nothing.

    >>> from qkdlab import FiniteSecurity
    >>> [round(correction_limit(FiniteSecurity(), way), 3) for way in ("original", "ldpc")]
    [0.052, 0.099]
    """
    if not proof:
        return 0.0
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        chsh = ChshEstimate(value=2 * sqrt(2) * (1 - 2 * middle), standard_error=0.0, n_compared=1)
        left = 1 - PROOFS[proof].knowledge(middle, chsh) - security.long_run_leak(middle, method)
        low, high = (middle, high) if left > 0 else (low, middle)
    return low


def gauge_limit(settings: SessionSettings) -> float:
    """Return the `correction_limit` of a session."""
    return correction_limit(settings.security, method_of(settings), settings.protocol_table.proof)


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
