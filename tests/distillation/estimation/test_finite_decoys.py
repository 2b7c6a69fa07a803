"""The finite key with decoys: its formula, its bounds, and an attack that broke the one in use before."""

from math import exp, floor, log2

import numpy as np
import pytest
from scipy.stats import binom

from qkdlab import FiniteSecurity, PublishedSecurity
from qkdlab.distillation.estimation.count_limits import (
    coins_upper_limit,
    mean_lower_limit,
    mean_upper_limit,
    rest_upper_limit,
)
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.finite_decoys import (
    DecoyCounts,
    DecoyPlan,
    PartCounts,
    finite_bounds,
    one_decoy_counts,
    two_decoy_counts,
)
from qkdlab.distillation.estimation.witnesses import Witnesses
from qkdlab.distillation.security.evidence import Evidence
from qkdlab.values import binary_entropy

MODE = FiniteSecurity(epsilon_secrecy=1e-10, epsilon_correctness=1e-10)
ONE = DecoyPlan(means=(0.45, 0.15), probabilities=(0.6, 0.4))
TWO = DecoyPlan(means=(0.45, 0.12, 2e-4), probabilities=(0.5, 0.3, 0.2))
PLANS = pytest.mark.parametrize("plan", [ONE, TWO], ids=["one decoy", "two decoys"])


def evidence(counts: DecoyCounts, leaked_bits: int = 0, tag_bits: int = 34) -> Evidence:
    estimate = QberEstimate(n_sample=1_000, n_errors=10)
    return Evidence(
        n_pulses=10**9,
        n_detected=10**8,
        n_key=floor(counts.key.n_detected),
        witnesses=Witnesses(estimate=estimate),
        leaked_bits=leaked_bits,
        tag_bits=tag_bits,
        decoy_counts=counts,
    )


def honest(
    plan: DecoyPlan, n_pulses: float, share: float, eta: float = 0.02, error: float = 0.01
) -> PartCounts:
    """Mean counts of a line with dark counts of 10⁻⁶, of which `share` of the pulses belong to a part."""
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    light = 1 - np.exp(-eta * means)
    detected = n_pulses * share * chances * (light + 1e-6)
    return PartCounts(detected=detected, errors=n_pulses * share * chances * (light * error + 5e-7))


@PLANS
def test_the_length_is_what_the_limits_leave(plan) -> None:
    # written once more from the papers' combinations, each limit by itself. Would catch: a limit used that ε
    # does not count, margins of the wrong sign, empty pulses' bits twice, 2 log₂ taken once
    counts = DecoyCounts(plan=plan, key=honest(plan, 1e9, 0.5), test=honest(plan, 1e9, 0.1))
    n_limits = 12 if plan is TWO else 11
    part = 1e-10 / (n_limits + 3)
    tau = [
        sum(p * exp(-m) * m**n for m, p in zip(plan.means, plan.probabilities, strict=True)) for n in (0, 1)
    ]
    used = []

    def limit(kind, column: np.ndarray, i: int) -> float:
        used.append(kind)
        return exp(plan.means[i]) / plan.probabilities[i] * kind(column[i], column.sum(), part)

    def below(bits: PartCounts) -> tuple[float, float]:
        if plan is TWO:
            m1, m2, m3 = plan.means
            low3, high2 = limit(mean_lower_limit, bits.detected, 2), limit(mean_upper_limit, bits.detected, 1)
            low2, high3 = limit(mean_lower_limit, bits.detected, 1), limit(mean_upper_limit, bits.detected, 2)
            s0 = tau[0] * max(0.0, (m2 * low3 - m3 * high2) / (m2 - m3))
            above = limit(mean_upper_limit, bits.detected, 0) - s0 / tau[0]
            s1 = low2 - high3 - (m2**2 - m3**2) / m1**2 * above
            return s0, tau[1] * m1 * s1 / (m1 * (m2 - m3) - m2**2 + m3**2)
        m1, m2 = plan.means
        low2, high1 = limit(mean_lower_limit, bits.detected, 1), limit(mean_upper_limit, bits.detected, 0)
        wrong = min(limit(mean_upper_limit, bits.errors, 0), limit(mean_upper_limit, bits.errors, 1))
        used.append(coins_upper_limit)
        coins = coins_upper_limit(min(tau[0] * wrong, bits.errors.sum()), part)
        s0 = tau[0] * max(0.0, (m1 * low2 - m2 * high1) / (m1 - m2))
        s1 = low2 - m2**2 / m1**2 * high1 - (m1**2 - m2**2) / m1**2 * coins / tau[0]
        return s0, tau[1] * m1 / (m2 * (m1 - m2)) * s1

    s0, s1 = below(counts.key)
    _, t1 = below(counts.test)
    errors, (bright, dim) = counts.test.errors, ((1, 2) if plan is TWO else (0, 1))
    high = exp(plan.means[bright]) / plan.probabilities[bright]
    high *= mean_upper_limit(errors[bright], errors.sum(), part)
    low = limit(mean_lower_limit, errors, dim)
    wrong = min(errors.sum(), tau[1] * (high - low) / (plan.means[bright] - plan.means[dim]))
    phase = rest_upper_limit(floor(t1), s1, wrong, part**2) / s1
    length = s0 + s1 * (1 - binary_entropy(phase)) - 10_000 - 2 * log2(1 / (2 * part)) - log2(2e10)
    assert MODE.balance(evidence(counts, leaked_bits=10_000)) == pytest.approx(length, rel=1e-9)
    assert len(used) + (plan is TWO) == n_limits  # with one decoy that of the bright errors was used already
    budget = MODE.epsilon_budget(n_intensities=len(plan.means))
    assert {one.name: one.count for one in budget.secrecy} == {
        "limits on decoy counts": n_limits,
        "phase error": 2,
        "amplification": 1,
    }
    assert all(one.each == pytest.approx(part) for one in budget.secrecy)


