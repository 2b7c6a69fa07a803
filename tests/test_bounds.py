"""The statistics helper itself: it accepts the right model, refuses the wrong one and too few samples."""

import numpy as np
import pytest

from tests.bounds import (
    TooFewSamples,
    assert_distribution,
    assert_mean,
    assert_same_distribution,
    assert_share,
)


def test_share_accepts_within_and_refuses_beyond_five_sigma() -> None:
    # n = 10^6, p = 1/4: sigma is 433
    assert_share(250_000 + 2150, 1_000_000, 0.25)
    assert_share(250_000 - 2150, 1_000_000, 0.25)
    for off in (2180, -2180):
        with pytest.raises(AssertionError, match=r"five sigma"):
            assert_share(250_000 + off, 1_000_000, 0.25)


def test_a_share_of_zero_or_one_must_be_met_exactly() -> None:
    assert_share(0, 1000, 0.0)
    assert_share(1000, 1000, 1.0)
    with pytest.raises(AssertionError, match=r"five sigma"):
        assert_share(1, 1_000_000, 0.0)
    with pytest.raises(AssertionError, match=r"five sigma"):
        assert_share(999_999, 1_000_000, 1.0)


def test_too_few_samples_are_refused_however_well_they_fit() -> None:
    with pytest.raises(TooFewSamples):
        assert_share(0, 99, 0.0)
    with pytest.raises(TooFewSamples):
        assert_share(50, 1000, 0.05)
    with pytest.raises(TooFewSamples, match=r"do not tell"):
        assert_share(250, 1000, 0.25, rules_out=0.3)
    assert_share(25_000, 100_000, 0.25, rules_out=0.3)
    with pytest.raises(ValueError, match=r"expected must lie between"):
        assert_share(1, 1000, float("nan"))


def test_mean_needs_a_small_standard_error() -> None:
    values = np.random.default_rng(1).normal(1.0, 0.1, 1000).tolist()
    assert_mean(values, 1.0, standard_error=0.004, tolerance=0.02)
    with pytest.raises(TooFewSamples):
        assert_mean(values[:50], 1.0, standard_error=0.004, tolerance=0.02)
    with pytest.raises(TooFewSamples):
        assert_mean([1.0], 1.0, standard_error=0.004, tolerance=0.02)
    with pytest.raises(AssertionError, match=r"expected"):
        assert_mean(values, 1.03, standard_error=0.004, tolerance=0.02)


def test_distributions() -> None:
    rng = np.random.default_rng(2)
    shares = np.array([0.5, 0.3, 0.2, 0.0])
    one, other = rng.multinomial(100_000, shares), rng.multinomial(50_000, shares)
    assert_distribution(one, shares)
    assert_same_distribution([one], [other])
    with pytest.raises(AssertionError, match=r"must be empty"):
        assert_distribution([50, 30, 20, 1], shares)
    with pytest.raises(AssertionError, match=r"χ²"):
        assert_distribution(one, [0.5, 0.31, 0.19, 0])
    with pytest.raises(AssertionError, match=r"χ²"):
        assert_same_distribution([one], [rng.multinomial(50_000, [0.48, 0.32, 0.2, 0])])
    with pytest.raises(TooFewSamples):
        assert_distribution([50, 30, 20], [0.5, 0.3, 0.2])
    with pytest.raises(TooFewSamples):
        assert_same_distribution([[50, 50]], [[50, 50]])
    with pytest.raises(AssertionError, match=r"χ²"):  # far too even to be random
        assert_distribution([10_000] * 100, [0.01] * 100)
