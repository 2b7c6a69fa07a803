"""Bob's pair of threshold detectors: efficiency, dark counts, double clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import Bits, check_probability

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Detector:
    """Two detectors, one for each bit value, that click or do not and cannot count photons.

    Both have the same efficiency, whatever the basis: the security proof needs that.

    Parameters
    ----------
    efficiency
        Probability that a photon which reaches Bob makes a click.
    dark_count_probability
        Probability of a click without light, for each of the two detectors and each pulse.
    """

    efficiency: float = 0.1
    dark_count_probability: float = 6e-7

    def __post_init__(self) -> None:
        for name in ("efficiency", "dark_count_probability"):
            object.__setattr__(self, name, check_probability(name, getattr(self, name)))

    @property
    def background_yield(self) -> float:
        """Probability Y₀ = 1 - (1 - p)² of a click in either detector when no photon arrives."""
        return 1 - (1 - self.dark_count_probability) ** 2

    def dark_counts(self, n_pulses: int, rng: np.random.Generator) -> tuple[Mask, Mask]:
        """Return, for the detectors of bit 0 and of bit 1, which of `n_pulses` have a dark count."""

        def one_detector() -> Mask:
            dark = np.zeros(n_pulses, dtype=bool)
            count = rng.binomial(n_pulses, self.dark_count_probability)
            dark[rng.choice(n_pulses, size=count, replace=False, shuffle=False)] = True
            return dark

        return one_detector(), one_detector()


def read_out(signal: Mask, value: Bits, dark: tuple[Mask, Mask], rng: np.random.Generator) -> Bits:
    """Return the bit Bob writes down for each pulse that made a click.

    Parameters
    ----------
    signal
        Boolean, shape (n,): a photon of the pulse was detected.
    value
        uint8, shape (n,): the detector to which the photons of the pulse go.
    dark
        The dark counts of the two detectors, each shape (n,).
    rng
        Bob's coins, one tossed for every pulse so that his other choices do not depend on how many
        are needed. A double click becomes a random bit and is never discarded: discarding them
        would let Eve steer which pulses count (Lütkenhaus, PRA 59, 3301 (1999)).

    Returns
    -------
    uint8, shape (n,). Every pulse must have a click: a signal or a dark count.
    """
    zero = dark[0] | (signal & (value == 0))
    one = dark[1] | (signal & (value == 1))
    if not np.all(zero | one):
        raise ValueError("signal and dark must show a click in every pulse, got a pulse with none")
    coins = rng.integers(0, 2, len(value), dtype=np.uint8)
    return np.where(zero & one, coins, one.astype(np.uint8))
