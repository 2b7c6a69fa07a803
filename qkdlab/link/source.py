"""Light sources: how many photons a pulse holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import exp, expm1, fsum

import numpy as np
from numpy.typing import NDArray

from ..values import check_non_negative, check_open_probability, check_probability

INTENSITY_NAMES = ("signal", "decoy", "vacuum")
"""The intensities of decoy states as the field and files name them, in their order."""

MOST_PHOTONS = 400
"""Photon numbers are looked at up to here; the means are at most 100."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intensity:
    """One of the brightnesses between which a source chooses.

    Parameters
    ----------
    name
        What the field calls it: signal, decoy or vacuum.
    mean_photon_number
        Mean number of photons in a pulse as it leaves Alice.
    probability
        How often a pulse has it.
    """

    name: str
    mean_photon_number: float
    probability: float


class Source(ABC):
    """A source of pulses.

    The phase of each pulse is random, so that to everybody else it is a mixture of photon numbers.
    """

    @property
    def intensities(self) -> tuple[Intensity, ...]:
        """The intensities between which Alice chooses, the signal first; empty if there is no choice."""
        return ()

    @property
    def signal_source(self) -> Source:
        """The source of the pulses from which the key is made."""
        return self

    @abstractmethod
    def photon_table(self, largest: int) -> NDArray[np.float64]:
        """Return how probable each intensity together with 0 … `largest` photons is.

        Shape (n_intensities, largest + 1), with one row if there is no choice.
        """

    def photon_probabilities(self, largest: int) -> NDArray[np.float64]:
        """Return the probabilities of 0 … `largest` photons in a pulse, shape (largest + 1,).

        Averaged over the intensities as they are sent: this is what Eve can know of a pulse.
        """
        mixture: NDArray[np.float64] = self.photon_table(largest).sum(axis=0)
        return mixture

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

    def photon_table(self, largest: int) -> NDArray[np.float64]:
        weights: NDArray[np.float64] = np.zeros((1, largest + 1))
        weights[:, 1:2] = 1
        return weights

    def click_probability(self, efficiency: float) -> float:
        return check_probability("efficiency", efficiency)

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

    Examples
    --------
    >>> round(WeakCoherentSource(mean_photon_number=0.1).multiphoton_probability, 4)
    0.0047
    """

    mean_photon_number: float = 0.1

    def __post_init__(self) -> None:
        mean = check_non_negative("mean_photon_number", self.mean_photon_number, below=100)
        object.__setattr__(self, "mean_photon_number", mean)

    def photon_table(self, largest: int) -> NDArray[np.float64]:
        ratios = self.mean_photon_number / np.arange(1, largest + 1)
        weights: NDArray[np.float64] = np.concatenate(([1.0], np.cumprod(ratios)))
        weights *= exp(-self.mean_photon_number)
        return weights[np.newaxis]

    def click_probability(self, efficiency: float) -> float:
        check_probability("efficiency", efficiency)
        return -expm1(-efficiency * self.mean_photon_number)

    @property
    def multiphoton_probability(self) -> float:
        mean = self.mean_photon_number
        return -expm1(-mean) - mean * exp(-mean)

    def describe(self) -> str:
        return f"weak coherent pulses, {self.mean_photon_number:g} photons on average"


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoySource(Source):
    """Laser pulses of random phase whose brightness Alice varies from pulse to pulse, in secret.

    A pulse of n photons looks the same whatever its intensity, so Eve must let it through equally
    often. What she does to single photons then follows from how often Bob detects each intensity
    (Lo, Ma and Chen, PRL 94, 230504 (2005)). In the textbook mode the key is made from signal pulses alone;
    where the finite mode counts decoys, from pulses of every intensity.

    Parameters
    ----------
    signal, decoy, vacuum
        Mean photon numbers, often written μ, ν and 0: signal > decoy > vacuum ≥ 0, at most 100. The
        vacuum need not be perfectly dark.
    signal_probability, decoy_probability, vacuum_probability
        How often each is sent; the sum is 1. Signal and decoy must occur. Without vacuum pulses this
        is the one-decoy method.

    Examples
    --------
    >>> [choice.name for choice in DecoySource(signal=0.48, decoy=0.05).intensities]
    ['signal', 'decoy', 'vacuum']
    """

    signal: float = 0.5
    decoy: float = 0.1
    vacuum: float = 0.0
    signal_probability: float = 0.7
    decoy_probability: float = 0.2
    vacuum_probability: float = 0.1

    def __post_init__(self) -> None:
        for name in INTENSITY_NAMES:
            object.__setattr__(self, name, check_non_negative(name, getattr(self, name), below=100))
        if not self.decoy < self.signal:
            raise ValueError(f"decoy must be weaker than the signal, {self.signal!r}, got {self.decoy!r}")
        if not self.vacuum < self.decoy:
            raise ValueError(f"vacuum must be weaker than the decoy, {self.decoy!r}, got {self.vacuum!r}")
        for name in ("signal_probability", "decoy_probability"):
            object.__setattr__(self, name, check_open_probability(name, getattr(self, name)))
        rest = check_probability("vacuum_probability", self.vacuum_probability)
        object.__setattr__(self, "vacuum_probability", rest)
        total = fsum((self.signal_probability, self.decoy_probability, rest))
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the probabilities of the intensities must sum to 1, got {total!r}")

    @property
    def intensities(self) -> tuple[Intensity, ...]:
        names = INTENSITY_NAMES if self.vacuum_probability else INTENSITY_NAMES[:2]
        return tuple(
            Intensity(
                name=name,
                mean_photon_number=getattr(self, name),
                probability=getattr(self, f"{name}_probability"),
            )
            for name in names
        )

    @property
    def signal_source(self) -> WeakCoherentSource:
        return WeakCoherentSource(mean_photon_number=self.signal)

    def photon_table(self, largest: int) -> NDArray[np.float64]:
        rows = [
            choice.probability
            * WeakCoherentSource(mean_photon_number=choice.mean_photon_number).photon_probabilities(largest)
            for choice in self.intensities
        ]
        return np.array(rows)

    def click_probability(self, efficiency: float) -> float:
        check_probability("efficiency", efficiency)
        return -fsum(
            choice.probability * expm1(-efficiency * choice.mean_photon_number) for choice in self.intensities
        )

    @property
    def multiphoton_probability(self) -> float:
        return fsum(
            choice.probability
            * WeakCoherentSource(mean_photon_number=choice.mean_photon_number).multiphoton_probability
            for choice in self.intensities
        )

    def describe(self) -> str:
        parts = (
            f"{choice.name} {choice.mean_photon_number:g} ({100 * choice.probability:g} %)"
            for choice in self.intensities
        )
        return "weak coherent pulses of " + ", ".join(parts) + " photons on average"
