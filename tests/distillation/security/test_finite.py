"""Key lengths, recomputed here from the bounds they come from."""

from dataclasses import replace
from itertools import pairwise
from math import exp, floor, log2

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, hypergeom

from qkdlab import AsymptoticSecurity, FiniteSecurity, PublishedSecurity
from qkdlab.distillation.estimation.decoys import DecoyEstimate, IntensityCounts
from qkdlab.distillation.estimation.error_rate import QberEstimate
from qkdlab.distillation.estimation.witnesses import ChshEstimate, Witnesses
from qkdlab.distillation.security.evidence import Evidence, asymptotic_fraction
from qkdlab.distillation.security.proofs import (
    PROOFS,
    chsh_knowledge,
    sarg04_knowledge,
    six_state_knowledge,
    uncertainty,
)
from qkdlab.values import binary_entropy
from tests.refusals import expect_refusal


def entropy(p: float) -> float:
    return 0.0 if p in (0, 1) else -p * log2(p) - (1 - p) * log2(1 - p)


def evidence(**changes) -> Evidence:
    if "estimate" in changes:
        changes["witnesses"] = Witnesses(estimate=changes.pop("estimate"))
    facts = {
        "n_pulses": 100_000,
        "n_detected": 80_000,
        "n_key": 30_000,
        "witnesses": Witnesses(estimate=QberEstimate(n_sample=10_000, n_errors=200)),
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
    got = mode.key_length(evidence(n_key=n, estimate=estimate, leaked_bits=leak, tag_bits=0))
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
    assert mode.key_length(evidence(estimate=QberEstimate(n_sample=10, n_errors=10))) == 0


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
            mode.key_length(
                evidence(
                    multiphoton_probability=multi, estimate=QberEstimate(n_sample=10_000, n_errors=errors)
                )
            )
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


def test_a_hash_longer_than_the_formulas_is_charged_in_full() -> None:
    # the formula pays for log(2 / ε_cor) = 34.2 bits
    free, short, *longer = (FiniteSecurity().key_length(evidence(tag_bits=bits)) for bits in (0, 34, 43, 50))
    assert free == short
    for bits, length in zip((43, 50), longer, strict=True):
        assert abs(short - length - (bits - log2(2 / 1e-10))) < 1


def test_smaller_epsilons_cost_key() -> None:
    lengths = [
        FiniteSecurity(epsilon_secrecy=secrecy, epsilon_correctness=correctness).key_length(
            evidence(tag_bits=0)
        )
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
        ({"witnesses": 0.02}, "witnesses must be a Witnesses, got 0.02"),
        (
            {"proof": "hope"},
            "proof must be one of 'BB84', 'three-state', 'six-state', 'SARG04', 'CHSH', got 'hope'",
        ),
        ({"multiphoton_probability": 1.2}, "multiphoton_probability must lie between 0 and 1, got 1.2"),
    ],
)
def test_evidence_is_checked(change, message) -> None:
    with expect_refusal(message):
        evidence(**change)


def test_modes_are_named_on_every_description() -> None:
    assert "Lim et al. 2014" in PublishedSecurity().describe("BB84", 3)
    assert "ε not claimed" in PublishedSecurity().describe("BB84", 2)
    assert PublishedSecurity().describe("BB84") == FiniteSecurity().describe("BB84")
    assert FiniteSecurity().describe("BB84").startswith("finite key, ε_sec = 1e-10, ε_cor = 1e-10")
    assert "ε not proven" not in FiniteSecurity().describe("BB84")
    assert "ε not proven" in FiniteSecurity(charge_bob=False).describe("BB84")
    assert "no security claim for a finite run" in AsymptoticSecurity().describe("BB84")


def test_tagging_works_at_any_epsilon() -> None:
    facts = evidence(n_pulses=3_000_000, n_detected=146_000, n_key=54_750, multiphoton_probability=0.001209)
    lengths = [
        FiniteSecurity(epsilon_secrecy=10.0**-e).key_length(facts) for e in (6, 10, 15, 16, 17, 20, 50)
    ]
    assert all(longer > shorter > 0 for longer, shorter in pairwise(lengths))


