"""One qubit by itself: the polarisation of a photon, its place on the Bloch sphere, the chances of clicks.

The amplitudes are cos θ of |0⟩ and e^{iφ} sin θ of |1⟩, with |0⟩ horizontal and |1⟩ vertical. For light that
swings along a line, θ is the angle of that line in the room; on the Bloch sphere it is twice as large: the θ
of Nielsen and Chuang (eq. 1.4) is 2θ here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, isfinite, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import shown
from ..values import Basis, check_instance, check_number, frozen


@dataclass(frozen=True, kw_only=True, slots=True)
class QubitState:
    """A pure state of one qubit, cos θ |0⟩ + e^{iφ} sin θ |1⟩.

    Parameters
    ----------
    angle_deg
        θ in degrees: for light that swings along a line, the angle of the line from the horizontal.
    phase_deg
        φ in degrees, of |1⟩ against |0⟩.

    Raises
    ------
    ValueError
        If one of them is not a finite number.

    Examples
    --------
    >>> plus = QubitState(angle_deg=45)
    >>> round(plus.chance(Basis.Z), 9), round(plus.chance(Basis.X), 9)
    (0.5, 1.0)
    """

    angle_deg: float = 0.0
    phase_deg: float = 0.0

    def __post_init__(self) -> None:
        for name in ("angle_deg", "phase_deg"):
            angle = check_number(name, getattr(self, name))
            if not isfinite(angle):
                raise ValueError(f"{name} must be a finite number, got {angle!r}")
            object.__setattr__(self, name, angle)

    @property
    def amplitudes(self) -> tuple[complex, complex]:
        """The amplitudes of |0⟩ and |1⟩; their squared sizes add up to 1."""
        theta, phi = radians(self.angle_deg), radians(self.phase_deg)
        return complex(cos(theta)), complex(cos(phi), sin(phi)) * sin(theta)

    @property
    def direction(self) -> tuple[float, float, float]:
        """The unit vector x, y, z on the Bloch sphere: 2θ from |0⟩, turned by φ about the axis of Z."""
        polar, phi = 2 * radians(self.angle_deg), radians(self.phase_deg)
        return sin(polar) * cos(phi), sin(polar) * sin(phi), cos(polar)

    def chance(self, basis: Basis) -> float:
        """Return the probability that a measurement in `basis` gives 0 (Born's rule), 0 … 1.

        It is (1 + r·n) / 2 for the state's direction r and the basis' n: the trace of (1 + r·σ) / 2 times
        (1 + n·σ) / 2 (Nielsen and Chuang, exercises 2.72 and 2.60). In Z that is cos² θ: the law of Malus,
        for one photon a probability.
        """
        check_instance("basis", basis, Basis)
        along = sum(r * n for r, n in zip(self.direction, basis.direction, strict=True))
        return min(1.0, max(0.0, (1 + along) / 2))

    def chances(self, bases: Sequence[Basis]) -> NDArray[np.float64]:
        """Return the joint probabilities of measurements one after another on the same qubit.

        After each measurement the qubit is in the state that was found (Nielsen and Chuang, 2.2.5).

        Parameters
        ----------
        bases
            In which bases, in order; at least one.

        Returns
        -------
        float64, shape (2,) * len(bases), indexed by the results in order; read-only.
        """
        if len(bases) == 0:
            raise ValueError(f"bases must be at least one, got {shown(bases)}")
        first, *rest = bases
        zero = self.chance(first)
        if not rest:
            return frozen(np.array([zero, 1 - zero]))
        found = [share * BASIS_STATES[first, bit].chances(rest) for bit, share in enumerate((zero, 1 - zero))]
        return frozen(np.stack(found))

    def last_chance(self, bases: Sequence[Basis]) -> float:
        """Return the probability that the last of measurements one after another gives 0, 0 … 1.

        The others are made, too, whatever they give; see `chances`.

        >>> round(QubitState(angle_deg=45).last_chance([Basis.Z, Basis.X]), 9)
        0.5
        """
        return float(self.chances(bases)[..., 0].sum())

    @property
    def copy_fidelity(self) -> float:
        """How well a CNOT onto a qubit in |0⟩ copies the state: the fidelity of either half, cos⁴ θ + sin⁴ θ.

        Each half by itself is then |0⟩ with the chance p of Z and |1⟩ with 1 - p, without a phase, and
        ⟨ψ|ρ|ψ⟩ = p² + (1 - p)². 1 for |0⟩ and |1⟩ only; at the least 1/2, for all states halfway between.
        That no other device copies all states: Wootters and Zurek, Nature 299, 802 (1982).
        """
        zero = self.chance(Basis.Z)
        return zero**2 + (1 - zero) ** 2


BASIS_STATES: Final = {
    (Basis.Z, 0): QubitState(),
    (Basis.Z, 1): QubitState(angle_deg=90.0),
    (Basis.X, 0): QubitState(angle_deg=45.0),
    (Basis.X, 1): QubitState(angle_deg=135.0),
    (Basis.Y, 0): QubitState(angle_deg=45.0, phase_deg=90.0),
    (Basis.Y, 1): QubitState(angle_deg=45.0, phase_deg=270.0),
}
"""The states of the three bases: horizontal and vertical, rising and falling, and the two circular ones."""
