"""Where on the scale of the QBER error correction leaves no key."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Any

from ...distillation.correction.leakage import method_name
from ...distillation.estimation.error_rate import QberEstimate
from ...distillation.estimation.witnesses import ChshEstimate, Witnesses
from ...distillation.outcome import AbortReason
from ...distillation.security.evidence import Evidence
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
    whole bit: in BB84 at 1 - h(Q) = f h(Q) (Shor and Preskill 2000, with f = 1). Errors are taken to be alike
    in all bases, so that a QBER of Q goes with a CHSH value of 2√2 (1 - 2Q). `method` is a key of
    `leakage.EFFICIENCIES`, `proof` one of `PROOFS` or nothing. Only the share `single` of the clicks comes
    from single photons; all errors may be theirs, and of the other bits Eve knows all (Gottesman, Lo,
    Lütkenhaus and Preskill 2004).

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
    """Return which share of the clicks comes from single photons at least, as far as Alice and Bob know.

    With decoys it is their bound. Without, every pulse of several photons may have clicked: 1 - Δ with Δ, the
    share of these pulses among those sent over the share of clicks (Gottesman, Lo, Lütkenhaus and Preskill
    2004).
    """
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
    if result.reason is AbortReason.TOO_FEW_PULSES and result.qber is not None:
        return _short_run_limit(result)
    decoys = result.distillation.witnesses and result.distillation.witnesses.decoys
    if not limit or single == 1 or (decoys and not ended):
        return {"limit": limit, "limit_text": ""}
    limit = correction_limit(security, method_of(settings), proof, single)
    if ended:  # decoys may tell of more errors among single photons than q / single
        limit = min(limit, qber)
    name = "limit" if limit else "never"
    return {"limit": limit, "limit_text": words[name].format(limit=percent_text(limit))}


def _short_run_limit(result: SessionResult) -> dict[str, Any]:
    """Return where the keys of a run end that was too short for one, and what stands there.

    Its margins for chance are those of its own numbers of bits, and its leak grows with the error rate as
    that of a long run. With decoys, whose counts do not follow from an error rate, only the rate of the run
    itself is known to be too high. The formula is that of `FiniteSecurity`.
    """
    steps, settings, qber = result.distillation, result.settings, result.qber or 0.0
    words, plan, n_key = words_for("multiphoton"), settings.plan, steps.n_sifted - steps.n_disclosed
    leak = steps.charged_leak
    if leak is None or not steps.n_disclosed or n_key < 1 or not qber or steps.decoys:
        return {"limit": qber, "limit_text": words["short_here"].format(limit=percent_text(qber))}

    def balance(rate: float) -> float:
        share = settings.security.long_run_leak(rate, method_of(settings)) if rate else 0.0
        usual = settings.security.long_run_leak(qber, method_of(settings))
        sample = QberEstimate(n_sample=steps.n_disclosed, n_errors=round(rate * steps.n_disclosed))
        return settings.security.balance(
            Evidence(
                n_pulses=settings.n_pulses,
                n_detected=result.n_detected,
                n_key=n_key,
                witnesses=Witnesses(estimate=sample),
                leaked_bits=round(leak * share / usual),
                tag_bits=steps.tag_bits or 0,
                multiphoton_probability=plan.multiphoton_probability,
                match_probability=plan.rule.match_probability,
                proof=plan.rule.proof,
            )
        )

    low, high = 0.0, qber
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if balance(middle) > 0 else (low, middle)
    name = "short" if low else "short_never"
    return {"limit": low, "limit_text": words[name].format(limit=percent_text(low))}


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
