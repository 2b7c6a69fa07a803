"""Key lengths, recomputed here from the bounds they come from."""

from dataclasses import replace
from itertools import pairwise
from math import exp, floor, log2

import pytest
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from qkdlab import AsymptoticSecurity, FiniteSecurity
from qkdlab.distillation.estimation import QberEstimate
from qkdlab.distillation.security import (
    SECURITY_MODES,
    Evidence,
    asymptotic_fraction,
    uncertainty,
)
from qkdlab.values import binary_entropy
from tests.refusals import expect_refusal


def entropy(p: float) -> float:
    return 0.0 if p in (0, 1) else -p * log2(p) - (1 - p) * log2(1 - p)


def evidence(**changes) -> Evidence:
    facts = {
        "n_pulses": 100_000,
        "n_detected": 80_000,
        "n_key": 30_000,
        "estimate": QberEstimate(n_sample=10_000, n_errors=200),
        "leaked_bits": 5_000,
        "tag_bits": 34,
    }
    return Evidence(**facts | changes)


def serfling_failure(n: float, k: float, margin: float) -> float:
    """P[errors of n key bits ≥ λ + margin, for a sample of k] ≤ exp(-2 n k² margin² / ((n + k)(k + 1)))."""
    return exp(-2 * n * k**2 * margin**2 / ((n + k) * (k + 1)))


def margin_for(n: float, k: float, epsilon_secrecy: float) -> float:
    """Smoothing ε = ε_sec/4, whose square is the probability that the phase error exceeds λ + margin."""
    wanted = (epsilon_secrecy / 4) ** 2
    return brentq(lambda margin: serfling_failure(n, k, margin) / wanted - 1, 1e-9, 50, xtol=1e-15)


@pytest.mark.parametrize("n", [5_000, 30_000, 1_000_000])
@pytest.mark.parametrize("k", [1_000, 10_000])
@pytest.mark.parametrize("rate", [0.0, 0.01, 0.04])
@pytest.mark.parametrize(("secrecy", "correctness"), [(1e-10, 1e-10), (1e-6, 1e-15), (0.01, 0.1)])
def test_finite_length_from_serflings_bound(n, k, rate, secrecy, correctness) -> None:
    errors, leak = round(k * rate), n // 10
    mode = FiniteSecurity(epsilon_secrecy=secrecy, epsilon_correctness=correctness)
    estimate = QberEstimate(n_sample=k, n_errors=errors)
    got = mode.key_length(evidence(n_key=n, estimate=estimate, leaked_bits=leak))
    phase_error = errors / k + margin_for(n, k, secrecy)
    # leftover hash: ε_sec = 2 · ε_sec/4 + ε_sec/2, the last half costs 2 log(1/(2 · ε_sec/2))
    # verification: log(2/ε_cor)
    length = n * (1 - entropy(min(phase_error, 0.5))) - leak - 2 * log2(1 / secrecy) - log2(2 / correctness)
    assert got <= max(0.0, length + 1e-6)  # never rounded up
    assert abs(got - max(0, floor(length))) <= 1


def test_serflings_bound_holds_for_the_exact_distribution() -> None:
    # all ways to place E errors among n + k bits; the worst E must stay below the bound
    for n, k in ((20, 10), (60, 40), (200, 30)):
        for margin in (0.1, 0.2, 0.3):
            worst = 0.0
            for total in range(n + k + 1):
                seen = range(max(0, total - n), min(k, total) + 1)
                worst = max(
                    worst,
                    sum(hypergeom.pmf(s, n + k, total, k) for s in seen if (total - s) / n >= s / k + margin),
                )
            assert 0 < worst <= serfling_failure(n, k, margin)


def test_asymptotic_length() -> None:
    mode = AsymptoticSecurity()
    facts = evidence()
    assert mode.key_length(facts) == floor(30_000 * (1 - entropy(0.02)) - 5_000) - 34
    assert mode.key_length(replace(facts, leaked_bits=30_000)) == 0
    assert mode.key_length(replace(facts, estimate=QberEstimate(n_sample=10, n_errors=10))) == 0


@pytest.mark.parametrize("multi", [0.0, 0.001, 0.01, 0.1, 0.9])
@pytest.mark.parametrize("errors", [0, 200, 900])
def test_gllp(multi, errors) -> None:
    facts = evidence(multiphoton_probability=multi, estimate=QberEstimate(n_sample=10_000, n_errors=errors))
    tagged = min(1.0, multi * 100_000 / 80_000)
    expected = -5_000 / 30_000
    if tagged < 1:
        expected += (1 - tagged) * (1 - entropy(min(0.5, errors / 10_000 / (1 - tagged))))
    assert facts.tagged_share == pytest.approx(tagged)
    assert asymptotic_fraction(facts) == pytest.approx(expected, abs=1e-12)
    assert asymptotic_fraction(facts, tagging=False) == pytest.approx(
        1 - entropy(errors / 10_000) - 5_000 / 30_000, abs=1e-12
    )


