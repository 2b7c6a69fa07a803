"""Limits on counts and samples: how often they fail, exactly, and what they say at their ends."""

from decimal import Decimal, localcontext
from itertools import product
from math import comb, exp, factorial, log

import numpy as np
import pytest

from qkdlab.distillation.estimation.count_limits import (
    coins_upper_limit,
    mean_lower_limit,
    mean_upper_limit,
    rest_upper_limit,
)
from qkdlab.distillation.estimation.published_decoys import sampling_margin
from qkdlab.distillation.security.proofs import uncertainty
from tests.refusals import expect_refusal

LN_2_PI = Decimal("1.837877066409345483560659472811235279722794947275566825634")

TRIPLES = [
    *product((12, 100, 800), (30, 1_000, 100_000), (1e-3, 1e-9, 1e-22)),
    *product((10**4, 10**6), (10**4, 10**6, 10**9), (1e-3, 1e-10, 1e-16, 2e-23)),
    *product((10**8, 10**9), (10**7, 10**9), (1e-3, 1e-12, 2e-23)),
]
"""Bits drawn, bits left, and how often a limit may fail: 63 of them."""


def log_factorial(n: int) -> Decimal:
    """ln n!, to 18 decimals and more."""
    if n < 100:
        return Decimal(factorial(n)).ln()
    x = Decimal(n)
    series = 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5) - 1 / (1680 * x**7)
    return (x + Decimal("0.5")) * x.ln() - x + LN_2_PI / 2 + series


def draw_tail(most: int, n_sample: int, n_rest: int, n_wrong: int) -> float:
    """P[at most `most` wrong among those drawn], from factorials with 40 digits."""
    least = max(0, n_wrong - n_rest)
    if most < least:
        return 0.0
    n, right = n_sample + n_rest, n_sample + n_rest - n_wrong
    above = (n_sample, n_rest, n_wrong, right)
    below = (n, most, n_sample - most, n_wrong - most, n_rest - n_wrong + most)
    with localcontext(prec=40):
        last = sum(map(log_factorial, above)) - sum(map(log_factorial, below))
    ms = np.arange(most, max(least, most - 200_000), -1, dtype=float)
    ratios = ms * (n_rest - n_wrong + ms) / ((n_wrong - ms + 1) * (n_sample - ms + 1))
    terms = np.cumprod(ratios)
    assert not len(terms) or most - least <= 200_000 or terms[-1] < 1e-15  # what is left out is nothing
    return float(last.exp()) * (1 + float(terms.sum()))


def error_counts(n_sample: int) -> list[int]:
    """All numbers of errors of a sample, or where there are too many all small ones and a selection."""
    if n_sample <= 800:
        return list(range(n_sample))
    many = np.unique(np.geomspace(40, n_sample - 1, 40).astype(int)).tolist()
    return [*range(40), *many]


def worst_failure(n_sample: int, n_rest: int, failure: float) -> float:
    """How often more are wrong than the limit says, at the number of wrong bits where that is most often.

    The limit is too low for all errors up to some number. The next whole number of wrong bits above the limit
    for that number is the first for which this is so, and there it is most probable.
    """
    worst = 0.0
    for seen in error_counts(n_sample):
        limit = rest_upper_limit(n_sample, n_rest, seen, failure)
        if limit < n_rest:
            worst = max(worst, draw_tail(seen, n_sample, n_rest, seen + int(limit) + 1))
    return worst


@pytest.mark.long
@pytest.mark.parametrize(("n_sample", "n_rest", "failure"), TRIPLES)
def test_a_limit_on_the_rest_fails_no_more_often_than_it_says(n_sample, n_rest, failure) -> None:
    # would catch: a margin of second order, with replacement in place of without, one tail more
    worst = worst_failure(n_sample, n_rest, failure)
    assert worst <= failure
    assert worst > failure / 3 or n_sample * n_rest < 10**6  # and it wastes little: whole bits are coarse


