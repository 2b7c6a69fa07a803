"""A box with a secret: photons that are all |+⟩, or a coin toss between |0⟩ and |1⟩ for each."""

from __future__ import annotations

import numpy as np

from ...quantum.qubit_circuits import measured_circuit, run_shots
from ...quantum.qubit_state import BASIS_STATES
from ...values import Basis, Bits, check_choice

KINDS = ("superposition", "coin")
RIGHT, WRONG, TEN_PHOTONS = 20, -20, -1
"""What a decision is worth, and ten photons cost."""


def box_kinds(seed: int, n_boxes: int) -> tuple[str, ...]:
    """Return what the boxes of a seed are, each kind equally likely.

    >>> box_kinds(3, 4)
    ('coin', 'superposition', 'superposition', 'superposition')
    """
    return tuple(KINDS[kind] for kind in np.random.default_rng(seed).integers(0, 2, n_boxes))


def coin_odds(n_photons: int) -> int:
    """Return once in how many times so many photons of a coin all give 0 in X.

    >>> coin_odds(10)
    1024
    """
    return int(round(1 / BASIS_STATES[Basis.Z, 0].chance(Basis.X)) ** n_photons)


def open_box(kind: str, basis: Basis, n_photons: int, rng: np.random.Generator) -> Bits:
    """Return what photons of a box show in a basis, uint8, shape (n_photons,).

    In Z both kinds give 0 and 1 equally often. In X all photons of the superposition give 0, and those of the
    coin are as likely 0 as 1.
    """
    check_choice("kind", kind, KINDS)
    if kind == "superposition":
        return run_shots(measured_circuit(BASIS_STATES[Basis.X, 0], [basis]), n_photons, rng)[:, 0]
    tossed = rng.integers(0, 2, n_photons)
    shown = np.zeros(n_photons, dtype=np.uint8)
    for bit in (0, 1):
        circuit = measured_circuit(BASIS_STATES[Basis.Z, bit], [basis])
        shown[tossed == bit] = run_shots(circuit, int(np.count_nonzero(tossed == bit)), rng)[:, 0]
    return shown