@pytest.mark.parametrize("multi", [1e-4, 0.002, 0.02])
def test_finite_length_with_tagged_bits(multi) -> None:
    n, k, errors, secrecy = 300_000, 100_000, 500, 1e-9
    facts = evidence(
        n_pulses=1_000_000,
        n_detected=800_000,
        n_key=n,
        estimate=QberEstimate(n_sample=k, n_errors=errors),
        multiphoton_probability=multi,
    )
    # three bounds, ε_sec/6 each: tagged pulses of matching bases, and their shares of key and sample
    part = secrecy / 6
    mean = 1_000_000 * multi / 2
    # Bernstein: P[X ≥ mean + t] ≤ exp(-t² / (2 (mean + t / 3))), above the exact binomial quantile
    most = mean + brentq(lambda t: exp(-(t**2) / (2 * (mean + t / 3))) / part - 1, 1e-9, 10**6)
    assert binom.isf(part, 1_000_000, multi / 2) <= most

    def tagged(size: int) -> float:
        """Hoeffding: P[X ≥ t] ≤ exp(-2 (t - mean)² / size)."""
        mean = size * most / (n + k)
        return brentq(lambda t: exp(-2 * (t - mean) ** 2 / size) / part - 1, mean, size)

    key, sample = tagged(n), tagged(k)
    clean_key, clean_sample = n - key, k - sample
    phase_error = errors / clean_sample + margin_for(clean_key, clean_sample, secrecy / 2)
    length = clean_key * (1 - entropy(min(phase_error, 0.5))) - 5_000
    length -= 2 * log2(2 / secrecy) + log2(2 / 1e-10)
    got = FiniteSecurity(epsilon_secrecy=secrecy).key_length(facts)
    assert got == pytest.approx(max(0.0, length), abs=3)
    assert got < FiniteSecurity(epsilon_secrecy=secrecy).key_length(
        replace(facts, multiphoton_probability=0.0)
    )


def test_more_tagged_bits_than_bits_leave_no_key() -> None:
    for mode in (FiniteSecurity(), AsymptoticSecurity()):
        for multi in (0.8, 0.9, 1.0):
            assert mode.key_length(evidence(multiphoton_probability=multi, leaked_bits=0)) == 0


MODES = [FiniteSecurity(), FiniteSecurity(epsilon_secrecy=0.5), AsymptoticSecurity()]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_no_key_is_normal_and_never_negative(mode) -> None:
    for errors in (0, 5_000, 10_000):
        for leak in (0, 29_999, 30_000, 10**9):
            for n in (1, 2, 100):
                estimate = QberEstimate(n_sample=10_000, n_errors=errors)
                length = mode.key_length(evidence(n_key=n, estimate=estimate, leaked_bits=leak))
                assert type(length) is int
                assert 0 <= length <= max(0, n - leak)
    assert (
        mode.key_length(evidence(n_key=1, estimate=QberEstimate(n_sample=1, n_errors=0), leaked_bits=0)) == 0
    )