@PLANS
def test_a_longer_hash_costs_its_own_length(plan) -> None:
    counts = DecoyCounts(plan=plan, key=honest(plan, 1e9, 0.5), test=honest(plan, 1e9, 0.1))
    for mode in (MODE, PublishedSecurity(epsilon_secrecy=1e-10, epsilon_correctness=1e-10)):
        short, ideal, long = (mode.balance(evidence(counts, tag_bits=bits)) for bits in (20, 34, 60))
        assert short == ideal  # log₂(2 / ε_cor) = 34.2
        assert ideal - long == pytest.approx(60 - log2(2e10))


def test_errors_bound_the_empty_pulses_of_one_decoy() -> None:
    # without light half of the clicks are wrong, and no more empty bits are than twice the errors and chance.
    # Would catch: the cap by all errors dropped, coins without their margin
    few = PartCounts(detected=np.array([6e5, 1e5]), errors=np.array([2.0, 98.0]))
    spread = PartCounts(detected=np.array([6e5, 1e5]), errors=np.array([80.0, 20.0]))
    for counts, most in ((few, 100.0), (spread, 100.0)):
        low = ONE.scaled(np.array([mean_lower_limit(n, 7e5, 1e-11) for n in counts.detected]))
        high = ONE.scaled(np.array([mean_upper_limit(n, 7e5, 1e-11) for n in counts.detected]))
        wrong = ONE.scaled(np.array([mean_upper_limit(n, 100, 1e-11) for n in counts.errors])).min()
        coins = coins_upper_limit(min(ONE.photons(0) * wrong, most), 1e-11)
        m1, m2 = ONE.means
        single = low[1] - (m2 / m1) ** 2 * high[0] - (1 - (m2 / m1) ** 2) * coins / ONE.photons(0)
        expected = ONE.photons(1) * m1 / (m2 * (m1 - m2)) * single
        assert one_decoy_counts(ONE, counts, 1e-11)[1] == pytest.approx(expected)
    assert ONE.photons(0) * wrong > 100  # here the cap is what counts


@PLANS
def test_bounds_hold_run_by_run(plan) -> None:
    # 300 runs with their true photon numbers; limits that fail once in 10⁴ each. Would catch: a bound that
    # holds on average only, or for the mean in place of the numbers of this run
    rng = np.random.default_rng(3)
    bound = two_decoy_counts if plan is TWO else one_decoy_counts
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    yields, errors = np.array([1e-4, 0.02, 0.04, 0.06]), np.array([0.5, 0.01, 0.01, 0.01])
    too_much = 0
    for _ in range(300):
        factorials = np.array([1, 1, 2, 6])
        weights = chances[:, None] * np.exp(-means)[:, None] * means[:, None] ** np.arange(4) / factorials
        clicks = rng.poisson(2e6 * weights * yields)
        wrong = rng.binomial(clicks, errors)
        empty, single, bad = bound(
            plan, PartCounts(detected=clicks.sum(axis=1), errors=wrong.sum(axis=1)), 1e-4
        )
        too_much += empty > clicks[:, 0].sum() or single > clicks[:, 1].sum() or bad < wrong[:, 1].sum()
    assert too_much <= 3  # at most 300 × 8 × 10⁻⁴ = 0.2 expected
    assert single > 0.5 * clicks[:, 1].sum()


