"""The error rate from which on no key is left, however long the run."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

from ..distillation.correction.leakage import EFFICIENCIES, method_name
from ..distillation.estimation.witnesses import ChshEstimate
from ..distillation.security.evidence import single_among_kept
from ..distillation.security.mode import Security
from ..distillation.security.proofs import PROOFS
from ..settings.session_settings import SessionSettings
from ..values import check_choice, check_probability


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
    check_choice("method", method, tuple(EFFICIENCIES))
    check_choice("proof", proof, ("", *PROOFS))
    if not proof or not check_probability("single", single):
        return 0.0
    low, high = 0.0, 0.5
    for _ in range(50):
        middle = (low + high) / 2
        chsh = ChshEstimate(value=2 * sqrt(2) * (1 - 2 * middle), standard_error=0.0, n_compared=1)
        known = PROOFS[proof].knowledge(min(1.0, middle / single), chsh)
        left = single_among_kept(single, proof, middle) * (1 - known) - security.long_run_leak(middle, method)
        low, high = (middle, high) if left > 0 else (low, middle)
    return low


def long_run_limit(settings: SessionSettings, single: float = 1.0) -> float:
    """Return the `correction_limit` of a session; `single` is the share of clicks from single photons."""
    return correction_limit(settings.security, method_of(settings), settings.protocol_table.proof, single)
