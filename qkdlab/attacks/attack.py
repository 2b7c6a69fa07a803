"""What an attack is: which tactics Eve has, how often she uses them, and what she makes of a pulse."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..link import Link
from ..quantum.tactics import PASS, Effect, Tactic
from ..values import Basis, Bits, binary_entropy, check_probability

BASES = (Basis.Z, Basis.X)
"""The bases over which closed forms are averaged: those of BB84."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """One thing that an attack on the photons makes of a pulse.

    Parameters
    ----------
    probability
        How often she does it.
    passing
        How many photons go on to Bob.
    efficiency
        Probability that each of them is detected.
    tactic
        What she does to the qubit; `PASS` leaves it untouched.
    """

    probability: float
    passing: int
    efficiency: float
    tactic: int = PASS


@dataclass(frozen=True, kw_only=True, slots=True)
class Eavesdropper(ABC):
    """An attack on a share `fraction` of the pulses.

    An attack may act on the photon numbers (`branches`), on the qubit (`choose` and the circuits of
    `tactics`) or on both. By default it leaves the photon numbers alone and draws one of the tactics
    uniformly. Everything scales with the share: error rate and information are those of the attacked
    pulses times `fraction`.
    """

    name: ClassVar[str]
    is_bright: ClassVar[bool] = False
    """Whether it sends bright light into Bob's detectors, which a monitor could see."""
    fraction: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "fraction", check_probability("fraction", self.fraction))

    @property
    @abstractmethod
    def tactics(self) -> tuple[Tactic, ...]:
        """The tactics; number t of `choose` means ``tactics[t - 1]``."""

    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        """Return the tactic of each pulse, uint8, shape (n_pulses,); `PASS` leaves it untouched."""
        attacked = rng.random(n_pulses) < self.fraction
        tactic = rng.integers(1, len(self.tactics) + 1, n_pulses, dtype=np.uint8)
        return np.where(attacked, tactic, np.uint8(PASS))

    def branches(self, photons: int, link: Link) -> tuple[Branch, ...] | None:
        """Return what Eve makes of a pulse of `photons` photons; None if she sends on as many as came.

        The probabilities sum to 1. `link` is the link that she stands in, which she knows.
        """
        return None

    def response(self, link: Link) -> NDArray[np.float64] | None:
        """Return how likely Bob's detectors answer a pulse that arrives; None if they do, always.

        For attacks on the detectors: float64, shape (1 + n_tactics, 2, 5, 2), by tactic (0: let pass), what
        her probe shows, Bob's basis and the outcome that the qubit calls for. Tactics with a response have
        one probe, which they read at once.
        """
        return None

    @property
    def tactic_weights(self) -> tuple[float, ...]:
        """How often a photon that reaches Bob is let pass, and undergoes each of the tactics.

        As `choose` draws them, for pulses of which `branches` leaves the tactic open.
        """
        share = self.fraction / len(self.tactics)
        return (1 - self.fraction, *(share for _ in self.tactics))

    def _effects(self) -> list[Effect]:
        return [tactic.effect(basis) for tactic in self.tactics for basis in BASES]

    def expected_error(self) -> float:
        """Return the closed-form error probability of a sifted bit on a channel without noise."""
        return self.fraction * float(np.mean([effect.error for effect in self._effects()]))

    def expected_guess(self) -> float:
        """Return the closed-form probability that Eve guesses a sifted bit, tossing a coin if she must."""
        right = float(np.mean([effect.guess for effect in self._effects()]))
        return 0.5 + self.fraction * (right - 0.5)

    def expected_information(self) -> float:
        """Return Eve's Shannon information on a sifted bit, in bits, once the bases are announced."""
        known = [1 - binary_entropy(effect.guess) for effect in self._effects()]
        return self.fraction * float(np.mean(known))

    def describe(self) -> str:
        """Return the attack in a few words for a report."""
        return f"{self._kind()} on {100 * self.fraction:g} % of the pulses"

    def _kind(self) -> str:
        return self.name
