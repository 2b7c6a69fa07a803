"""What the parties know when they decide on the key length, and what it is worth if the run were endless."""

from __future__ import annotations

from dataclasses import dataclass

from ...values import check_choice, check_count, check_instance, check_probability
from ..estimation.finite_decoys import DecoyCounts
from ..estimation.witnesses import Witnesses
from .proofs import PROOFS


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What the parties know when they decide on the key length; all of it is public.

    Parameters
    ----------
    n_pulses, n_detected
        Pulses sent and pulses that made a click.
    n_key
        Length of the verified key.
    leaked_bits
        Bits that error correction announced and that the mode charges.
    tag_bits
        Length of the verification hash.
    multiphoton_probability
        Probability that a pulse leaves Alice with two photons or more.
    match_probability
        Probability that Alice's and Bob's bases match; 1/2 in BB84 with unbiased bases.
    proof
        The argument that bounds what Eve knows, a name of `PROOFS`.
    witnesses
        What was disclosed. With decoys, pulses and detections are those of the signal intensity; modes that
        have no use for decoys are given none.
    decoy_counts
        The counts of key bits and test bits, if the key was made from all intensities.
    """

    n_pulses: int
    n_detected: int
    n_key: int
    witnesses: Witnesses
    leaked_bits: int
    tag_bits: int
    multiphoton_probability: float = 0.0
    match_probability: float = 0.5
    proof: str = "BB84"
    decoy_counts: DecoyCounts | None = None

    def __post_init__(self) -> None:
        for name in ("n_pulses", "n_detected", "n_key"):
            check_count(name, getattr(self, name), minimum=1)
        for name in ("leaked_bits", "tag_bits"):
            check_count(name, getattr(self, name))
        check_instance("witnesses", self.witnesses, Witnesses)
        check_choice("proof", self.proof, tuple(PROOFS))
        check_probability("multiphoton_probability", self.multiphoton_probability)

    @property
    def tagged_share(self) -> float:
        """Expected worst-case share Δ of tagged bits: all multi-photon pulses made a click."""
        return min(1.0, self.multiphoton_probability * self.n_pulses / self.n_detected)


def single_among_kept(single: float, proof: str, qber: float) -> float:
    """Return the least share of single photons among the kept bits, where `single` is that among the clicks.

    In SARG04, conclusive and right is a quarter of the detected pulses whatever Eve does, so that errors,
    which she may cause in other pulses alone, dilute the single photons among the conclusive ones.
    """
    return single * (1 - qber) if proof == "SARG04" and single < 1 else single


def asymptotic_fraction(evidence: Evidence, leak: float | None = None, *, tagging: bool = True) -> float:
    """Return the secret bits per key bit in the limit of infinitely many pulses; may be negative.

    (1 - Δ)[1 - h(E / (1 - Δ))] - leak (GLLP); without tagged bits the rate of Shor and
    Preskill, PRL 85, 441 (2000): 1 - h(Q) - leak. With decoys they bound the share of single
    photons and their error rate instead: share (1 - h(e₁)) - leak (Ma et al., PRA 72, 012326
    (2005)). Protocols other than BB84 have another function in place of h: `PROOFS`. The leak per
    key bit is that of the evidence unless given; `tagging` off treats every pulse as one photon.
    """
    if leak is None:
        leak = evidence.leaked_bits / evidence.n_key
    found = evidence.witnesses
    error = found.sample.qber if found.phase_error is None else found.phase_error
    single = 1 - evidence.tagged_share if tagging else 1.0
    if tagging and found.decoys:
        single = found.decoys.single_photon_share
        if found.phase_error is None:
            error = (found.test_decoys or found.decoys).bounds.error_upper
    elif single:
        error = min(1.0, error / single)
    single = single_among_kept(single, evidence.proof, found.estimate.qber)
    return single * (1 - PROOFS[evidence.proof].knowledge(error, found.chsh)) - leak
