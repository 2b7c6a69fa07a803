"""A qubit drawn twice: as light in the room, and as a point on the Bloch sphere."""

from typing import ClassVar

from ...quantum.qubit_state import QubitState
from ...values import Basis, check_choice
from ..components.base import Component, check_finite, followed_controls, module_text, style_text, synced
from ..components.figures import Drawing
from ..components.text import percent_text
from .qubit_pictures import qubit_drawing


def check_basis(name: str, value: object) -> int:
    """Return `value` as the number of Z, X or Y."""
    return int(check_choice(name, value, (0, 1, 2)))


class QubitView(Component):
    """A qubit as polarised light beside the Bloch sphere, with the chances of the two detectors of a basis.

    A hand on the knobs, or the keys, turns it: the controls that it follows move with it.

    Parameters
    ----------
    angle, phase
        θ and φ in degrees, see `QubitState`.
    whole
        A phase of the whole state, in degrees: it changes the amplitudes and no chance.
    basis
        0, 1 or 2: Z, X or Y.
    followed
        The sliders named "angle", "phase" and "whole", which the browser follows and moves by itself.
    """

    _esm = module_text(__file__)
    _css = style_text(__file__)
    _section: ClassVar[str] = "qubit_view"
    _told_of: ClassVar = ("angle", "phase", "basis")
    _shown_in_repr: ClassVar[tuple[str, ...]] = ("angle", "phase", "basis")

    angle = synced(check_finite, 0.0)
    phase = synced(check_finite, 0.0)
    whole = synced(check_finite, 0.0)
    basis = synced(check_basis, 0)
    followed = followed_controls()

    @property
    def state(self) -> QubitState:
        """The state that is shown."""
        return QubitState(angle_deg=self.angle, phase_deg=self.phase)

    def _summary(self) -> str:
        zero = self.state.chance(Basis(self.basis))
        return str(self.words["summary"]).format(
            angle=f"{self.angle:g}",
            phase=f"{self.phase:g}",
            basis=Basis(self.basis).name,
            zero=percent_text(zero),
            one=percent_text(1 - zero),
        )

    def drawing(self) -> Drawing:
        """Return what a still picture shows of the qubit."""
        return qubit_drawing(self.state, Basis(self.basis), self.words, self.summary)
