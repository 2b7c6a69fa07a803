"""Attacks on the flying qubit: which tactics Eve has, and how often she uses them.

For every pulse an eavesdropper picks one of a few tactics or lets the pulse pass. What she learns and
what she disturbs follow from the closed forms of her tactics.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..values import Basis, Bits, binary_entropy, check_choice, check_probability
from .tactics import (
    Effect,
    MeasureAndResend,
    PhaseCovariantCloner,
    Tactic,
    ZProbe,
)

if TYPE_CHECKING:
    from ..link import Link

PASS = 0
"""The tactic number of a pulse that Eve lets pass untouched."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class InterceptResend(Eavesdropper):
    """Intercept-resend: Eve measures a share of the pulses and sends on what she found.

    In a random basis, she has Alice's with probability 1/2: she reads the bit and disturbs nothing.
    Otherwise she reads a coin toss, and so does Bob: half of these sifted bits are wrong. The QBER is
    fraction / 4, and she knows a share fraction / 2 of the sifted bits for certain once the bases are
    announced (Bennett, Bessette, Brassard, Salvail and Smolin, J. Cryptology 5, 3 (1992)). In one fixed
    basis the averages are the same, but all errors are in the other basis. In the Breidbart basis,
    halfway between, she guesses every bit with probability cos²(π/8) ≈ 0.854 and none for certain.

    Parameters
    ----------
    fraction
        Probability that a pulse is intercepted, 0 … 1, independently for each pulse.
    basis
        ``"random"``, ``"Z"``, ``"X"`` or ``"Breidbart"``.

    >>> InterceptResend(fraction=0.4).expected_error()
    0.1
    """

    name: ClassVar[str] = "intercept-resend"
    basis: str = "random"

    def __post_init__(self) -> None:
        Eavesdropper.__post_init__(self)
        check_choice("basis", self.basis, tuple(_INTERCEPTS))

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return _INTERCEPTS[self.basis]

    def _kind(self) -> str:
        return self.name if self.basis == "random" else f"{self.name} in the {self.basis} basis"


_INTERCEPTS: dict[str, tuple[Tactic, ...]] = {
    "random": (MeasureAndResend(Basis.Z), MeasureAndResend(Basis.X)),
    "Z": (MeasureAndResend(Basis.Z),),
    "X": (MeasureAndResend(Basis.X),),
    "Breidbart": (MeasureAndResend(Basis.W),),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EntanglingProbe(Eavesdropper):
    """Copy and wait: Eve entangles a probe with the photon in Z and reads it when the bases are known.

    At full strength (a CNOT) she knows every Z bit without an error there, and spoils half of the X
    bits: 25 % on average. Why no one copies photons unseen.

    Parameters
    ----------
    fraction
        Probability that a pulse is attacked, 0 … 1.
    strength
        0 … 1: the probe is turned by strength × π.

    >>> round(EntanglingProbe().expected_error(), 12)
    0.25
    """

    name: ClassVar[str] = "entangling probe"
    strength: float = 1.0

    def __post_init__(self) -> None:
        Eavesdropper.__post_init__(self)
        object.__setattr__(self, "strength", check_probability("strength", self.strength))

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (ZProbe(pi * self.strength),)

    def _kind(self) -> str:
        return f"{self.name} of strength {self.strength:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class OptimalCloner(Eavesdropper):
    """The optimal individual attack: most information for a given disturbance of both bases.

    At a disturbance D Eve has 1 - h(1/2 + √(D (1 - D))) bits of each sifted bit, if she waits for the
    bases (Fuchs, Gisin, Griffiths, Niu and Peres, PRA 56, 1163 (1997)). A collective attack, with a
    joint measurement of all probes, can reach h(D) and is what security proofs allow for.

    Parameters
    ----------
    fraction
        Probability that a pulse is attacked, 0 … 1.
    disturbance
        Error rate that she causes in attacked pulses, 0 … 0.5.

    >>> round(OptimalCloner(disturbance=0.11).expected_information(), 4)
    0.3046
    """

    name: ClassVar[str] = "optimal cloner"
    disturbance: float = 0.11

    def __post_init__(self) -> None:
        Eavesdropper.__post_init__(self)
        disturbance = check_probability("disturbance", self.disturbance, below=0.5)
        object.__setattr__(self, "disturbance", disturbance)

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (PhaseCovariantCloner(self.disturbance),)

    def _kind(self) -> str:
        return f"{self.name} of disturbance {self.disturbance:g}"


EAVESDROPPERS: tuple[type[Eavesdropper], ...] = (InterceptResend, EntanglingProbe, OptimalCloner)
"""The attacks of the lab; a saved scenario may name any of them."""
