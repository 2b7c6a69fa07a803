"""What Eve can do to one photon: circuit fragments on the photon and on her probe qubits.

A tactic is a unitary on the photon and on fresh probe qubits in |0⟩. The probes are read at the end of
the circuit, after the bases have been announced; by the principle of deferred measurement a measurement
at once is the same circuit. Each tactic knows its closed form, against which its circuit is tested.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import acos, cos, pi, sin, sqrt
from typing import ClassVar

from ..values import Basis, check_instance
from .gates.circuit_builder import CircuitBuilder

PASS = 0
"""The tactic number of a pulse that Eve lets pass untouched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What a tactic does to a sifted bit of one basis, on a channel without noise.

    Parameters
    ----------
    error
        Probability that Bob's bit differs from Alice's.
    guess
        Probability that Eve guesses Alice's bit, once she knows its basis.
    """

    error: float
    guess: float


_ANGLES = {Basis.W: pi / 4, Basis.V: 3 * pi / 4}
"""Angles on the Bloch sphere from Z towards X."""


def turn(circuit: CircuitBuilder, basis: Basis, qubit: int, *, back: bool = False) -> None:
    """Turn the states of `basis` into those of Z, or `back`; every preparation and measurement uses this.

    ``ValueError`` for a number in place of a basis.
    """
    check_instance("basis", basis, Basis)
    if basis in _ANGLES:
        circuit.ry(_ANGLES[basis] if back else -_ANGLES[basis], qubit)
        return
    if basis is Basis.Y and not back:
        circuit.sdg(qubit)
    if basis is not Basis.Z:
        circuit.h(qubit)
    if basis is Basis.Y and back:
        circuit.s(qubit)


class Tactic(ABC):
    """What Eve does to one pulse. Subclasses are frozen dataclasses, so circuits can be cached."""

    n_probes: ClassVar[int] = 1
    holds_copy: ClassVar[bool] = False
    """Whether the first probe is another photon of the pulse, in the same state as the flying one."""

    @property
    def measured_basis(self) -> Basis | None:
        """The basis in which Eve measures the photon and sends on what she found; None if she does not."""
        return None

    @abstractmethod
    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        """Append the unitary on qubit `photon` and on the qubits `probes`.

        These start in |0⟩, except for the first if it `holds_copy`.
        """

    def read_out(self, circuit: CircuitBuilder, probes: range, announced: Basis) -> None:  # noqa: B027
        """Turn the probes so that their values in Z are Eve's best guess, now that she knows the basis.

        By default nothing: what the probe shows does not depend on the announcement.
        """

    @abstractmethod
    def effect(self, basis: Basis) -> Effect:
        """Return the closed form for sifted bits of `basis`; ``ValueError`` for a basis it does not cover."""


def _only_z_and_x(basis: Basis) -> Basis:
    if check_instance("basis", basis, Basis) not in (Basis.Z, Basis.X):
        raise ValueError(f"basis must be Z or X for this attack, got {basis!r}")
    return basis


@dataclass(frozen=True, slots=True)
class MeasureAndResend(Tactic):
    """Measure the photon in `basis` and send on the state that was found.

    The CNOT copies the photon's value in `basis` onto the probe. What Bob receives and what Eve
    reads then have the joint statistics of a measurement followed by a fresh photon.
    """

    basis: Basis

    def __post_init__(self) -> None:
        check_instance("basis", self.basis, Basis)

    @property
    def measured_basis(self) -> Basis:
        return self.basis

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        turn(circuit, self.basis, photon)
        circuit.cx(photon, probes[0])
        turn(circuit, self.basis, photon, back=True)

    def effect(self, basis: Basis) -> Effect:
        overlap = self.basis.overlap(check_instance("basis", basis, Basis))
        return Effect(error=(1 - overlap**2) / 2, guess=(1 + abs(overlap)) / 2)


@dataclass(frozen=True, slots=True)
class ZProbe(Tactic):
    """Turn a probe by `angle` (0 … π) if the photon is |1⟩, and wait for the bases.

    At π this is a CNOT, "copy and wait". Bits sent in Z are undisturbed and read by measuring the
    probe along the axis that tells its two states apart best (Helstrom); of X bits it learns nothing.
    """

    angle: float

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        circuit.cry(self.angle, photon, probes[0])

    def read_out(self, circuit: CircuitBuilder, probes: range, announced: Basis) -> None:
        circuit.ry(pi / 2 - self.angle / 2, probes[0])

    def effect(self, basis: Basis) -> Effect:
        if _only_z_and_x(basis) is Basis.Z:
            return Effect(error=0.0, guess=(1 + sin(self.angle / 2)) / 2)
        return Effect(error=(1 - cos(self.angle / 2)) / 2, guess=0.5)


@dataclass(frozen=True, slots=True)
class PhaseCovariantCloner(Tactic):
    """Clone the states of Z and X alike, keep the clone, and measure it in the announced basis.

    The best that Eve can do to each photon by itself: at a disturbance D of both bases she guesses
    right with probability 1/2 + √(D (1 - D)) (Fuchs, Gisin, Griffiths, Niu and Peres, PRA 56, 1163
    (1997)). The circuit is the phase-covariant cloner for the circle of states through Z and X.
    """

    disturbance: float

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        clone = probes[0]
        circuit.rx(pi / 2, photon)
        circuit.cry(2 * acos(1 - 2 * self.disturbance), photon, clone)
        circuit.cx(clone, photon)
        circuit.rx(-pi / 2, photon)
        circuit.rx(-pi / 2, clone)

    def read_out(self, circuit: CircuitBuilder, probes: range, announced: Basis) -> None:
        turn(circuit, announced, probes[0])

    def effect(self, basis: Basis) -> Effect:
        _only_z_and_x(basis)
        d = self.disturbance
        return Effect(error=d, guess=0.5 + sqrt(d * (1 - d)))


@dataclass(frozen=True, slots=True)
class KeepPhoton(Tactic):
    """Keep one photon of a pulse that holds several, and measure it in the announced basis.

    The photons of a pulse are alike, so it shows Alice's bit; the one that goes on is undisturbed.
    """

    holds_copy: ClassVar[bool] = True

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        """Do nothing: the photons of a pulse are not entangled."""

    def read_out(self, circuit: CircuitBuilder, probes: range, announced: Basis) -> None:
        turn(circuit, announced, probes[0])

    def effect(self, basis: Basis) -> Effect:
        return Effect(error=0.0, guess=1.0)


@dataclass(frozen=True, slots=True)
class FakeState(Tactic):
    """Measure the photon in `basis`, Z or X, and send the other bit in the other basis.

    By itself it makes every second bit wrong; with detectors of which one is weak, see `FakedStates`.
    """

    basis: Basis

    def __post_init__(self) -> None:
        _only_z_and_x(self.basis)

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        turn(circuit, self.basis, photon)
        circuit.cx(photon, probes[0])
        circuit.x(photon)
        turn(circuit, Basis.X if self.basis is Basis.Z else Basis.Z, photon, back=True)

    def effect(self, basis: Basis) -> Effect:
        return Effect(error=0.5, guess=1.0 if _only_z_and_x(basis) is self.basis else 0.5)


@dataclass(frozen=True, slots=True)
class ShiftTime(Tactic):
    """Leave the photon alone, but let it arrive when one of Bob's detectors is the better one.

    The probe is a coin: it shows the bit whose detector is favoured.
    """

    def apply(self, circuit: CircuitBuilder, photon: int, probes: range) -> None:
        circuit.h(probes[0])

    def effect(self, basis: Basis) -> Effect:
        """Return what it does if the detectors are alike."""
        return Effect(error=0.0, guess=0.5)
