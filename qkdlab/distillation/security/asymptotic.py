"""The textbook's key length, without a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...values import check_epsilon, check_instance
from .evidence import Evidence, asymptotic_fraction
from .mode import Security
from .proofs import PROOFS


@dataclass(frozen=True, kw_only=True, slots=True)
class AsymptoticSecurity(Security):
    """The textbook's key length, for infinitely many pulses.

    n (1 - h(Q)) - leak - tag (Shor and Preskill 2000; GLLP for multi-photon pulses; with decoys, Ma
    et al. 2005). It takes the observed rates at their word: for a finite run it is a teaching figure,
    not a security statement.

    Parameters
    ----------
    epsilon_correctness
        Alice's and Bob's keys differ with at most this probability.
    charge_bob
        Charge Bob's questions in Cascade as well. The textbook does not.
    """

    name: ClassVar[str] = "asymptotic"
    uses_decoys: ClassVar[bool] = True
    ignores_chance: ClassVar[bool] = True
    epsilon_correctness: float = 1e-10
    charge_bob: bool = False

    def __post_init__(self) -> None:
        epsilon = check_epsilon("epsilon_correctness", self.epsilon_correctness)
        object.__setattr__(self, "epsilon_correctness", epsilon)
        check_instance("charge_bob", self.charge_bob, bool)

    def balance(self, evidence: Evidence) -> float:
        return evidence.n_key * asymptotic_fraction(evidence) - evidence.tag_bits

    def describe(self, proof: str, n_intensities: int = 0) -> str:
        source = PROOFS[proof].source if proof else "no proof for this protocol"
        return f"asymptotic, no security claim for a finite run (textbook: {source})"