@pytest.mark.parametrize(("n_pulses", "bias", "error"), [(1e9, 0.9913, 1.11e-3), (1e10, 0.99662, 5.8e-4)])
def test_a_constructed_attack_leaves_what_is_claimed(n_pulses, bias, error) -> None:
    # Eve keeps one photon of each pair, blocks pulses of three and more, and entangles a probe with each
    # single photon, so that X shows the errors e and she gets h(e) of each bit of Z. By the published margin
    # a run without an error in X claims more than is secret, more often than ε_sec allows.
    plan = DecoyPlan(means=(0.6, 0.2), probabilities=(0.6, 0.4))
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    ones, twos = chances * np.exp(-means) * means, chances * np.exp(-means) * means**2 / 2
    none = np.zeros(2)
    key = PartCounts(detected=n_pulses * bias**2 * (ones + twos), errors=none)
    secret = n_pulses * bias**2 * ones.sum() * (1 - binary_entropy(error))
    n_test = n_pulses * (1 - bias) ** 2 * ones
    published = PublishedSecurity(epsilon_secrecy=1e-10)
    share = n_test / n_test.sum()
    claims = {MODE: [], published: []}
    chance = []
    for seen in range(200):
        detected = n_pulses * (1 - bias) ** 2 * (ones + twos)
        counts = DecoyCounts(plan=plan, key=key, test=PartCounts(detected=detected, errors=seen * share))
        chance.append(float(binom.cdf(seen, round(n_test.sum()), error)))
        for mode, lengths in claims.items():
            bounds = mode.decoy_bounds(counts)
            lengths.append(bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)))
    assert chance[0] > 1e-10  # no error is seen far more often than ε_sec allows
    assert claims[published][0] > secret
    risky = [chance[seen] for seen, length in enumerate(claims[MODE]) if length > secret]
    assert claims[MODE][0] <= secret
    assert max(risky, default=0.0) <= 1e-10
    assert claims[MODE][0] > 0.97 * secret  # and it does not give away more than it must


@pytest.mark.parametrize(
    ("means", "probabilities", "message"),
    [
        ((0.5,), (1.0,), "probabilities must lie strictly between 0 and 1, got 1.0"),
        ((0.5,), (0.9,), "means must be two or three, with a probability each"),
        ((0.5, 0.1), (0.5, 0.3, 0.2), "means must be two or three, with a probability each"),
        ((0.1, 0.5), (0.5, 0.5), "means must descend"),
        ((0.5, 0.0), (0.5, 0.5), "means must hold a decoy with light"),
        ((0.5, 0.4, 0.2), (0.5, 0.3, 0.2), "means must hold a signal brighter than the others together"),
        ((0.5, -0.1), (0.5, 0.5), "means must be finite and at least 0, got -0.1"),
    ],
)
def test_bad_plans(means, probabilities, message) -> None:
    with pytest.raises(ValueError, match=r"^(means|probabilities) must ") as caught:
        DecoyPlan(means=means, probabilities=probabilities)
    assert str(caught.value).startswith(message)


def test_counts_that_no_light_gives_make_no_key() -> None:
    # e^μ Q rises with μ for any Yₙ; empty pulses err half the time; no more single photons than clicks.
    # Would catch: a key longer than what was detected, which these counts gave without the checks
    plan = DecoyPlan(means=(0.5, 0.1, 0.0), probabilities=(0.5, 0.3, 0.2))
    sent = 4e5 * 0.64 * np.array(plan.probabilities)
    for gains, n_errors in (((0.02, 0.5, 0.001), 0.0), ((0.2, 0.5, 0.001), 0.0), ((0.3, 0.3, 0.3), 0.0)):
        detected = sent * np.array(gains)
        counts = PartCounts(detected=detected, errors=n_errors * detected)
        bounds = finite_bounds(plan, counts, counts, failure=1e-11)
        assert (bounds.empty, bounds.single, bounds.phase_error) == (0.0, 0.0, 0.5)
    empty = sent * np.array([0.3, 0.3, 0.3])
    honest = PartCounts(detected=empty, errors=empty / 2)
    assert finite_bounds(plan, honest, honest, failure=1e-11).empty > 0


@PLANS
@pytest.mark.parametrize("n", [1e8, 1e10])
def test_wrong_single_photons_are_bounded_from_above(plan, n) -> None:
    # mean counts of a line of which the true number is known; limits of the brighter intensity from above and
    # of the dimmer from below. Would catch: the two exchanged
    eta, error = 0.02, 0.03
    bits = honest(plan, n, 0.1, eta=eta, error=error)
    true = n * 0.1 * plan.photons(1) * (eta * error + 5e-7)
    bound = (two_decoy_counts if plan is TWO else one_decoy_counts)(plan, bits, 1e-11)[2]
    bright, dim = (1, 2) if plan is TWO else (0, 1)
    total = bits.errors.sum()
    high = plan.scaled(np.array([mean_upper_limit(k, total, 1e-11) for k in bits.errors]))[bright]
    low = plan.scaled(np.array([mean_lower_limit(k, total, 1e-11) for k in bits.errors]))[dim]
    assert true < bound < 3 * true
    assert bound == pytest.approx(plan.photons(1) * (high - low) / (plan.means[bright] - plan.means[dim]))
