"""What a session that has been run says of the error rates at which there are keys: for it alone."""

from __future__ import annotations

from ..distillation.estimation.error_rate import QberEstimate
from ..distillation.estimation.witnesses import Witnesses
from ..distillation.security.evidence import Evidence
from ..theory.error_limit import method_of
from .session import SessionResult

STEPS = 20
"""How often the range of error rates is halved: to a millionth."""

MOST = 0.5
"""The error rate of coin tosses."""


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


def own_limit(result: SessionResult) -> float | None:
    """Return up to which error rate a run as short as this one has a key; None if that cannot be said.

    Its margins for chance are those of its own numbers of bits, and its leak grows with the error rate as
    that of a long run. It cannot be said with decoys or a CHSH value, which do not follow from an error rate.
    """
    steps, settings, qber = result.distillation, result.settings, result.qber
    security, plan, n_key = settings.security, settings.plan, steps.n_sifted - steps.n_disclosed
    leak = steps.charged_leak
    told = steps.decoys or (steps.witnesses and steps.witnesses.chsh)
    if leak is None or not steps.n_disclosed or n_key < 1 or not qber or told:
        return None
    usual = security.long_run_leak(qber, method_of(settings))

    def balance(rate: float) -> float:
        share = security.long_run_leak(rate, method_of(settings)) if rate else 0.0
        sample = QberEstimate(n_sample=steps.n_disclosed, n_errors=round(rate * steps.n_disclosed))
        return security.balance(
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

    low, high = 0.0, qber if balance(qber) <= 0 else MOST
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if balance(middle) > 0 else (low, middle)
    return low
