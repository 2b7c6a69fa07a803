"""Exact one-sided limits: what a count says of the mean behind it, and a sample of the bits not drawn.

Each limit is one of the kind of Clopper and Pearson, Biometrika 26, 404 (1934): the furthest value at which
what was seen, or less, would still have more than the allowed probability. It holds for every true value and
every number of trials, however few errors were seen. That limits of this kind serve sampling and decoys in
quantum key distribution better than Serfling's and Hoeffding's bounds is the point of Mannalath, Zapatero and
Curty, arXiv:2410.04095; approximations of second order, as in the papers on finite decoys, fail where few
errors are seen (`published_decoys.sampling_margin`).

Counts may be fractions, as mean counts are; between whole numbers the limits go from one value to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, log1p, pi

import scipy

from ...values import check_non_negative, check_open_probability

LEAST_FAILURE = 1e-250
"""Smaller probabilities are refused: inverses of the beta function go wrong near the end of 64-bit floats."""

STIRLING_FROM = 16.0
"""From here on two terms of Stirling's series give ln n! to 2·10⁻¹⁰, with no large numbers to cancel."""


def mean_upper_limit(count: float, n_trials: float, failure: float) -> float:
    """Return a number above the expected count of `n_trials` independent trials in which `count` was seen.

    The trials need not be alike: at 1 or more below the mean, the lower tail of their sum is at most that of
    the binomial distribution of this mean (Hoeffding, Ann. Math. Stat. 27, 713 (1956), theorem 5). A limit
    that is not at least 1 above the count says nothing, and is `n_trials`.

    Parameters
    ----------
    count, n_trials
        What was seen, 0 … n_trials, and out of how many.
    failure
        How likely the limit is too low at most, 1e-250 … 1.

    Examples
    --------
    >>> round(mean_upper_limit(0, 1_000, 1e-10), 2)
    22.76
    """
    _check(count, n_trials, failure)
    if count > n_trials - 1:
        return n_trials
    limit = n_trials * float(scipy.special.betainccinv(count + 1, n_trials - count, failure))
    return limit if limit >= count + 1 else n_trials


def mean_lower_limit(count: float, n_trials: float, failure: float) -> float:
    """Return a number below the expected count, as `mean_upper_limit` does above.

    A limit that is not at least 1 below the count is 0: nothing is known then.

    >>> round(mean_lower_limit(500, 1_000, 1e-10), 2)
    399.97
    """
    _check(count, n_trials, failure)
    if count < 1:
        return 0.0
    limit = n_trials * float(scipy.special.betaincinv(count, n_trials - count + 1, failure))
    return limit if limit <= count - 1 else 0.0


def coins_upper_limit(heads: float, failure: float) -> float:
    """Return how many fair coins were tossed at most, if `heads` of them at most showed heads.

    >>> round(coins_upper_limit(0, 2**-20), 6)
    20.0
    """
    _check(heads, inf, failure)
    if heads == 0:
        return -log(failure) / log(2)

    def excess(n: float) -> float:
        return _log_binomial_tail(heads, n, 0.5) - log(failure)

    return _root(excess, 2 * heads, 4 * heads - 8 * log(failure))


def rest_upper_limit(n_sample: float, n_rest: float, n_errors: float, failure: float) -> float:
    """Return how many of the bits that were not drawn are wrong at most, given the errors of a random sample.

    Of n_sample + n_rest bits, of which any number is wrong, n_sample were drawn at random without
    replacement. The number of wrong ones among them is hypergeometric; what is returned, plus `n_errors`, is
    the largest number in all from which so few would be drawn with a probability above `failure`. The lower
    tail is bounded by the geometric series of its last term: a few per cent more at small probabilities.

    Parameters
    ----------
    n_sample, n_rest
        Bits drawn and bits left, ≥ 0.
    n_errors
        Wrong ones among those drawn, or a number above theirs.
    failure
        How likely more are wrong, 1e-250 … 1.

    Returns
    -------
    A number from 0 to n_rest; n_rest if the sample says nothing, or if less than one bit is left.

    Examples
    --------
    >>> round(rest_upper_limit(10_000, 1_000_000, 0, 1e-22))
    5078
    """
    _check(n_errors, inf, failure)
    check_non_negative("n_sample", n_sample)
    check_non_negative("n_rest", n_rest)
    if n_errors >= n_sample or n_rest < 1:
        return n_rest

    def excess(wrong: float) -> float:
        return _log_draw_tail(n_errors, n_sample, n_rest, n_errors + wrong) - log(failure)

    if excess(n_rest) > 0:
        return n_rest
    return _root(excess, 0.0, n_rest)


def _check(count: float, most: float, failure: float) -> None:
    check_non_negative("count", count)
    if count > most:
        raise ValueError(f"count must be at most {most!r}, got {count!r}")
    check_open_probability("failure", failure)
    if failure < LEAST_FAILURE:
        raise ValueError(f"failure must be at least {LEAST_FAILURE!r}, got {failure!r}")


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Return where `excess`, positive at `low` and negative at `high`, is 0."""
    return float(scipy.optimize.brentq(excess, low, high, xtol=1e-9, rtol=1e-13, maxiter=1_000))


def _log_binomial_tail(count: float, n: float, p: float) -> float:
    """Return a number above ln P[at most `count` of n] for a binomial variable; 0 from its mean n p on."""
    if count >= n * p:
        return 0.0
    ratio = count * (1 - p) / ((n - count + 1) * p)
    return _log_binomial(count, n, p) - log1p(-ratio)


def _log_draw_tail(count: float, n_sample: float, n_rest: float, n_wrong: float) -> float:
    """Return a number above ln P[at most `count` wrong in the sample], if n_wrong are wrong in all."""
    n = n_sample + n_rest
    share = n_wrong / n
    if count >= n_sample * share:
        return 0.0
    if n_wrong - count > n_rest:
        return -inf
    ratio = count * (n_rest - n_wrong + count) / ((n_wrong - count + 1) * (n_sample - count + 1))
    last = _log_binomial(count, n_sample, share) + _log_binomial(n_wrong - count, n_rest, share)
    return last - _log_binomial(n_wrong, n, share) - log1p(-ratio)


def _log_binomial(count: float, n: float, p: float) -> float:
    """Return ln [C(n, count) p^count (1 - p)^(n - count)] without large terms that cancel.

    The form of Loader, "Fast and accurate computation of binomial probabilities" (2000).
    """
    rest = n - count
    if rest <= 0:
        return n * log(p) if n > 0 else 0.0
    if p >= 1:
        return -inf
    if count <= 0:
        return n * log1p(-p)
    corrections = _stirling_error(n) - _stirling_error(count) - _stirling_error(rest)
    deviance = _deviance(count, n * p) + _deviance(rest, n * (1 - p))
    return corrections - deviance - log(2 * pi * count * rest / n) / 2


def _deviance(count: float, mean: float) -> float:
    """Return count ln(count / mean) + mean - count."""
    apart = (mean - count) / count
    return count * (apart - log1p(apart))


def _stirling_error(n: float) -> float:
    """Return ln n! - ln(√(2πn) (n / e)ⁿ), for n > 0."""
    if n < STIRLING_FROM:
        return float(scipy.special.gammaln(n + 1)) - (n + 0.5) * log(n) + n - log(2 * pi) / 2
    return (1 / 12 - (1 / 360 - 1 / (1260 * n * n)) / (n * n)) / n