@pytest.mark.parametrize("multi", [0.0, 0.003])
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_monotone(mode, multi) -> None:
    base = evidence(multiphoton_probability=multi)

    def falls(lengths: list[int]) -> bool:
        return all(later <= earlier for earlier, later in pairwise(lengths)) and lengths[-1] < lengths[0]

    assert falls([mode.key_length(replace(base, leaked_bits=leak)) for leak in range(0, 20_000, 1_000)])
    assert falls(
        [
            mode.key_length(replace(base, estimate=QberEstimate(n_sample=10_000, n_errors=errors)))
            for errors in range(0, 1_500, 100)
        ]
    )
    assert falls(
        [mode.key_length(replace(base, n_key=n, leaked_bits=n // 10)) for n in range(40_000, 1_000, -1_000)]
    )
    assert falls(
        [mode.key_length(replace(base, multiphoton_probability=p)) for p in (0.0, 1e-4, 1e-3, 0.01, 0.1, 0.5)]
    )


@pytest.mark.parametrize("multi", [0.0, 0.003])
@pytest.mark.parametrize("n", [500, 5_000, 50_000, 5_000_000])
@pytest.mark.parametrize("errors", [0, 100, 500, 1_100])
def test_finite_is_never_above_asymptotic_for_the_same_charge(n, errors, multi) -> None:
    facts = evidence(
        n_key=n,
        estimate=QberEstimate(n_sample=10_000, n_errors=errors),
        leaked_bits=n // 8,
        multiphoton_probability=multi,
        n_pulses=n * 3,
        n_detected=n * 3,
    )
    assert FiniteSecurity().key_length(facts) <= AsymptoticSecurity().key_length(facts)


def test_finite_approaches_asymptotic() -> None:
    n = 10**14
    facts = evidence(n_key=n, estimate=QberEstimate(n_sample=n, n_errors=n // 50), leaked_bits=n // 6)
    finite, limit = (mode.key_length(facts) / n for mode in (FiniteSecurity(), AsymptoticSecurity()))
    assert 0 <= limit - finite < 1e-5


def test_smaller_epsilons_cost_key() -> None:
    lengths = [
        FiniteSecurity(epsilon_secrecy=secrecy, epsilon_correctness=correctness).key_length(evidence())
        for secrecy, correctness in (
            (0.1, 0.1),
            (1e-3, 0.1),
            (1e-3, 1e-3),
            (1e-12, 1e-3),
            (1e-12, 1e-30),
            (1e-100, 1e-100),
        )
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) == len(lengths)


def test_leak_of_a_long_run() -> None:
    # the original Cascade's published efficiency is 1.13 … 1.24; Bob's questions are as many as the answers
    for qber in (0.01, 0.05, 0.11):
        assert 1.1 < AsymptoticSecurity().long_run_leak(qber) / entropy(qber) < 1.25
        both = FiniteSecurity().long_run_leak(qber)
        assert both == pytest.approx(2 * FiniteSecurity(charge_bob=False).long_run_leak(qber))
    assert FiniteSecurity().long_run_leak(0) == 0


def test_tagged_bits_follow_the_share_of_matching_bases() -> None:
    half = evidence(multiphoton_probability=0.01, n_pulses=400_000)
    tenth = replace(half, match_probability=0.1)
    assert FiniteSecurity().key_length(half) < FiniteSecurity().key_length(tenth)


def test_what_is_charged() -> None:
    assert FiniteSecurity().charged_leak(10, 7) == 17
    assert FiniteSecurity(charge_bob=False).charged_leak(10, 7) == 10
    assert AsymptoticSecurity().charged_leak(10, 7) == 10
    assert AsymptoticSecurity(charge_bob=True).charged_leak(10, 7) == 17


def test_entropy() -> None:
    for p in (0, 1e-12, 0.11, 0.3, 0.5, 0.9, 1):
        assert binary_entropy(p) == pytest.approx(entropy(p), abs=1e-15)
    assert uncertainty(0.7) == uncertainty(3.0) == 1.0
    assert uncertainty(0.2) == binary_entropy(0.2)
    with expect_refusal("probability must lie between 0 and 1, got nan"):
        binary_entropy(float("nan"))


@pytest.mark.parametrize("mode", [FiniteSecurity, AsymptoticSecurity])
@pytest.mark.parametrize("value", [0, 1, -1e-10, 1e-101, float("nan"), "1e-10", True])
def test_epsilons_are_checked(mode, value) -> None:
    for name in ("epsilon_secrecy", "epsilon_correctness"):
        if name in mode.__dataclass_fields__:
            with pytest.raises(ValueError, match=f"^{name} must ") as caught:
                mode(**{name: value})
            assert str(caught.value).endswith(f"got {value!r}")
    with expect_refusal("charge_bob must be a bool, got 1"):
        mode(charge_bob=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_key": 0}, "n_key must be at least 1, got 0"),
        ({"n_pulses": 0}, "n_pulses must be at least 1, got 0"),
        ({"n_detected": 1.5}, "n_detected must be a whole number, got 1.5"),
        ({"leaked_bits": -1}, "leaked_bits must be at least 0, got -1"),
        ({"tag_bits": None}, "tag_bits must be a whole number, got None"),
        ({"estimate": 0.02}, "estimate must be a QberEstimate, got 0.02"),
        ({"multiphoton_probability": 1.2}, "multiphoton_probability must lie between 0 and 1, got 1.2"),
    ],
)
def test_evidence_is_checked(change, message) -> None:
    with expect_refusal(message):
        evidence(**change)


def test_modes_are_named_on_every_description() -> None:
    assert {"finite": FiniteSecurity, "asymptotic": AsymptoticSecurity} == SECURITY_MODES
    assert FiniteSecurity().describe().startswith("finite key, ε_sec = 1e-10, ε_cor = 1e-10")
    assert "ε not proven" not in FiniteSecurity().describe()
    assert "ε not proven" in FiniteSecurity(charge_bob=False).describe()
    assert "no security claim for a finite run" in AsymptoticSecurity().describe()


def test_tagging_works_at_any_epsilon() -> None:
    facts = evidence(n_pulses=3_000_000, n_detected=146_000, n_key=54_750, multiphoton_probability=0.001209)
    lengths = [
        FiniteSecurity(epsilon_secrecy=10.0**-e).key_length(facts) for e in (6, 10, 15, 16, 17, 20, 50)
    ]
    assert all(longer > shorter > 0 for longer, shorter in pairwise(lengths))


def test_without_bobs_questions_epsilon_is_not_proven() -> None:
    assert "ε not proven" in FiniteSecurity(charge_bob=False).describe()
    assert "not proven" not in FiniteSecurity().describe()
