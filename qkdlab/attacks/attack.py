"""What an attack is: which tactics Eve has, how often she uses them, and what she makes of a pulse."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..link import Link
from ..quantum.protocol import Protocol
from ..quantum.tactics import PASS, Effect, Tactic
from ..values import Basis, Bits, binary_entropy, check_probability

BASES = (Basis.Z, Basis.X)
"""The bases over which closed forms are averaged: those of BB84."""

Target = Literal["qubit", "photons", "photons and qubit", "detectors"]
"""What an attack acts on: the qubit, the number of photons in a pulse, both, or Bob's detectors."""


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
    pulses times `fraction`. What is known of it in closed form, and against which protocols it makes sense,
    it says itself.
    """

    name: ClassVar[str]
    target: ClassVar[Target] = "qubit"
    is_bright: ClassVar[bool] = False
    """Whether it sends bright light into Bob's detectors, which a monitor could see."""
    has_share: ClassVar[bool] = True
    """Whether `fraction` may be below 1."""
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

    @property
    def stage_bases(self) -> tuple[Basis, ...] | None:
        """The bases in which her tactics measure; None if not all do, in Z or X, as a picture shows it."""
        bases = tuple(basis for tactic in self.tactics if (basis := tactic.measured_basis) in BASES)
        return bases if len(bases) == len(self.tactics) else None

    def refusal(self, protocol: Protocol) -> str | None:
        """Return what an attack on `protocol` must do, and this one does not; None if it makes sense."""
        return None

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

    def information_before(self) -> float | None:
        """Return `expected_information` while the bases are secret; None without closed form."""
        guesses = [float(np.mean([tactic.effect(basis).guess for basis in BASES])) for tactic in self.tactics]
        return self.fraction * float(np.mean([1 - binary_entropy(guess) for guess in guesses]))

    def information_on(self, link: Link) -> float | None:
        """Return `expected_information` of the sifted bits of `link`; None without closed form."""
        return self.expected_information()

    def guess_on(self, link: Link) -> float | None:
        """Return `expected_guess` of the sifted bits of `link`; None without closed form."""
        return self.expected_guess()

    def gain_on(self, link: Link, mean_photon_number: float) -> float | None:
        """Return the gain of Poissonian pulses of this mean on `link`; None if nothing is said of it."""
        return None

    def describe(self) -> str:
        """Return the attack in a few words for a report."""
        return f"{self._kind()} on {100 * self.fraction:g} % of the pulses"

    def _kind(self) -> str:
        return self.name