def test_without_bobs_questions_epsilon_is_not_proven() -> None:
    assert "ε not proven" in FiniteSecurity(charge_bob=False).describe("BB84")
    assert "not proven" not in FiniteSecurity().describe("BB84")


def test_every_proof_is_named_in_the_textbook_mode() -> None:
    words = {AsymptoticSecurity().describe(name) for name in (*PROOFS, "")}
    assert len(words) == len(PROOFS) + 1
    assert any("no proof for this protocol" in text for text in words)


def test_a_sample_of_the_other_basis_takes_the_place_of_the_estimate() -> None:
    # key bits almost without errors, many in the other basis: would catch the wrong rate in h
    found = Witnesses(
        estimate=QberEstimate(n_sample=10_000, n_errors=0), phase=QberEstimate(n_sample=4_000, n_errors=200)
    )
    facts = evidence(witnesses=found)
    assert AsymptoticSecurity().key_length(facts) == floor(30_000 * (1 - entropy(0.05)) - 5_000) - 34
    alone = evidence(estimate=QberEstimate(n_sample=4_000, n_errors=200))
    assert FiniteSecurity().key_length(facts) == FiniteSecurity().key_length(alone)


def test_a_phase_error_found_otherwise_comes_first() -> None:
    found = Witnesses(estimate=QberEstimate(n_sample=10_000, n_errors=0), phase_error=0.07)
    assert asymptotic_fraction(evidence(witnesses=found), 0.0) == pytest.approx(1 - entropy(0.07))


def root(knowledge, low: float, high: float) -> float:
    return brentq(lambda e: 1 - entropy(e) - knowledge(e), low, high)


def test_tolerable_error_rates_of_the_protocols() -> None:
    # BB84 11.0 % (Shor and Preskill), six-state 12.6 % (Lo), SARG04 9.68 % (Tamaki and Lo)
    assert root(uncertainty, 0.05, 0.2) == pytest.approx(0.1100, abs=5e-5)
    assert root(six_state_knowledge, 0.05, 0.2) == pytest.approx(0.12619, abs=5e-6)
    assert root(sarg04_knowledge, 0.05, 0.2) == pytest.approx(0.0969, abs=5e-5)

    def of_pairs(error: float) -> float:
        value = 2 * 2**0.5 * (1 - 2 * error)
        return chsh_knowledge(ChshEstimate(value=value, standard_error=0.0, n_compared=1))

    assert root(of_pairs, 0.01, 0.14) == pytest.approx(0.071, abs=5e-4)  # Acín et al. 2007
    # published rates of the six-state protocol at 1, 2.5 and 5 %
    for error, rate in ((0.01, 0.8639), (0.025, 0.7099), (0.05, 0.4968)):
        assert 1 - entropy(error) - six_state_knowledge(error) == pytest.approx(rate, abs=5e-5)


@pytest.mark.parametrize(("value", "known"), [(None, 1), (-3, 1), (2.0, 1), (2 * 2**0.5, 0), (2.9, 0)])
def test_chsh_at_the_ends(value, known) -> None:
    seen = None if value is None else ChshEstimate(value=value, standard_error=0.01, n_compared=100)
    assert chsh_knowledge(seen) == pytest.approx(known, abs=1e-7)


@pytest.mark.parametrize("knowledge", [six_state_knowledge, sarg04_knowledge])
def test_knowledge_grows_from_nothing(knowledge) -> None:
    values = [knowledge(e) for e in (0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3)]
    assert values[0] == 0
    assert values == sorted(values)
    assert knowledge(0.9) == knowledge(0.5)


