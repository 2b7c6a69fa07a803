"""Bob's pair of threshold detectors: efficiency, dark counts, double clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..values import Bits, check_probability


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


def read_out(clicks: Bits, rng: np.random.Generator) -> Bits:
    """Return the bit Bob writes down for each pulse that made a click.

    Parameters
    ----------
    clicks
        uint8, shape (n,): 1 if the detector of bit 0 clicked, 2 if that of bit 1 did, 3 if both did.
    rng
        Bob's coins, one tossed for every pulse so that his other choices do not depend on how many
        are needed. A double click becomes a random bit and is never discarded: discarding them
        would let Eve steer which pulses count (Lütkenhaus, PRA 59, 3301 (1999)).

    Returns
    -------
    uint8, shape (n,). Every pulse must have a click.
    """
    if not clicks.all():
        raise ValueError(f"clicks must be 1, 2 or 3, got {clicks[clicks == 0][0].item()!r}")
    coins = rng.integers(0, 2, len(clicks), dtype=np.uint8)
    return np.where(clicks == 3, coins, clicks >> np.uint8(1))
