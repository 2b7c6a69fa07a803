"""Finite-key bounds on single photons with decoys: two decoys (Lim et al. 2014) and one (Rusca et al. 2018).

The key is made from one basis, all intensities, and the other basis bounds its phase error. Which
intensity a pulse had was drawn without Eve, so the observed counts of each lie within Hoeffding's bounds of
those she would have given infinitely many such pulses; ε is the sum of all the failures.

Lim, Curty, Walenta, Xu and Zbinden, PRA 89, 022307 (2014), arXiv:1311.7129; Rusca, Boaron, Grünenfelder,
Martin and Zbinden, APL 112, 171104 (2018), arXiv:1801.03443. The first of them calls the key basis X. A
lower bound on a number of errors is never taken below 0 here, which the papers do not say; at 100 km it is
worth 15 % of the key at 10⁵ bits, 8 % at 10⁷ and 3 % at 10⁹.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt

import numpy as np
from numpy.typing import NDArray

from ..values import binary_entropy, check_epsilon, check_non_negative, check_open_probability

Column = NDArray[np.float64]

EQUAL_PARTS = {2: 19, 3: 21}
"""Into how many equal parts ε_sec is split, by the number of intensities."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BasisCounts:
    """What was detected in one basis, intensity by intensity, strongest first; shape (n_intensities,) each.

    Parameters
    ----------
    detected
        Sifted bits.
    errors
        Those of them that are wrong; of the key basis they are not needed.
    """

    detected: Column
    errors: Column

    @property
    def n_detected(self) -> float:
        """Sifted bits of all intensities."""
        return float(self.detected.sum())

    @property
    def n_errors(self) -> float:
        """Wrong bits of all intensities."""
        return float(self.errors.sum())


@dataclass(frozen=True, kw_only=True, slots=True)
class DecoyPlan:
    """Mean photon numbers, strongest first, and how often each is sent; two or three.

    With three: μ₁ > μ₂ + μ₃ and μ₂ > μ₃ ≥ 0, as the formulas of Lim et al. need it.
    """

    means: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        for mean in self.means:
            check_non_negative("means", mean)
        for probability in self.probabilities:
            check_open_probability("probabilities", probability)
        if len(self.means) not in (2, 3) or len(self.probabilities) != len(self.means):
            raise ValueError(f"means must be two or three, with a probability each, got {self.means!r}")
        if any(low >= high for high, low in zip(self.means, self.means[1:], strict=False)):
            raise ValueError(f"means must descend, got {self.means!r}")
        if self.means[0] <= sum(self.means[1:]):
            raise ValueError(
                f"means must hold a signal brighter than the others together, got {self.means!r}"
            )

    def photons(self, number: int) -> float:
        """Return τₙ, the probability that a pulse has `number` photons, 0 or 1."""
        means, chances = np.array(self.means), np.array(self.probabilities)
        return float(np.sum(chances * np.exp(-means) * means**number))

    def scaled(self, counts: Column, margin: float) -> Column:
        """Return e^μ / p · (counts + margin) of each intensity: what would be there if every pulse had it."""
        scaled: Column = np.exp(np.array(self.means)) / np.array(self.probabilities) * (counts + margin)
        return scaled


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DecoyCounts:
    """What a run says of single photons: the plan, and the counts of the key basis and of the other."""

    plan: DecoyPlan
    key: BasisCounts
    test: BasisCounts

    def bounds(self, epsilon_secrecy: float) -> FiniteBounds:
        """Return the bounds on the key basis."""
        return finite_bounds(self.plan, self.key, self.test, epsilon_secrecy=epsilon_secrecy)


@dataclass(frozen=True, kw_only=True, slots=True)
class FiniteBounds:
    """Bounds on the key basis: bits of empty and of single-photon pulses at least, phase error at most."""

    empty: float
    single: float
    phase_error: float


def _margin(n: float, failure: float) -> float:
    """Return Hoeffding's margin √(n/2 · ln(1/failure)) of a count out of n."""
    return sqrt(max(n, 0.0) / 2 * log(1 / failure))


def two_decoy_counts(plan: DecoyPlan, counts: BasisCounts, failure: float) -> tuple[float, float, float]:
    """Return bounds on the empty and the single-photon bits from below, and on wrong single-photon bits.

    Eqs. (2) to (4) of Lim et al. 2014, each of the margins failing with probability `failure`.
    """
    (mu1, mu2, mu3), n = plan.means, counts.n_detected
    low, high = (plan.scaled(counts.detected, sign * _margin(n, failure)) for sign in (-1, 1))
    empty = plan.photons(0) * max(0.0, float(mu2 * low[2] - mu3 * high[1]) / (mu2 - mu3))
    excess = (mu2**2 - mu3**2) / mu1**2 * float(high[0] - empty / plan.photons(0))
    single = plan.photons(1) * mu1 * (float(low[1] - high[2]) - excess)
    single /= mu1 * (mu2 - mu3) - mu2**2 + mu3**2
    spread = _margin(counts.n_errors, failure)
    low, high = (plan.scaled(counts.errors, sign * spread) for sign in (-1, 1))
    wrong = plan.photons(1) * float(high[1] - max(0.0, low[2])) / (mu2 - mu3)
    return empty, max(0.0, single), max(0.0, wrong)


