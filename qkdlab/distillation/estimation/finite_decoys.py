"""Finite-key bounds on single photons with decoys, of one intensity or of two besides the signal.

Which intensity a pulse had was drawn without Eve. Given how many photons each pulse held, the counts of an
intensity are therefore sums of independent trials, and their means, which limits enclose, are mixtures of
the bits of empty pulses, of single photons and of more. The mixtures of a few intensities bound the bits of
empty and of single-photon pulses, eqs. (2) to (4) of Lim, Curty, Walenta, Xu and Zbinden, PRA 89, 022307
(2014), arXiv:1311.7129 (two decoys), and App. A of Rusca, Boaron, Grünenfelder, Martin and Zbinden, APL 112,
171104 (2018), arXiv:1801.03443 (one).

The limits are a choice of their own: `EXACT`, on which the security of the lab rests (`FiniteSecurity` has
the argument), or those that the papers use, `published_decoys.PUBLISHED`. A lower bound on a number of
errors is never taken below 0 here, which the papers do not say; at 100 km it is worth 15 % of the key at 10⁵
bits, 8 % at 10⁷ and 3 % at 10⁹.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from ...values import HoldsArrays, check_non_negative, check_open_probability, read_only
from .count_limits import coins_upper_limit, mean_lower_limit, mean_upper_limit, rest_upper_limit

Column = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartCounts(HoldsArrays):
    """What was detected in one part of the sifted pulses; shape (n_intensities,) each, strongest first.

    Parameters
    ----------
    detected
        Sifted bits.
    errors
        Those of them that are wrong.
    """

    detected: Column
    errors: Column

    def __post_init__(self) -> None:
        for name in ("detected", "errors"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

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

    With three: μ₁ > μ₂ + μ₃ and μ₂ > μ₃ ≥ 0, as the formulas of Lim et al. need it. With two: μ₁ > μ₂ > 0.
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
        if not self.means[1]:
            raise ValueError(f"means must hold a decoy with light, got {self.means!r}")
        if self.means[0] <= sum(self.means[1:]):
            raise ValueError(
                f"means must hold a signal brighter than the others together, got {self.means!r}"
            )

    def photons(self, number: int) -> float:
        """Return τₙ, the probability that a pulse has `number` photons, 0 or 1."""
        means, chances = np.array(self.means), np.array(self.probabilities)
        return float(np.sum(chances * np.exp(-means) * means**number))

    def scaled(self, counts: Column) -> Column:
        """Return e^μ / p times the counts of each intensity: what would be there if every pulse had it."""
        scaled: Column = np.exp(np.array(self.means)) / np.array(self.probabilities) * counts
        return scaled


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DecoyCounts:
    """What a run says of single photons: the plan, the counts of the key bits, and those of the test bits.

    Where the key comes from one basis, the test bits are those of the other, all disclosed; where it comes
    from both alike, they are the sample of both.
    """

    plan: DecoyPlan
    key: PartCounts
    test: PartCounts


@dataclass(frozen=True, kw_only=True, slots=True)
class FiniteBounds:
    """Bounds on the key bits: those of empty and of single-photon pulses at least, phase error at most."""

    empty: float
    single: float
    phase_error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How limits follow from counts; the last argument of each is how likely it fails.

    Parameters
    ----------
    lower, upper
        (count, n, failure) → a limit on the mean of that count out of n independent trials.
    coins
        (heads, n, failure) → how many of n were fair coins at most, if at most `heads` of these showed heads.
    phase_error
        (n_sample, n_rest, n_errors, failure) → the greatest error rate of the rest, given at most so many
        errors of a random sample.
    cuts
        Whether the wrong single-photon bits are no more than all wrong bits, which the papers do not use.
    """

    lower: Callable[[float, float, float], float]
    upper: Callable[[float, float, float], float]
    coins: Callable[[float, float, float], float]
    phase_error: Callable[[float, float, float, float], float]
    cuts: bool


EXACT = Limits(
    lower=mean_lower_limit,
    upper=mean_upper_limit,
    coins=lambda heads, _, failure: coins_upper_limit(heads, failure),
    phase_error=lambda sample, rest, errors, failure: (
        rest_upper_limit(floor(sample), rest, errors, failure**2) / rest
    ),
    cuts=True,
)
"""Limits that hold for every mean and every number of errors, `count_limits`.

That on phase errors fails with the square of `failure`: the smoothing of the entropy takes the root of it.
"""

N_LIMITS = {2: 11, 3: 12}
"""How many limits on counts the bounds use, by the number of intensities.

With two decoys five for the gains of either part and two for the errors of the test bits. With one decoy
two for the gains, two for the errors and one for the coins of either part, and one more for the errors of the
test bits.
"""


