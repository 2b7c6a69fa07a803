"""Two-sided five-sigma bounds, in one place.

A right model fails such a test once in 1.7 million; the seeds are fixed, so never twice. A test
with too few samples would pass for almost any model, so it is refused: `TooFewSamples`.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, chi2, norm

TAIL = float(norm.sf(5))
"""Probability beyond five sigma on one side, 2.9e-7."""

RAREST = 100
"""Expected number of the rarer outcome below which five sigma is more than half of it."""


class TooFewSamples(ValueError):
    """The samples could not tell a right model from a wrong one."""


def assert_share(successes: int, trials: int, expected: float, *, rules_out: float | None = None) -> None:
    """Assert that a share agrees with `expected`, by the exact binomial distribution.

    `rules_out` is the share that a wrong model predicts: the samples must be enough to tell it from
    `expected`, five sigma away from either. A share of exactly 0 or 1 must be met exactly.
    """
    if not 0 <= expected <= 1:
        raise ValueError(f"expected must lie between 0 and 1, got {expected!r}")
    rarer = trials * min(expected, 1 - expected)
    if trials < RAREST or 0 < rarer < RAREST:
        raise TooFewSamples(f"{rarer:.3g} of the rarer outcome expected in {trials} trials")
    if rules_out is not None:
        room = 5 * (sqrt(expected * (1 - expected)) + sqrt(rules_out * (1 - rules_out))) / sqrt(trials)
        if abs(rules_out - expected) <= room:
            raise TooFewSamples(f"{trials} trials do not tell {expected:.6g} from {rules_out:.6g}")
    low, high = binom.ppf(TAIL, trials, expected), binom.isf(TAIL, trials, expected)
    assert low <= successes <= high, (
        f"{successes} of {trials} = {successes / trials:.6g}, expected {expected:.6g}: "
        f"not within five sigma, {low:.0f} … {high:.0f}"
    )


def assert_mean(values: Sequence[float], expected: float, *, standard_error: float, tolerance: float) -> None:
    """Assert that the mean of `values` is within `tolerance` of `expected`.

    Refused unless the standard error of the mean is below `standard_error`.
    """
    error = float(np.std(values, ddof=1)) / sqrt(len(values)) if len(values) > 1 else np.inf
    if error >= standard_error:
        raise TooFewSamples(
            f"standard error {error:.2g} of {len(values)} values, needed {standard_error:.2g}"
        )
    mean = float(np.mean(values))
    assert abs(mean - expected) <= tolerance, (
        f"mean {mean:.5g} ± {error:.2g}, expected {expected} ± {tolerance}"
    )


def assert_distribution(counts: ArrayLike, shares: ArrayLike) -> None:
    """Assert that counts of shape (n_cells,) follow the expected shares, by Pearson's χ².

    A cell of share 0 must be empty.
    """
    observed, share = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    assert not observed[share == 0].any(), "counts in a cell that must be empty"
    observed, wanted = observed[share > 0], observed.sum() * share[share > 0]
    if wanted.min() < RAREST:
        raise TooFewSamples(f"{wanted.min():.3g} counts expected in a cell")
    _assert_chi_square(float(np.sum((observed - wanted) ** 2 / wanted)), len(wanted) - 1)


def assert_same_distribution(first: ArrayLike, second: ArrayLike) -> None:
    """Assert that two tables of counts, shape (n_groups, n_cells), agree within each group (two-sample χ²).

    Groups are the rows: how often a group occurs is not compared. Cells empty in both agree.
    """
    statistic, freedom = 0.0, 0
    for one, other in zip(np.atleast_2d(first), np.atleast_2d(second), strict=True):
        used = (one + other) > 0
        pair = np.stack([one, other])[:, used].astype(float)
        wanted = np.outer(pair.sum(axis=1), pair.sum(axis=0)) / pair.sum()
        if wanted.min() < RAREST:
            raise TooFewSamples(f"{wanted.min():.3g} counts expected in a cell")
        statistic += float(np.sum((pair - wanted) ** 2 / wanted))
        freedom += int(np.count_nonzero(used)) - 1
    _assert_chi_square(statistic, freedom)


def _assert_chi_square(statistic: float, freedom: int) -> None:
    if freedom == 0:
        return
    low, high = chi2.ppf(TAIL, freedom), chi2.isf(TAIL, freedom)
    # too good a fit is suspect as well: draws that are not random
    assert low <= statistic <= high, (
        f"χ² = {statistic:.1f} at {freedom} degrees, not in {low:.1f} … {high:.1f}"
    )
