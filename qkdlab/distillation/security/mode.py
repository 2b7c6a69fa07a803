"""What a security mode is: how it splits ε, what it charges, and how long it lets a key be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import floor
from typing import ClassVar

from ...values import binary_entropy
from ..correction.leakage import LDPC, efficiency
from ..estimation.error_rate import MINIMUM_SAMPLE, upper_limit
from .epsilon import EpsilonBudget
from .evidence import Evidence


class Security(ABC):
    """A security mode: how the length of the final key follows from the evidence."""

    name: ClassVar[str]
    uses_decoys: ClassVar[bool] = False
    key_from_decoys: ClassVar[bool] = False
    """Whether bits of all intensities become key."""
    ignores_chance: ClassVar[bool] = False
    """Whether a key is as long as the formulas of a long run say, however few pulses there were."""
    minimum_sample: ClassVar[int] = MINIMUM_SAMPLE
    """Compared bits that each error rate needs; with fewer there is no key."""
    epsilon_correctness: float
    charge_bob: bool

    @property
    def authenticates(self) -> bool:
        """Whether sessions authenticate what is said, with the bits that the parties share."""
        return True

    def block_qber(self, n_sample: float, n_errors: float) -> float:
        """Return the error rate for which error correction chooses its blocks: the upper limit of the sample.

        Blocks that are too small cost some parities, blocks that are too large leave errors.
        """
        return min(upper_limit(n_sample, n_errors), 0.5)

    def charged_leak(self, alice_leak: int, bob_leak: int) -> int:
        """Return the bits of error correction that count against the key."""
        return alice_leak + bob_leak if self.charge_bob else alice_leak

    def long_run_leak(self, qber: float, method: str = "original") -> float:
        """Return the charged leak per key bit of a long run, by a way to correct of `leakage.EFFICIENCIES`.

        In Cascade each bit of Alice answers a question of Bob; LDPC codes need next to nothing from him.
        """
        parties = 2 if self.charge_bob and method != LDPC else 1
        return parties * efficiency(method, qber) * binary_entropy(qber)

    @abstractmethod
    def balance(self, evidence: Evidence) -> float:
        """Return the secret bits, not rounded; if negative, so many are missing."""

    def key_length(self, evidence: Evidence) -> int:
        """Return the number of secret bits, 0 if there are none: `balance`, rounded down.

        It is never more than what the leak and the verification hash leave, whatever the counts.
        """
        left = evidence.n_key - evidence.leaked_bits - evidence.tag_bits
        return max(0, min(left, floor(self.balance(evidence))))

    def epsilon_budget(self, *, n_intensities: int = 0, tagging: bool = False) -> EpsilonBudget | None:
        """Return how ε is split; None in a mode without security claim.

        Parameters
        ----------
        n_intensities
            With how many intensities single photons are bounded; 0 without decoys.
        tagging
            Whether multi-photon pulses are counted as Eve's instead.
        """
        return None

    @abstractmethod
    def describe(self, proof: str, n_intensities: int = 0) -> str:
        """Return the mode in a few words for a report.

        Parameters
        ----------
        proof
            The name of the protocol's proof, or nothing.
        n_intensities
            With how many intensities single photons are bounded in the finite mode; 0 without decoys.
        """
