"""The decoy formulas as published, for the papers' figures, without ε."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..estimation.finite_decoys import DecoyCounts, FiniteBounds
from ..estimation.published_decoys import published_balance, published_bounds
from .epsilon import EpsilonBudget
from .evidence import Evidence
from .finite import FiniteSecurity


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedSecurity(FiniteSecurity):
    """The finite-key lengths as they were published, to reproduce the figures of the papers.

    Without decoys that is the finite mode itself. With decoys it is the formula of Lim et al. 2014 (two) or
    Rusca et al. 2018 (one), for bases that are not equally likely. Their margin on the phase error
    is no bound where few errors are seen, so that ε is not claimed (`published_decoys`).
    """

    name: ClassVar[str] = "published"

    def epsilon_budget(self, *, n_intensities: int = 0, tagging: bool = False) -> EpsilonBudget | None:
        return None if n_intensities else self._split(tagging=tagging)

    def describe(self, proof: str, n_intensities: int = 0) -> str:
        if not n_intensities:
            return FiniteSecurity.describe(self, proof)
        source = {2: "Rusca et al. 2018", 3: "Lim et al. 2014"}[n_intensities]
        stated = f"ε_sec = {self.epsilon_secrecy:.0e}, ε_cor = {self.epsilon_correctness:.0e}"
        return f"as published by {source} for {stated}; its margin on phase errors is no bound: ε not claimed"

    def decoy_bounds(self, counts: DecoyCounts) -> FiniteBounds:
        return published_bounds(counts, epsilon_secrecy=self.epsilon_secrecy)

    def _decoy_balance(self, evidence: Evidence, counts: DecoyCounts) -> float:
        return published_balance(
            counts,
            leaked_bits=evidence.leaked_bits + self._hash_cost(evidence) - self._ideal_hash_cost,
            epsilon_secrecy=self.epsilon_secrecy,
            epsilon_correctness=self.epsilon_correctness,
        )