def test_the_published_margin_fails_where_few_errors_are_seen() -> None:
    # 10⁴ tested bits, 10⁶ left, and a failure of 10⁻¹⁰ / 21
    part, n, rest = 1e-10 / 21, 10**4, 10**6
    margin = sampling_margin(part, 0.0, n, rest)
    assert margin == pytest.approx(1.05e-3, abs=5e-6)
    times = {}
    for seen in (0, 1, 10, 20, 40):
        wrong = int((seen / n + sampling_margin(part, seen / n, n, rest)) * rest) + 1
        times[seen] = draw_tail(seen, n, rest, seen + wrong) / part
    assert times[0] == pytest.approx(6e6, rel=0.1)
    assert times[1] == pytest.approx(3e7, rel=0.2)
    assert 300 < times[10] < 700
    assert 5 < times[20] < 15
    assert times[40] < 1
    assert draw_tail(0, n, rest, int(rest_upper_limit(n, rest, 0, part)) + 1) <= part


def test_few_errors_give_a_wider_limit_and_many_a_narrower_one_than_published() -> None:
    part, n, rest = 1e-10 / 21, 10**4, 10**6
    ours = {seen: rest_upper_limit(n, rest, seen, part) / rest - seen / n for seen in (0, 10, 100, 1000)}
    theirs = {seen: sampling_margin(part, seen / n, n, rest) for seen in ours}
    assert ours[0] > 2 * theirs[0]
    assert ours[10] > theirs[10]
    assert ours[100] < theirs[100]
    assert ours[1000] < theirs[1000]


@pytest.mark.parametrize("failure", [1e-2, 1e-4, 1e-8])
@pytest.mark.parametrize("chances", [(0.3, 0.3), (0.05, 0.6), (0.9, 0.01), (0.5, 1.0), (0.02, 0.0)])
def test_limits_on_a_mean_hold_for_trials_that_are_not_alike(failure, chances) -> None:
    # 30 trials of each kind; exact, by convolution. Would catch: Hoeffding's 1956 condition dropped, tails
    # exchanged, n in place of the count
    each = [
        np.array(
            [comb(30, k) * p**k * (1 - p) ** (30 - k) if 0 < p < 1 else float(k == 30 * p) for k in range(31)]
        )
        for p in chances
    ]
    weights, mean = np.convolve(*each), 30 * sum(chances)
    too_low = sum(w for k, w in enumerate(weights) if mean_upper_limit(k, 60, failure) < mean - 1e-9)
    too_high = sum(w for k, w in enumerate(weights) if mean_lower_limit(k, 60, failure) > mean + 1e-9)
    assert too_low <= failure
    assert too_high <= failure


@pytest.mark.parametrize("n", [10**3, 10**6, 10**9])
def test_limits_on_a_mean_are_close(n) -> None:
    # 6.7 standard deviations of the count, as 10⁻¹¹ of a normal distribution; Hoeffding's margin of half the
    # square root of n would be many times as much for the rarer one
    for count in (n / 50, n / 4):
        spread = 6.7 * (count * (1 - count / n)) ** 0.5
        assert count + 0.99 * spread < mean_upper_limit(count, n, 1e-11) < count + 1.01 * spread + 25
        assert count - 1.01 * spread < mean_lower_limit(count, n, 1e-11) < count - 0.99 * spread + 25


def test_nothing_seen_still_has_a_limit() -> None:
    assert mean_upper_limit(0, 1e9, 1e-10) == pytest.approx(log(1e10), rel=1e-6)
    assert mean_lower_limit(0, 1e9, 1e-10) == 0.0
    assert mean_upper_limit(100, 100, 1e-10) == 100
    assert mean_lower_limit(100, 100, 1e-10) == pytest.approx(100 * exp(log(1e-10) / 100))
    assert mean_upper_limit(0, 0, 1e-10) == mean_lower_limit(0, 0, 1e-10) == 0.0


@pytest.mark.parametrize("failure", [1e-3, 1e-11])
@pytest.mark.parametrize("heads", [0, 1, 7, 200])
def test_more_coins_would_have_shown_more_heads(heads, failure) -> None:
    most = int(coins_upper_limit(heads, failure))
    tail = [sum(comb(n, k) for k in range(heads + 1)) / 2**n for n in (most, most + 1)]
    assert tail[1] <= failure
    assert tail[0] > 0.8 * failure