def conditional_state(x_error: float, y_error: float) -> list[float]:
    """Weights of the four Bell states after Bob's conclusive outcome in SARG04, for Pauli errors on the line.

    Written with matrices, without the formula it tests: Alice's bit entangled with |0>, |+> (up to a
    rotation), a Pauli error, Bob's filter, averaged over the four pairs, which turn Z into X.
    """
    pauli = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
    a, b = np.cos(np.pi / 8), np.sin(np.pi / 8)
    states, others = [np.array([a, b]), np.array([a, -b])], [np.array([b, -a]), np.array([b, a])]
    psi = sum(np.kron(np.eye(2)[j], states[j]) for j in (0, 1)) / np.sqrt(2)
    bob = np.outer([1, 0], others[1]) + np.outer([0, 1], others[0])
    bell = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / np.sqrt(2)
    weights = np.zeros(4)
    for turn in range(4):
        angle = turn * np.pi / 4
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for share, error in zip((1 - 2 * x_error - y_error, x_error, y_error, x_error), pauli, strict=True):
            found = np.kron(np.eye(2), bob @ rotation.T @ error @ rotation) @ psi
            weights += share * np.abs(bell.conj() @ found) ** 2
    return list(weights / weights.sum())


def test_sarg04_knowledge_is_the_worst_over_all_pauli_errors() -> None:
    for wanted in (0.02, 0.06, 0.0969):
        rates = []
        for y in np.linspace(0, 0.04, 9):
            try:
                x = brentq(lambda x, y, e: sum(conditional_state(x, y)[2:]) - e, 0, 0.4, args=(y, wanted))
            except ValueError:
                continue  # the y errors alone are more
            none, phase, bit, both = conditional_state(x, y)
            assert phase + both == pytest.approx(1.5 * wanted)
            rates.append(-sum(p * log2(p) for p in (none, phase, bit, both) if p > 0) - entropy(wanted))
        assert len(rates) > 2
        assert max(rates) == pytest.approx(sarg04_knowledge(wanted), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])  # of the detected pulses that hold several photons
@pytest.mark.parametrize("extra", [0.0, 0.02, 0.1])  # wrong conclusive bits that Eve makes of each
def test_errors_dilute_the_single_photons_of_sarg04(share, extra) -> None:
    # conclusive and right is a quarter of the detected pulses, whatever their photons; she errs in those
    # of several photons alone. Would catch: single photons taken as the share 1 - Δ of the conclusive bits
    n = 4_000_000
    right, wrong = n / 4, share * extra * n
    single = (1 - share) * n / 4 / (right + wrong)
    qber = wrong / (right + wrong)
    facts = evidence(
        n_pulses=n,
        n_detected=n,
        n_key=1_000_000,
        multiphoton_probability=share,
        proof="SARG04",
        estimate=QberEstimate(n_sample=10**9, n_errors=round(qber * 10**9)),
    )
    knowledge = sarg04_knowledge(qber / (1 - share))  # for all that is known the errors are in single photons
    expected = single * (1 - knowledge) - 0.005
    assert asymptotic_fraction(facts, 0.005) == pytest.approx(expected, abs=1e-8)


def test_decoys_of_the_other_basis_bound_the_phase_error() -> None:
    # Eve in the key's basis: no errors there, many in the other
    def seen(error: float) -> DecoyEstimate:
        rows = [(0.5, 9_000), (0.1, 1_900), (0.0, 20)]
        return DecoyEstimate(
            counts=tuple(
                IntensityCounts(
                    mean_photon_number=mean,
                    n_sent=100_000,
                    n_detected=clicks,
                    n_compared=clicks,
                    n_errors=round(error * clicks) + (clicks == 20) * 10,
                )
                for mean, clicks in rows
            )
        )

    key, test = seen(0.01), seen(0.05)
    estimate = QberEstimate(n_sample=10_000, n_errors=10)
    for other, bounds in ((None, key.bounds), (test, test.bounds)):
        found = Witnesses(estimate=estimate, decoys=key, test_decoys=other)
        expected = key.single_photon_share * (1 - entropy(bounds.error_upper)) - 0.1
        facts = evidence(witnesses=found, multiphoton_probability=0.09)
        assert asymptotic_fraction(facts, 0.1) == pytest.approx(expected, rel=1e-12)
    assert test.bounds.error_upper > 3 * key.bounds.error_upper > 0