def two_decoy_counts(
    plan: DecoyPlan, counts: PartCounts, failure: float, limits: Limits = EXACT
) -> tuple[float, float, float]:
    """Return bounds on the empty and the single-photon bits from below, and on wrong single-photon bits.

    Eqs. (2) to (4) of Lim et al. 2014, each of the limits failing with probability `failure`.
    """
    mu1, mu2, mu3 = plan.means
    low, high = _enclose(plan, counts.detected, failure, limits)
    empty = plan.photons(0) * max(0.0, float(mu2 * low[2] - mu3 * high[1]) / (mu2 - mu3))
    excess = (mu2**2 - mu3**2) / mu1**2 * float(high[0] - empty / plan.photons(0))
    single = plan.photons(1) * mu1 * (float(low[1] - high[2]) - excess)
    single /= mu1 * (mu2 - mu3) - mu2**2 + mu3**2
    low, high = _enclose(plan, counts.errors, failure, limits)
    wrong = plan.photons(1) * float(high[1] - low[2]) / (mu2 - mu3)
    return empty, max(0.0, single), max(0.0, wrong)


def one_decoy_counts(
    plan: DecoyPlan, counts: PartCounts, failure: float, limits: Limits = EXACT
) -> tuple[float, float, float]:
    """Return the same bounds for one decoy, App. A of Rusca et al. 2018.

    The empty bits are bounded from above by the errors: Alice's bit of an empty pulse is a fair coin.
    """
    mu1, mu2 = plan.means
    tau0, tau1 = plan.photons(0), plan.photons(1)
    low, high = _enclose(plan, counts.detected, failure, limits)
    wrong_low, wrong_high = _enclose(plan, counts.errors, failure, limits)
    empty = tau0 * max(0.0, float(mu1 * low[1] - mu2 * high[0]) / (mu1 - mu2))
    wrong_empty = min(tau0 * float(wrong_high.min()), counts.n_errors)
    most_empty = limits.coins(wrong_empty, counts.n_detected, failure)
    excess = (mu2 / mu1) ** 2 * float(high[0]) + (mu1**2 - mu2**2) / mu1**2 * most_empty / tau0
    single = tau1 * mu1 / (mu2 * (mu1 - mu2)) * (float(low[1]) - excess)
    wrong = tau1 * float(wrong_high[0] - wrong_low[1]) / (mu1 - mu2)
    return empty, max(0.0, single), max(0.0, wrong)


def _enclose(plan: DecoyPlan, counts: Column, failure: float, limits: Limits) -> tuple[Column, Column]:
    """Return what is between, for each intensity, if every pulse had it."""
    total = float(counts.sum())
    low = np.array([limits.lower(float(count), total, failure) for count in counts])
    high = np.array([limits.upper(float(count), total, failure) for count in counts])
    return plan.scaled(low), plan.scaled(high)


def finite_bounds(
    plan: DecoyPlan, key: PartCounts, test: PartCounts, *, failure: float, limits: Limits = EXACT
) -> FiniteBounds:
    """Return the bounds on the key bits.

    Parameters
    ----------
    plan
        The intensities.
    key, test
        The counts of the key bits and of the test bits. With one decoy the errors of both are needed.
    failure
        How likely each of the `N_LIMITS` limits on counts fails; for that on phase errors see `limits`.
    limits
        How limits follow from counts.

    Notes
    -----
    Counts that no pulses of these intensities can give bound nothing: there is no key then.
    """
    check_open_probability("failure", failure)
    bound = two_decoy_counts if len(plan.means) == 3 else one_decoy_counts
    empty, single, _ = bound(plan, key, failure, limits)
    _, single_test, wrong = bound(plan, test, failure, limits)
    if _refuted(plan, key, empty, single, failure) or not _rises(plan, test, failure):
        return FiniteBounds(empty=0.0, single=0.0, phase_error=0.5)
    wrong = min(wrong, test.n_errors) if limits.cuts else wrong
    if single <= 0 or wrong >= single_test:
        return FiniteBounds(empty=empty, single=max(0.0, single), phase_error=0.5)
    error = limits.phase_error(single_test, single, wrong, failure)
    return FiniteBounds(empty=empty, single=single, phase_error=min(0.5, error))


def _refuted(plan: DecoyPlan, counts: PartCounts, empty: float, single: float, failure: float) -> bool:
    """Tell whether the counts of the key contradict the plan, or the bounds that follow from it.

    There cannot be more bits than were counted, and half of the empty ones are wrong.
    """
    too_clean = empty > coins_upper_limit(counts.n_errors, failure)
    return too_clean or empty + single > counts.n_detected or not _rises(plan, counts, failure)


def _rises(plan: DecoyPlan, counts: PartCounts, failure: float) -> bool:
    """Tell whether e^μ times the gain rises with μ, as Σ Yₙ μⁿ / n! does whatever Eve lets through."""
    low, high = _enclose(plan, counts.detected, failure, EXACT)
    return bool(np.all(low[1:] <= high[:-1]) and low[-1] <= high[0])
