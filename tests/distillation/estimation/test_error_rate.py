"""Estimation: Clopper-Pearson intervals, the sample, the comparison."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from qkdlab.distillation.channel import Party, PublicChannel, Subject
from qkdlab.distillation.estimation.error_rate import (
    QberEstimate,
    announce_sample,
    compare_sample,
    estimate_qber,
    serfling_margin,
)
from tests.bounds import assert_share
from tests.refusals import expect_refusal


@pytest.mark.parametrize(
    ("n", "k"), [(1, 0), (1, 1), (10, 0), (10, 3), (10, 10), (500, 1), (500, 120), (5000, 2500)]
)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.9999])
def test_interval_solves_the_binomial_tails(n, k, confidence) -> None:
    # the definition: at either end, the observed count or a more extreme one has probability (1 - c)/2
    estimate = QberEstimate(n_sample=n, n_errors=k, confidence=confidence)
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else brentq(lambda p: binom.sf(k - 1, n, p) - tail, 0, 1, xtol=1e-14)
    high = 1.0 if k == n else brentq(lambda p: binom.cdf(k, n, p) - tail, 0, 1, xtol=1e-14)
    assert estimate.lower == pytest.approx(low, abs=1e-9)
    assert estimate.upper == pytest.approx(high, abs=1e-9)
    assert estimate.lower <= estimate.qber == k / n <= estimate.upper


def test_interval_without_errors_in_closed_form() -> None:
    # upper end of 0 in n: 1 - (alpha/2)^(1/n)
    assert QberEstimate(n_sample=100, n_errors=0).upper == pytest.approx(1 - 0.025 ** (1 / 100), rel=1e-12)
    assert QberEstimate(n_sample=100, n_errors=100).lower == pytest.approx(0.025 ** (1 / 100), rel=1e-12)


def test_estimates_are_checked() -> None:
    with expect_refusal("n_sample must be at least 1, got 0"):
        QberEstimate(n_sample=0, n_errors=0)
    with expect_refusal("n_errors must be at least 0 and at most 5, got 6"):
        QberEstimate(n_sample=5, n_errors=6)
    with expect_refusal("n_errors must be at least 0 and at most 5, got -1"):
        QberEstimate(n_sample=5, n_errors=-1)
    with expect_refusal("n_sample must be a whole number, got 5.0"):
        QberEstimate(n_sample=5.0, n_errors=1)
    with expect_refusal("confidence must lie strictly between 0 and 1, got 1"):
        QberEstimate(n_sample=5, n_errors=1, confidence=1)


@pytest.mark.parametrize(
    ("n", "fraction", "size"), [(0, 0.5, 0), (1, 0.25, 0), (10, 0.25, 2), (1000, 0.3, 300), (7, 1.0, 7)]
)
def test_sample_size(n, fraction, size) -> None:
    channel = PublicChannel()
    sample = announce_sample(n, fraction, np.random.default_rng(1), channel)
    assert (sample.shape, sample.dtype, np.count_nonzero(sample)) == ((n,), bool, size)
    assert channel.messages[0].sender is Party.ALICE
    assert np.array_equal(channel.find(Subject.SAMPLE), sample)


def test_sample_is_drawn_without_preference() -> None:
    # would catch: the first bits, the last bits, or neighbours sampled more often
    n, rounds = 40, 20_000
    rng, channel = np.random.default_rng(2), PublicChannel()
    samples = np.array([announce_sample(n, 0.25, rng, channel) for _ in range(rounds)])
    for place in (0, 1, 19, 38, 39):
        assert_share(np.count_nonzero(samples[:, place]), rounds, 0.25)
    pair = 0.25 * 9 / 39  # without replacement
    assert_share(np.count_nonzero(samples[:, 0] & samples[:, 1]), rounds, pair)
    assert_share(np.count_nonzero(samples[:, 0] & samples[:, 39]), rounds, pair)


@pytest.mark.parametrize("fraction", [-0.1, 1.2, float("nan"), "0.5"])
def test_sample_fraction_is_checked(fraction) -> None:
    with pytest.raises(ValueError, match=r"^fraction must "):
        announce_sample(10, fraction, np.random.default_rng(1), PublicChannel())


def test_both_disclose_and_compare() -> None:
    channel = PublicChannel()
    alice, bob = (np.array(bits, dtype=np.uint8) for bits in ([0, 1, 1, 0], [0, 0, 1, 1]))
    wrong = compare_sample(alice, bob, channel)
    assert wrong.tolist() == [False, True, False, True]
    estimate = estimate_qber(wrong)
    assert (estimate.n_sample, estimate.n_errors, estimate.qber) == (4, 2, 0.5)
    assert [(m.sender, m.subject, m.payload.tolist()) for m in channel.messages] == [
        (Party.ALICE, Subject.SAMPLE_BITS, [0, 1, 1, 0]),
        (Party.BOB, Subject.SAMPLE_BITS, [0, 0, 1, 1]),
    ]
    with expect_refusal("n_sample must be at least 1, got 0"):
        estimate_qber(wrong[:0])


def test_with_decoys_the_sample_is_of_signals_and_all_decoys_are_disclosed() -> None:
    # would catch: decoy bits left in the key, or a share of all bits instead of a share of the signals
    signals = np.arange(1_000) % 4 > 0
    sample = announce_sample(1_000, 0.2, np.random.default_rng(3), PublicChannel(), eligible=signals)
    assert sample[~signals].all()
    assert np.count_nonzero(sample & signals) == 150


def test_serflings_margin_holds_for_the_exact_distribution() -> None:
    # every number of errors among the n + k bits. Would catch n and k exchanged, a factor of two
    for n, k in ((30, 20), (20, 30), (200, 40)):
        for failure in (0.3, 0.05, 0.001):
            margin = serfling_margin(k, n, failure)
            worst = 0.0
            for wrong in range(n + k + 1):
                seen = np.arange(k + 1)
                chances = hypergeom(n + k, wrong, k).pmf(seen)
                worst = max(worst, float(chances[(wrong - seen) / n >= seen / k + margin].sum()))
            assert worst <= failure
            assert worst > failure / 60 or margin > 0.5  # and it is no empty bound


def test_serflings_margin_refuses_bad_chances() -> None:
    for bad in (0, 1, float("nan")):
        with pytest.raises(ValueError, match=r"^failure must "):
            serfling_margin(10, 10, bad)


@pytest.mark.parametrize(("k", "n"), [(10, 1_000), (1_000, 10), (500, 2_000), (10**6, 10**8)])
@pytest.mark.parametrize("failure", [0.1, 1e-10, 1e-20])
def test_serflings_margin_solves_his_inequality(k, n, failure) -> None:
    # exp(-2 n k² μ² / [(n + k)(k + 1)]) = failure; would catch: k + 1 for n + 1, which few counts show
    margin = serfling_margin(k, n, failure)
    assert np.exp(-2 * n * k**2 * margin**2 / ((n + k) * (k + 1))) == pytest.approx(failure, rel=1e-9)
