"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Any

from ...distillation.correction.leakage import method_name
from ...distillation.estimation.witnesses import ChshEstimate
from ...distillation.outcome import AbortReason
from ...distillation.security.mode import Security
from ...distillation.security.proofs import PROOFS
from ...session.session import SessionResult
from ...settings.session_settings import SessionSettings
from ..components.text import percent_text, words_for


def method_of(settings: SessionSettings) -> str:
    """Return how a session corrects errors: a key of `leakage.EFFICIENCIES`."""
    return method_name(settings.correction, settings.cascade)


@lru_cache
def correction_limit(
    security: Security, method: str = "original", proof: str = "BB84", single: float = 1.0
) -> float:
    """Return the QBER from which on error correction leaves no key, however long the run; 0 without a proof.

    There Eve's share by the protocol's proof and the leak that the mode charges in a long run make up a
    whole bit. Errors are taken to be alike in all bases, so that a QBER of Q goes with a CHSH value of
    2√2 (1 - 2Q). `method` is a key of `leakage.EFFICIENCIES`, `proof` one of `PROOFS` or nothing. Only the
    share `single` of the clicks comes from single photons; all errors may be theirs, and of the other bits
    Eve knows all (Gottesman, Lo, Lütkenhaus and Preskill 2004).

    >>> from qkdlab import FiniteSecurity
    >>> [round(correction_limit(FiniteSecurity(), way), 3) for way in ("original", "ldpc")]
    [0.052, 0.099]
    """
    if not proof or not single:
        return 0.0
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        chsh = ChshEstimate(value=2 * sqrt(2) * (1 - 2 * middle), standard_error=0.0, n_compared=1)
        known = PROOFS[proof].knowledge(min(1.0, middle / single), chsh)
        left = single * (1 - known) - security.long_run_leak(middle, method)
        low, high = (middle, high) if left > 0 else (low, middle)
    return low


def gauge_limit(settings: SessionSettings) -> float:
    """Return the `correction_limit` of a session if every pulse holds one photon."""
    return correction_limit(settings.security, method_of(settings), settings.protocol_table.proof)


def single_share(result: SessionResult) -> float:
    """Return which share of the clicks comes from single photons at least, as far as Alice and Bob know."""
    witnesses, plan = result.distillation.witnesses, result.settings.plan
    if witnesses and witnesses.decoys:
        return witnesses.decoys.single_photon_share
    sent, clicks = result.settings.n_pulses, result.n_detected
    return max(0.0, 1 - plan.multiphoton_probability * sent / clicks) if clicks else 1.0


def _limit(result: SessionResult) -> dict[str, Any]:
    """Return the limit of a session, and what stands at it if multi-photon pulses are to blame for it."""
    settings, words = result.settings, words_for("multiphoton")
    security, proof, qber = settings.security, settings.protocol_table.proof, result.qber or 0.0
    ended, single = result.reason is AbortReason.TOO_MANY_MULTIPHOTON_PULSES, single_share(result)
    limit = gauge_limit(settings)
    decoys = result.distillation.witnesses and result.distillation.witnesses.decoys
    if not limit or single == 1 or (decoys and not ended):
        return {"limit": limit, "limit_text": ""}
    limit = correction_limit(security, method_of(settings), proof, single)
    if ended:  # decoys may tell of more errors among single photons than q / single
        limit = min(limit, qber)
    name = "limit" if limit else "never"
    return {"limit": limit, "limit_text": words[name].format(limit=percent_text(limit))}


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
        **_limit(result),
    }
