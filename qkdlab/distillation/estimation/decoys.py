"""Decoy states: what the announced counts of each intensity say about the single photons.

A pulse of n photons looks the same whatever its intensity, so that its probability of a click (the
yield Y_n) and of a wrong bit (the error rate e_n) cannot depend on the intensity; the phase of each
pulse must be random. A gain Q_μ is then a known mixture of the same yields, Q_μ = Σ Y_n e^-μ μⁿ/n!,
and a few gains bound Y₁ and e₁, whatever Eve does to each photon number.

The bounds are asymptotic: they take gains and error rates at their word. For a finite run they are a
teaching figure; a bound that holds with probability 1 - ε has to add the fluctuations of the counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from ...values import Bits, as_index, check_count, check_non_negative, check_probability

EMPTY_ERROR = 0.5
"""Error rate e₀ of clicks on empty pulses: they hold nothing of Alice's bit, whatever Eve does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What is seen of one intensity, as rates.

    Parameters
    ----------
    mean_photon_number
        Mean number of photons in a pulse as it leaves Alice, μ.
    gain
        Clicks per pulse sent, Q_μ.
    error_gain
        Wrong clicks per pulse sent, E_μ Q_μ: QBER × gain.
    """

    mean_photon_number: float
    gain: float
    error_gain: float

    def __post_init__(self) -> None:
        check_non_negative("mean_photon_number", self.mean_photon_number)
        check_probability("gain", self.gain)
        check_probability("error_gain", self.error_gain, below=self.gain)

    @property
    def yields(self) -> float:
        """Q_μ e^μ = Σ Y_n μⁿ/n!."""
        return self.gain * exp(self.mean_photon_number)

    @property
    def error_yields(self) -> float:
        """E_μ Q_μ e^μ = Σ e_n Y_n μⁿ/n!."""
        return self.error_gain * exp(self.mean_photon_number)


@dataclass(frozen=True, kw_only=True, slots=True)
class IntensityCounts:
    """The announced counts of one intensity.

    Parameters
    ----------
    mean_photon_number
        Mean number of photons in a pulse.
    n_sent, n_detected
        Pulses sent, and those that made a click, in whatever basis.
    n_compared, n_errors
        Sifted bits that both disclosed, and those that differ.
    """

    mean_photon_number: float
    n_sent: int
    n_detected: int
    n_compared: int
    n_errors: int

    def __post_init__(self) -> None:
        check_non_negative("mean_photon_number", self.mean_photon_number)
        check_count("n_sent", self.n_sent)
        check_count("n_detected", self.n_detected, maximum=self.n_sent)
        check_count("n_compared", self.n_compared, maximum=self.n_detected)
        check_count("n_errors", self.n_errors, maximum=self.n_compared)

    @property
    def gain(self) -> float | None:
        """Clicks per pulse sent; None if none was sent."""
        return self.n_detected / self.n_sent if self.n_sent else None

    @property
    def qber(self) -> float | None:
        """Share of the compared bits that differ; None if none was compared."""
        return self.n_errors / self.n_compared if self.n_compared else None

    def observation(self) -> Observation | None:
        """Return the counts as rates; None if nothing was sent.

        Without a compared bit every click counts as wrong.
        """
        if self.gain is None:
            return None
        error_gain = self.gain * (1.0 if self.qber is None else self.qber)
        return Observation(mean_photon_number=self.mean_photon_number, gain=self.gain, error_gain=error_gain)


@dataclass(frozen=True, kw_only=True, slots=True)
class SinglePhotonBounds:
    """What is known of pulses with one photon: at least this yield Y₁, at most this error rate e₁."""

    yield_lower: float
    error_upper: float

    def __post_init__(self) -> None:
        check_probability("yield_lower", self.yield_lower)
        check_probability("error_upper", self.error_upper, below=0.5)

    def share_of(self, signal: Observation) -> float:
        """Return the least share of the signal's clicks that come from one photon, Y₁ μ e^-μ / Q_μ."""
        if not signal.gain:
            return 0.0
        mean = signal.mean_photon_number
        return min(1.0, self.yield_lower * mean * exp(-mean) / signal.gain)


NOTHING_KNOWN = SinglePhotonBounds(yield_lower=0.0, error_upper=0.5)
"""The bounds that always hold."""


def background_bounds(
    signal: Observation, decoy: Observation, vacuum: Observation | None = None
) -> tuple[float, float]:
    """Return a lower and an upper bound on the yield Y₀ of empty pulses.

    With a vacuum of mean ω: (ν Q_ω e^ω - ω Q_ν e^ν) / (ν - ω) ≤ Y₀ ≤ Q_ω e^ω, where both are the gain
    if ω = 0. Without: 0 ≤ Y₀ ≤ E Q e^μ / e₀ for every intensity, as empty pulses cannot make more
    errors than there are (Rusca et al., APL 112, 171104 (2018), without fluctuations).
    """
    if vacuum is None:
        return 0.0, min(1.0, *(seen.error_yields / EMPTY_ERROR for seen in (signal, decoy)))
    weak, dark = decoy.mean_photon_number, vacuum.mean_photon_number
    lower = (weak * vacuum.yields - dark * decoy.yields) / (weak - dark)
    return min(1.0, max(0.0, lower)), min(1.0, vacuum.yields)


