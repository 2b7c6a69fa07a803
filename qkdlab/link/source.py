"""Light sources: how many photons a pulse holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import exp, expm1

import numpy as np
from numpy.typing import NDArray

from ..values import check_non_negative

PhotonNumbers = NDArray[np.int64]


class Source(ABC):
    """A source of pulses.

    The phase of each pulse is random, so that to everybody else it is a mixture of photon numbers.
    """

    @abstractmethod
    def photon_numbers(self, n_pulses: int, rng: np.random.Generator) -> PhotonNumbers:
        """Return the photon number of each pulse, int64, shape (n_pulses,)."""

    @abstractmethod
    def click_probability(self, efficiency: float) -> float:
        """Return the probability that at least one photon of a pulse is detected.

        `efficiency` is the probability that a single photon is detected, fibre included.
        """

    @property
    @abstractmethod
    def multiphoton_probability(self) -> float:
        """Probability that a pulse holds two photons or more."""

    @abstractmethod
    def describe(self) -> str:
        """Return the source in a few words for a report."""


@dataclass(frozen=True, slots=True)
class SinglePhotonSource(Source):
    """Exactly one photon in every pulse: the textbook's source."""

    def photon_numbers(self, n_pulses: int, rng: np.random.Generator) -> PhotonNumbers:
        return np.ones(n_pulses, dtype=np.int64)

    def click_probability(self, efficiency: float) -> float:
        return efficiency

    @property
    def multiphoton_probability(self) -> float:
        return 0.0

    def describe(self) -> str:
        return "single photons"


@dataclass(frozen=True, kw_only=True, slots=True)
class WeakCoherentSource(Source):
    """Attenuated laser pulses with random phase: Poissonian photon numbers.

    Parameters
    ----------
    mean_photon_number
        Mean number of photons in a pulse as it leaves Alice, often written μ; 0 … 100.

    >>> round(WeakCoherentSource(mean_photon_number=0.1).multiphoton_probability, 4)
    0.0047
    """

    mean_photon_number: float = 0.1

    def __post_init__(self) -> None:
        mean = check_non_negative("mean_photon_number", self.mean_photon_number, below=100)
        object.__setattr__(self, "mean_photon_number", mean)

    def photon_numbers(self, n_pulses: int, rng: np.random.Generator) -> PhotonNumbers:
        return rng.poisson(self.mean_photon_number, n_pulses)

    def click_probability(self, efficiency: float) -> float:
        return -expm1(-efficiency * self.mean_photon_number)

    @property
    def multiphoton_probability(self) -> float:
        mean = self.mean_photon_number
        return -expm1(-mean) - mean * exp(-mean)

    def describe(self) -> str:
        return f"weak coherent pulses, {self.mean_photon_number:g} photons on average"