def one_decoy_counts(plan: DecoyPlan, counts: BasisCounts, failure: float) -> tuple[float, float, float]:
    """Return the same bounds for one decoy, App. A of Rusca et al. 2018.

    The empty bits are bounded from above by the errors, half of which an empty pulse makes wrong.
    """
    (mu1, mu2), n = plan.means, counts.n_detected
    low, high = (plan.scaled(counts.detected, sign * _margin(n, failure)) for sign in (-1, 1))
    tau0, tau1 = plan.photons(0), plan.photons(1)
    empty = tau0 * max(0.0, float(mu1 * low[1] - mu2 * high[0]) / (mu1 - mu2))
    wrong_high = plan.scaled(counts.errors, _margin(counts.n_errors, failure))
    most_empty = 2 * (tau0 * float(wrong_high.min()) + _margin(n, failure))
    most_empty = min(most_empty, 2 * (counts.n_errors + _margin(n, failure)))
    excess = (mu2 / mu1) ** 2 * float(high[0]) + (mu1**2 - mu2**2) / mu1**2 * most_empty / tau0
    single = tau1 * mu1 / (mu2 * (mu1 - mu2)) * (float(low[1]) - excess)
    wrong_low = plan.scaled(counts.errors, -_margin(counts.n_errors, failure))
    wrong = tau1 * float(wrong_high[0] - max(0.0, wrong_low[1])) / (mu1 - mu2)
    return empty, max(0.0, single), max(0.0, wrong)


def sampling_margin(failure: float, rate: float, n_sample: float, n_rest: float) -> float:
    """Return γ, by how much the error rate of the rest may exceed that of a random sample.

    Lim et al. 2014, with `failure` the probability of a larger deviation, and `rate` the sample's, 0 … 1.
    """
    if n_sample < 2 or n_rest <= 0:
        return 1.0
    spread = max(rate, 1 / n_sample) if rate < 0.5 else min(rate, 1 - 1 / n_sample)
    variance = (n_sample + n_rest) * (1 - spread) * spread / (n_sample * n_rest * log(2))
    inside = (n_sample + n_rest) / (n_sample * n_rest * (1 - spread) * spread) / failure**2
    return sqrt(max(0.0, variance * log2(inside)))


def finite_bounds(
    plan: DecoyPlan, key: BasisCounts, test: BasisCounts, *, epsilon_secrecy: float
) -> FiniteBounds:
    """Return the bounds on the key basis.

    Parameters
    ----------
    plan
        The intensities.
    key, test
        The counts of the basis of the key and of the other. With one decoy the errors of both are needed.
    epsilon_secrecy
        ε_sec; each of the 21 (two decoys) or 19 (one) parts may fail with an equal share of it.

    Counts that no pulses of these intensities can give bound nothing: there is no key then.
    """
    part = check_epsilon("epsilon_secrecy", epsilon_secrecy) / EQUAL_PARTS[len(plan.means)]
    bound = two_decoy_counts if len(plan.means) == 3 else one_decoy_counts
    empty, single, _ = bound(plan, key, part)
    _, single_test, wrong = bound(plan, test, part)
    if _refuted(plan, key, empty, single, part) or not _rises(plan, test, part):
        return FiniteBounds(empty=0.0, single=0.0, phase_error=0.5)
    if single_test <= 0 or single <= 0:
        return FiniteBounds(empty=empty, single=0.0, phase_error=0.5)
    rate = min(1.0, wrong / single_test)
    error = rate + sampling_margin(part, rate, single_test, single)
    return FiniteBounds(empty=empty, single=single, phase_error=min(0.5, error))


def _refuted(plan: DecoyPlan, counts: BasisCounts, empty: float, single: float, failure: float) -> bool:
    """Tell whether the counts of the key basis contradict the plan, or the bounds that follow from it.

    There cannot be more bits than were counted, and half of the empty ones are wrong.
    """
    too_clean = empty / 2 > counts.n_errors + _margin(counts.n_detected, failure)
    return too_clean or empty + single > counts.n_detected or not _rises(plan, counts, failure)


def _rises(plan: DecoyPlan, counts: BasisCounts, failure: float) -> bool:
    """Tell whether e^μ times the gain rises with μ, as Σ Yₙ μⁿ / n! does whatever Eve lets through."""
    margin = _margin(counts.n_detected, failure)
    low, high = (plan.scaled(counts.detected, sign * margin) for sign in (-1, 1))
    return bool(np.all(low[1:] <= high[:-1]) and low[-1] <= high[0])


def finite_decoy_balance(
    plan: DecoyPlan,
    key: BasisCounts,
    test: BasisCounts,
    *,
    leaked_bits: float,
    epsilon_secrecy: float,
    epsilon_correctness: float,
) -> float:
    """Return the secret bits, not rounded; if negative, so many are missing.

    ℓ = s₀ + s₁ [1 - h(φ)] - leak - 6 log₂(m / ε_sec) - log₂(2 / ε_cor), where m is 21 with two decoys and 19
    with one. `leaked_bits` does not contain the verification hash, which the last term pays for.
    """
    bounds = finite_bounds(plan, key, test, epsilon_secrecy=epsilon_secrecy)
    length = bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)) - leaked_bits
    parts = EQUAL_PARTS[len(plan.means)]
    return length - (
        6 * log2(parts / epsilon_secrecy)
        + log2(2 / check_epsilon("epsilon_correctness", epsilon_correctness))
    )