def least_single_yield(mu: float, nu: float, signal: float, decoy: float, empty: float) -> float:
    """Return the lower bound on Y₁ of Ma, Qi, Zhao and Lo, PRA 72, 012326 (2005), eq. (34); may be negative.

    μ / (μν - ν²) · [Q_ν e^ν - Q_μ e^μ ν²/μ² - (μ² - ν²)/μ² · Y₀]: pulses of two photons cancel, and what is
    left of three and more only lowers it.

    Parameters
    ----------
    mu, nu
        Mean photon numbers of signal and decoy.
    signal, decoy
        Q_μ e^μ and Q_ν e^ν.
    empty
        An upper bound on Y₀.
    """
    ratio = (nu / mu) ** 2
    return mu / (mu * nu - nu**2) * (decoy - ratio * signal - (1 - ratio) * empty)


def decoy_bounds(
    signal: Observation, decoy: Observation, vacuum: Observation | None = None
) -> SinglePhotonBounds:
    """Return the bounds of the vacuum + weak method, or of the one-decoy method without vacuum.

    Y₁ by `least_single_yield`, and e₁ ≤ (E_ν Q_ν e^ν - e₀ Y₀) / (Y₁ ν), eqs. (34) and (37) of Ma, Qi, Zhao
    and Lo, PRA 72, 012326 (2005), with the upper bound on Y₀ in the first and the lower one in the second.
    They hold in the limit of many pulses, where the vacuum may well show no click at all. If signal or
    decoy show none, nothing is known.

    Raises
    ------
    ValueError
        Unless the means descend strictly from signal to decoy to vacuum.
    """
    mu, nu = signal.mean_photon_number, decoy.mean_photon_number
    if not nu < mu:
        raise ValueError(f"decoy must be weaker than the signal, {mu!r}, got {nu!r}")
    if not nu > (vacuum.mean_photon_number if vacuum else 0):
        raise ValueError(f"decoy must be brighter than the vacuum, got {nu!r}")
    if not (signal.gain and decoy.gain):
        return NOTHING_KNOWN
    least, most = background_bounds(signal, decoy, vacuum)
    y1 = min(1.0, least_single_yield(mu, nu, signal.yields, decoy.yields, most))
    if y1 <= 0:
        return NOTHING_KNOWN
    e1 = (decoy.error_yields - EMPTY_ERROR * least) / (y1 * nu)
    return SinglePhotonBounds(yield_lower=y1, error_upper=min(0.5, max(0.0, e1)))


def yield_bounds(
    means: Sequence[float], gains: NDArray[np.float64], empty_gains: NDArray[np.float64]
) -> tuple[float, float]:
    """Return a lower and an upper bound on the single-photon yield of one kind of event.

    Asymptotic, by the formulas of `decoy_bounds`; the upper one is (Q_ν e^ν - Y₀) / ν, as every yield is at
    least 0.

    Parameters
    ----------
    means
        Mean photon numbers of signal, decoy and perhaps vacuum, descending.
    gains
        Shape (n_intensities,): the gain of the event with each.
    empty_gains
        The same for an event that empty pulses make as often, and others no more often than this one;
        its gains bound the yield of empty pulses from above.
    """
    mu, nu = means[0], means[1]
    scaled, empty = (np.exp(np.array(means)) * column for column in (gains, empty_gains))
    least, most = 0.0, float(empty.min())
    if len(means) > 2:
        dark = means[2]
        least = max(0.0, float(nu * scaled[2] - dark * scaled[1]) / (nu - dark))
        most = min(most, float(scaled[2]))
    lower = least_single_yield(mu, nu, float(scaled[0]), float(scaled[1]), most)
    return max(0.0, lower), max(0.0, float(scaled[1] - least) / nu)


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoyEstimate:
    """What the decoys of a session say; all of it is public.

    Parameters
    ----------
    counts
        The counts of each intensity: signal, decoy and, unless there is none, vacuum.
    """

    counts: tuple[IntensityCounts, ...]

    def __post_init__(self) -> None:
        if len(self.counts) not in (2, 3):
            raise ValueError(f"counts must be of two or three intensities, got {len(self.counts)}")

    @property
    def bounds(self) -> SinglePhotonBounds:
        """The bounds on single photons; those that always hold if an intensity was not sent."""
        signal, decoy, *rest = (count.observation() for count in self.counts)
        if signal is None or decoy is None:
            return NOTHING_KNOWN
        return decoy_bounds(signal, decoy, rest[0] if rest else None)

    @property
    def single_photon_share(self) -> float:
        """The least share of the key bits that come from single photons."""
        signal = self.counts[0].observation()
        return self.bounds.share_of(signal) if signal else 0.0


def count_intensities(
    means: Sequence[float],
    n_sent: NDArray[np.int64],
    detected: Bits,
    compared: Bits,
    wrong: NDArray[np.bool_],
) -> DecoyEstimate:
    """Count what was announced, intensity by intensity.

    Parameters
    ----------
    means, n_sent
        Mean photon number of each intensity and pulses sent with it, shape (n_intensities,).
    detected, compared
        Number of the intensity of each detected pulse, and of each pulse whose bits were compared.
    wrong
        Boolean, as long as `compared`: where the bits differ.
    """
    picked = (detected, compared, compared[wrong])
    tables = [np.bincount(as_index(chosen), minlength=len(means)) for chosen in picked]
    return DecoyEstimate(
        counts=tuple(
            IntensityCounts(
                mean_photon_number=mean,
                n_sent=int(n_sent[i]),
                n_detected=int(tables[0][i]),
                n_compared=int(tables[1][i]),
                n_errors=int(tables[2][i]),
            )
            for i, mean in enumerate(means)
        )
    )
