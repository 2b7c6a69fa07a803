"""Two attacks at once: a photon kept where a pulse holds several, and the qubit attacked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ..link.fibre import Link
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS, Tactic
from ..values import Bits
from .attack import Branch, Eavesdropper, Target
from .photon_attacks import PhotonNumberSplitting
from .qubit_attacks import InterceptResend


@dataclass(frozen=True, kw_only=True, slots=True)
class CombinedAttack(Eavesdropper):
    """An attack on the photon numbers, and one on the qubit of every pulse of which it kept no photon.

    A kept photon tells Eve the bit at no error, so she need not touch the qubit of that pulse. The two parts
    never meet in one pulse: errors are those of the second, on the pulses that the first left to it.

    Parameters
    ----------
    first
        A `BeamSplitting` or `PhotonNumberSplitting`.
    second
        An attack on the qubit alone, such as `InterceptResend`.
    fraction
        Must be 1: each part has its own.

    Examples
    --------
    >>> attack = CombinedAttack(second=InterceptResend(fraction=0.2))
    >>> attack.describe()
    'photon-number splitting on 100 % of the pulses, else intercept-resend on 20 % of the pulses'
    """

    name: ClassVar[str] = "combined attack"
    target: ClassVar[Target] = "photons and qubit"
    has_share: ClassVar[bool] = False
    first: Eavesdropper = field(default_factory=PhotonNumberSplitting)
    second: Eavesdropper = field(default_factory=InterceptResend)

    def __post_init__(self) -> None:
        Eavesdropper.__post_init__(self)
        if self.fraction != 1:
            raise ValueError(f"fraction must be 1, each part has its own, got {self.fraction!r}")
        targets = [getattr(part, "target", None) for part in (self.first, self.second)]
        if targets != ["photons", "qubit"]:
            raise ValueError(
                "first and second must be an attack on photon numbers and one on the qubit alone, "
                f"got {self.first!r} and {self.second!r}"
            )

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (*self.first.tactics, *self.second.tactics)

    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        chosen = self.second.choose(n_pulses, rng)
        return np.where(chosen == PASS, np.uint8(PASS), chosen + np.uint8(len(self.first.tactics)))

    @property
    def tactic_weights(self) -> tuple[float, ...]:
        passed, *weights = self.second.tactic_weights
        return (passed, *(0.0 for _ in self.first.tactics), *weights)

    def branches(self, photons: int, link: Link) -> tuple[Branch, ...] | None:
        return self.first.branches(photons, link)

    def refusal(self, protocol: Protocol) -> str | None:
        return self.first.refusal(protocol)

    def expected_error(self) -> float:
        """Return the closed-form error probability of a bit of a single photon."""
        return self.second.expected_error()

    def expected_guess(self) -> float:
        """Return the probability that Eve guesses the bit of a single photon."""
        return self.second.expected_guess()

    def expected_information(self) -> float:
        """Return Eve's information on the bit of a single photon, in bits."""
        return self.second.expected_information()

    def information_before(self) -> None:
        """Return None: what she knows depends on how many photons the pulses have."""

    def information_on(self, link: Link) -> None:
        """Return None: how many bits are left to the second attack depends on the clicks of the first."""

    def guess_on(self, link: Link) -> None:
        """Return None, as for the information."""

    def describe(self) -> str:
        return f"{self.first.describe()}, else {self.second.describe()}"