def test_a_sample_that_says_nothing() -> None:
    assert rest_upper_limit(0, 100, 0, 1e-10) == 100
    assert rest_upper_limit(100, 0, 3, 1e-10) == 0
    assert rest_upper_limit(20, 100, 20, 1e-10) == 100
    assert rest_upper_limit(1, 100, 0, 1e-10) == 100


def test_nothing_raises_at_the_ends() -> None:
    # would catch: a sample of as many errors as bits but for the last digit, a search that gives up
    almost = 1 - 1e-15
    assert rest_upper_limit(1, 1_234.56, almost, 1e-10) == pytest.approx(1_234.56)
    assert rest_upper_limit(100, 50, 100 * almost, 1e-10) == pytest.approx(50)
    assert rest_upper_limit(10**15, 0.5, 0.1, 1e-10) == 0.5
    assert 0 < rest_upper_limit(10**12, 10**9, 1, 0.999999) < 1
    for failure in (0.999, 1e-3, 6e-12, 1e-203, 1e-249):
        for n in (1, 2, 37, 10**6, 10**9, 10**12):
            for count in {0, 0.3, 1, 1.5, 17, n / 3, n - 1, n * almost, n}:
                if count <= n:
                    assert 0 <= mean_lower_limit(count, n, failure) <= count
                    assert count <= mean_upper_limit(count, n, failure) <= n
                    assert 0 <= rest_upper_limit(n, 10**6, count, failure) <= 10**6
                    assert coins_upper_limit(count, failure) >= 2 * count


def test_limits_on_a_mean_hold_to_the_smallest_failure() -> None:
    # Chernoff's bound by itself: what it leaves is above the limit, and not far
    for failure in (1e-20, 1e-100, 1e-200, 1e-249):
        for count in (5, 17, 300):
            limit = mean_upper_limit(count, 10**9, failure)
            surprise = limit - count + count * log(count / limit)
            assert -log(failure) - log(count) - 3 < surprise < -log(failure)


def test_limits_rise_with_what_is_seen_and_fall_with_the_sample() -> None:
    # between whole numbers, too: expected counts are means, and settings are searched by them
    seen = [rest_upper_limit(5_000, 20_000, m, 1e-20) for m in np.arange(0, 60, 0.5)]
    assert np.all(np.diff(seen) > 0)
    shares = [rest_upper_limit(n, 20_000, 12.5, 1e-20) for n in np.geomspace(300, 10**6, 40)]
    assert np.all(np.diff(shares) < 0)


def test_more_single_photons_are_never_worth_less() -> None:
    # the argument of the finite mode: n (1 - h(wrong / n)) rises with n, so that a bound on n will do
    rng = np.random.default_rng(5)
    for _ in range(300):
        sample, seen = float(rng.integers(20, 10**6)), float(rng.integers(0, 30))
        left = np.sort(rng.integers(1, 10**7, 12)).astype(float)
        failure = 10.0 ** -float(rng.integers(3, 24))
        wrong = np.array([rest_upper_limit(sample, n, min(seen, sample), failure) for n in left])
        worth = left * [1 - uncertainty(error) for error in wrong / left]
        assert np.all(np.diff(worth) > -1e-6)


def test_refusals() -> None:
    with expect_refusal("count must be at most 10, got 11"):
        mean_upper_limit(11, 10, 1e-9)
    with expect_refusal("count must be finite and at least 0, got -1"):
        mean_lower_limit(-1, 10, 1e-9)
    with expect_refusal("failure must lie strictly between 0 and 1, got 0"):
        rest_upper_limit(10, 10, 0, 0)
    with expect_refusal("failure must be at least 1e-250, got 1e-300"):
        mean_upper_limit(17, 1_000, 1e-300)
    with expect_refusal("n_rest must be finite and at least 0, got nan"):
        rest_upper_limit(10, float("nan"), 0, 0.1)


@pytest.mark.parametrize("failure", [0.1, 1e-3, 1e-11])
def test_a_limit_that_is_too_close_to_the_count_says_nothing(failure) -> None:
    # Hoeffding's theorem is for tails at 1 or more from the mean: would catch a limit just below a single
    # count, which trials that are not alike may have more often
    assert mean_lower_limit(1, 1_000, failure) == 0.0
    assert 0 < mean_lower_limit(20, 1_000, failure) <= 19
    assert mean_upper_limit(999.5, 1_000, failure) == 1_000
