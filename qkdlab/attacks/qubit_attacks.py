"""Attacks on the flying qubit: which tactics Eve has, and how often she uses them.

For every pulse an eavesdropper picks one of a few tactics or lets the pulse pass. What she learns and
what she disturbs follow from the closed forms of her tactics.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

from ..quantum.tactics import MeasureAndResend, PhaseCovariantCloner, Tactic, ZProbe
from ..values import Basis, check_choice, check_probability
from .attack import Eavesdropper


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

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
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
