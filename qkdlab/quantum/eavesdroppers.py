"""Attacks on the flying qubit, each a circuit fragment with Eve's probe qubits.

An eavesdropper picks, for every pulse, one of a few *tactics* (or lets the pulse pass). A tactic
is a unitary on the photon and on fresh probe qubits in |0⟩; the probes are measured at the end of
the circuit. By the principle of deferred measurement this is the same attack as measuring at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit

from ..values import Basis, Bits, check_probability

PASS = 0
"""The tactic number of a pulse that Eve lets pass untouched."""


class Tactic(ABC):
    """What Eve does to one pulse. Subclasses are frozen dataclasses, so circuits can be cached."""

    n_probes: ClassVar[int] = 1

    @abstractmethod
    def apply(self, circuit: QuantumCircuit, photon: int, probes: range) -> None:
        """Append the unitary on qubit `photon` and on the qubits `probes`, which start in |0⟩."""


@dataclass(frozen=True)
class MeasureAndResend(Tactic):
    """Measure the photon in `basis` and send on the state that was found.

    The CNOT copies the photon's value in `basis` onto the probe. What Bob receives and what Eve
    reads then have the joint statistics of a measurement followed by a fresh photon.
    """

    basis: Basis

    def apply(self, circuit: QuantumCircuit, photon: int, probes: range) -> None:
        if self.basis is Basis.Y:
            circuit.sdg(photon)
        if self.basis is not Basis.Z:
            circuit.h(photon)
        circuit.cx(photon, probes[0])
        if self.basis is not Basis.Z:
            circuit.h(photon)
        if self.basis is Basis.Y:
            circuit.s(photon)


class Eavesdropper(ABC):
    """An attack: tactics, and how Eve chooses among them. Subclasses are frozen dataclasses."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def tactics(self) -> tuple[Tactic, ...]:
        """The tactics; number t of `choose` means ``tactics[t - 1]``."""

    @abstractmethod
    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        """Return the tactic of each pulse, uint8, shape (n_pulses,); `PASS` leaves it untouched."""

    @abstractmethod
    def read(self, tactics: Bits, outcomes: Bits, bases: Bits) -> tuple[Bits, NDArray[np.bool_]]:
        """Return Eve's guess of Alice's bit for each pulse, once the bases are announced.

        Parameters
        ----------
        tactics, outcomes
            Her record: uint8, shape (n,) each.
        bases
            Alice's bases as announced, uint8, shape (n,).

        Returns
        -------
        Her guesses, uint8 (0 where she let the pulse pass), and where they are certain, bool.
        """

    @abstractmethod
    def expected_error(self) -> float:
        """Return the closed-form error probability of a sifted bit on a channel without noise."""

    @abstractmethod
    def describe(self) -> str:
        """Return the attack in a few words for a report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InterceptResend(Eavesdropper):
    """Intercept-resend: Eve measures a share of the pulses in a random basis and sends on her result.

    With probability 1/2 her basis is Alice's: she reads the bit and disturbs nothing. Otherwise
    she reads a coin toss, and so does Bob: half of these sifted bits are wrong. The QBER is
    fraction / 4, and she knows a share fraction / 2 of the sifted bits for certain once the bases
    are announced (Bennett, Bessette, Brassard, Salvail and Smolin, J. Cryptology 5, 3 (1992)).

    Parameters
    ----------
    fraction
        Probability that a pulse is intercepted, 0 … 1, independently for each pulse.

    >>> InterceptResend(fraction=0.4).expected_error()
    0.1
    """

    name: ClassVar[str] = "intercept-resend"
    fraction: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "fraction", check_probability("fraction", self.fraction))

    @property
    def tactics(self) -> tuple[Tactic, ...]:
        return (MeasureAndResend(Basis.Z), MeasureAndResend(Basis.X))

    def choose(self, n_pulses: int, rng: np.random.Generator) -> Bits:
        attacked = rng.random(n_pulses) < self.fraction
        tactic = rng.integers(1, 3, n_pulses, dtype=np.uint8)
        return np.where(attacked, tactic, np.uint8(PASS))

    def read(self, tactics: Bits, outcomes: Bits, bases: Bits) -> tuple[Bits, NDArray[np.bool_]]:
        same_basis = ((tactics == 1) & (bases == Basis.Z)) | ((tactics == 2) & (bases == Basis.X))
        return outcomes, same_basis

    def expected_error(self) -> float:
        return self.fraction / 4

    def describe(self) -> str:
        return f"{self.name} on {100 * self.fraction:g} % of the pulses"
