"""Everything that can become of a pulse between Alice and the clicks at Bob, as one table.

A pulse has an intensity and a number of photons, Eve may keep some, the others are detected or not, and
each detector may have a dark count. These are a few hundred possibilities with known probabilities; a
run draws one of them for each pulse that it looks at. Pulses that make no click are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from ..attacks.attack import Branch, Eavesdropper
from ..link.fibre import Link
from ..link.source import MOST_PHOTONS
from ..values import HoldsArrays, as_index, frozen

NEVER = 1e-18
"""Photon numbers of a smaller probability are left out."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PulseTable(HoldsArrays):
    """Kinds of pulses. All arrays have shape (n_kinds,), and are read-only from then on.

    Parameters
    ----------
    weights
        float64: the probability of each kind. They need not sum to 1: a part of a table keeps its weights.
    intensities
        uint8: the number of the intensity; 0 if there is only one.
    photons
        uint8: photons in the pulse as it leaves Alice; at means of at most 100 there are never more than 255.
    tactics
        uint8: what an attack on the photons does to the qubit.
    arrived
        bool: whether a photon is detected.
    dark
        uint8: dark counts and noise photons, 1 in the detector of bit 0 plus 2 in the detector of bit 1.
    """

    weights: NDArray[np.float64]
    intensities: NDArray[np.uint8]
    photons: NDArray[np.uint8]
    tactics: NDArray[np.uint8]
    arrived: NDArray[np.bool_]
    dark: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            frozen(getattr(self, name))

    @property
    def total(self) -> float:
        """The probability that a pulse is of one of these kinds."""
        return min(1.0, float(self.weights.sum()))

    @property
    def clicking(self) -> PulseTable:
        """The kinds that make a click."""
        return self._where(self.arrived | (self.dark > 0))

    @property
    def silent(self) -> PulseTable:
        """The kinds that make none."""
        return self._where(~self.arrived & (self.dark == 0))

    def _where(self, mask: NDArray[np.bool_]) -> PulseTable:
        return PulseTable(
            **{name: getattr(self, name)[mask] for name in self.__dataclass_fields__}  # every column
        )

    def draw(self, n_pulses: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Return the kind of each of `n_pulses` pulses that are of one of these kinds, shape (n_pulses,)."""
        if len(self.weights) < 2:  # nothing to choose between
            return np.zeros(n_pulses, dtype=np.intp)
        steps = np.cumsum(self.weights)
        kinds: NDArray[np.intp] = np.searchsorted(steps[:-1] / steps[-1], rng.random(n_pulses), side="right")
        return kinds

    def sent(self, n_pulses: int, n_intensities: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return how many of `n_pulses` such pulses had each intensity, int64, shape (n_intensities,)."""
        shares = np.bincount(as_index(self.intensities), self.weights, n_intensities)
        if not n_pulses or not shares.any():
            return np.zeros(n_intensities, dtype=np.int64)
        return rng.multinomial(n_pulses, shares / shares.sum())


@lru_cache(maxsize=64)
def pulse_table(link: Link, eavesdropper: Eavesdropper | None) -> PulseTable:
    """Return the (cached) table of the pulses of `link` while an eavesdropper, or None, acts on it."""
    p = link.background_probability
    dark = [(0, (1 - p) ** 2), (1, p * (1 - p)), (2, p * (1 - p)), (3, p * p)]
    columns: list[tuple[float, int, int, int, bool, int]] = []
    for (intensity, photons), weight in np.ndenumerate(link.source.photon_table(MOST_PHOTONS)):
        if weight < NEVER:
            continue
        branches = eavesdropper.branches(photons, link) if eavesdropper else None
        for branch in branches or (Branch(probability=1.0, passing=photons, efficiency=link.efficiency),):
            lost = (1 - branch.efficiency) ** branch.passing
            for (arrived, share), (pattern, chance) in product(((True, 1 - lost), (False, lost)), dark):
                probability = weight * branch.probability * share * chance
                if probability > 0:
                    columns.append((probability, intensity, photons, branch.tactic, arrived, pattern))
    columns.sort(key=lambda column: -column[0])
    weights, intensities, numbers, tactics, arrivals, patterns = zip(*columns, strict=True)
    return PulseTable(
        weights=np.array(weights),
        intensities=np.array(intensities, dtype=np.uint8),
        photons=np.array(numbers, dtype=np.uint8),
        tactics=np.array(tactics, dtype=np.uint8),
        arrived=np.array(arrivals),
        dark=np.array(patterns, dtype=np.uint8),
    )


def draw_slots(n_pulses: int, probability: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return which of `n_pulses` pulses something happens to, each with `probability`, ascending int64.

    Where it happens seldom, the gaps between are drawn and not the pulses, so that the time grows
    with the number of slots returned.
    """
    if probability >= 1:
        return np.arange(n_pulses, dtype=np.int64)
    if probability > 0.1:
        return np.flatnonzero(rng.random(n_pulses) < probability).astype(np.int64)
    parts, reached = [np.zeros(0, dtype=np.int64)], -1
    while probability > 0 and reached < n_pulses:
        expected = (n_pulses - reached) * probability
        gaps = rng.geometric(probability, ceil(expected + 4 * sqrt(expected) + 4))
        slots = reached + np.cumsum(np.minimum(gaps, n_pulses + 1))
        parts.append(slots[slots < n_pulses])
        reached = int(slots[-1])
    return np.concatenate(parts)
