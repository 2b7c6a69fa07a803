"""The budget of failure probabilities: into which parts ε is split, and what they sum to."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from ...values import check_count, check_open_probability

SMOOTHING, HASHING, VERIFICATION = "phase error", "amplification", "verification"
TAGGED_SENT, TAGGED_KEY, TAGGED_SAMPLE = (
    "multi-photon pulses sent",
    "of them in the key",
    "of them in the sample",
)
DECOYS = "limits on decoy counts"


@dataclass(frozen=True, kw_only=True, slots=True)
class EpsilonPart:
    """One kind of failure: how likely each, and how many times it counts."""

    name: str
    each: float
    count: int = 1

    def __post_init__(self) -> None:
        check_open_probability("each", self.each)
        check_count("count", self.count, minimum=1)

    @property
    def total(self) -> float:
        """What it takes of the budget."""
        return self.count * self.each


@dataclass(frozen=True, kw_only=True, slots=True)
class EpsilonBudget:
    """How the ε of a session is split. Correct and secret add up: ε = ε_cor + ε_sec.

    Parameters
    ----------
    secrecy
        The parts of ε_sec.
    correctness
        The parts of ε_cor.

    Examples
    --------
    >>> part = EpsilonPart(name="verification", each=1e-10)
    >>> EpsilonBudget(secrecy=(EpsilonPart(name="amplification", each=2e-10),), correctness=(part,)).total
    3e-10
    """

    secrecy: tuple[EpsilonPart, ...]
    correctness: tuple[EpsilonPart, ...]

    @property
    def parts(self) -> tuple[EpsilonPart, ...]:
        """All parts."""
        return (*self.secrecy, *self.correctness)

    @property
    def epsilon_secrecy(self) -> float:
        """ε_sec, as the sum of its parts."""
        return fsum(part.total for part in self.secrecy)

    @property
    def epsilon_correctness(self) -> float:
        """ε_cor, as the sum of its parts."""
        return fsum(part.total for part in self.correctness)

    @property
    def total(self) -> float:
        """ε: how much the key may differ from a perfect one, of which nobody else knows a bit."""
        return fsum(part.total for part in self.parts)

    def each(self, name: str) -> float:
        """Return the probability of one failure of that name; `KeyError` if there is none."""
        return {part.name: part.each for part in self.parts}[name]
