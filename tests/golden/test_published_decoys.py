"""Finite-key lengths with decoys against the papers they come from, and the ordering of one and two decoys.

Lim et al., PRA 89, 022307 (2014), Sec. IV: channel, detectors and fixed parameters; Rusca et al., APL 112,
171104 (2018), App. B. The formulas are written here once more, as printed; ours differ in that a lower bound
on a number of errors is never below 0, which the papers do not say.
"""

from math import exp, log, log2, sqrt

import numpy as np
import pytest

from qkdlab.distillation.estimation.finite_decoys import DecoyCounts, DecoyPlan, PartCounts
from qkdlab.distillation.estimation.published_decoys import published_balance, published_bounds
from qkdlab.theory.search import Range, maximise
from qkdlab.values import binary_entropy


def lim_counts(n_key: float, km: float, plan: DecoyPlan, bias: float) -> tuple[float, PartCounts, PartCounts]:
    """Expected counts of Lim's model for `n_key` bits in the key basis, and the pulses that it takes."""
    eta, dark, after, wrong = 0.1 * 10 ** (-0.02 * km), 6e-7, 0.04, 5e-3
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    detected = 1 - (1 - 2 * dark) * np.exp(-eta * means)
    errors = dark + wrong * (1 - np.exp(-eta * means)) + after * detected / 2
    clicks = detected * (1 + after)
    pulses = n_key / (bias**2 * float(chances @ clicks))

    def basis(share: float) -> PartCounts:
        return PartCounts(
            detected=pulses * share * chances * clicks, errors=pulses * share * chances * errors
        )

    return pulses, basis(bias**2), basis((1 - bias) ** 2)


def leak(key: PartCounts, efficiency: float = 1.16) -> float:
    return efficiency * key.n_detected * binary_entropy(key.n_errors / key.n_detected)


def lim_as_printed(
    plan: DecoyPlan, key: PartCounts, test: PartCounts, epsilon: float
) -> tuple[float, float, float]:
    """s₀, s₁ and φ of Lim et al., eqs. (2) to (5)."""
    (k1, k2, k3), p = plan.means, plan.probabilities
    tau = [sum(q * exp(-k) * k**n for k, q in zip(plan.means, p, strict=True)) for n in (0, 1)]

    def scaled(column: np.ndarray, total: float, sign: int, i: int) -> float:
        return exp(plan.means[i]) / p[i] * (column[i] + sign * sqrt(total / 2 * log(21 / epsilon)))

    def ones(basis: PartCounts) -> tuple[float, float]:
        n = basis.n_detected
        s0 = (
            tau[0]
            * (k2 * scaled(basis.detected, n, -1, 2) - k3 * scaled(basis.detected, n, 1, 1))
            / (k2 - k3)
        )
        s0 = max(0.0, s0)
        s1 = scaled(basis.detected, n, -1, 1) - scaled(basis.detected, n, 1, 2)
        s1 -= (k2**2 - k3**2) / k1**2 * (scaled(basis.detected, n, 1, 0) - s0 / tau[0])
        return s0, tau[1] * k1 * s1 / (k1 * (k2 - k3) - k2**2 + k3**2)

    s0, s1 = ones(key)
    _, z1 = ones(test)
    m = test.n_errors
    v1 = tau[1] * (scaled(test.errors, m, 1, 1) - scaled(test.errors, m, -1, 2)) / (k2 - k3)
    b = v1 / z1
    gamma = (
        (z1 + s1)
        * (1 - b)
        * b
        / (z1 * s1 * log(2))
        * log2((z1 + s1) / (z1 * s1 * (1 - b) * b) * 21**2 / epsilon**2)
    )
    return s0, s1, b + sqrt(gamma)


# optima of an independent search at 100 km: n, (μ₁, μ₂, p₁, p₂, p_X), secret bits per pulse as printed
OPTIMA = [
    (1e5, (0.45724702, 0.16171717, 0.10044364, 0.56117247, 0.6336702), 1.040e-5),
    (1e7, (0.41444426, 0.21642234, 0.38442707, 0.43918341, 0.85051418), 4.766e-5),
    (1e9, (0.43839645, 0.16871825, 0.7559863, 0.15501605, 0.92727593), 8.537e-5),
]


LIM_RANGES = [
    Range(low=0.05, high=1),
    *[Range(low=0.01, high=0.99)] * 3,
    Range(low=1e-3, high=0.49, logarithmic=True),
]
"""Signal, the decoy's share of it, how often the signal, the decoy's share of the rest, the other basis."""


def lim_rate(n: float, parameters: tuple[float, ...], *, printed: bool) -> float:
    """Secret bits per pulse, with ε_sec = 10⁻¹⁵ of the length as in the paper."""
    mu1, mu2, p1, p2, bias = parameters
    plan = DecoyPlan(means=(mu1, mu2, 2e-4), probabilities=(p1, p2, 1 - p1 - p2))
    pulses, key, test = lim_counts(n, 100, plan, bias)
    length = 0.3 * n
    for _ in range(12):
        epsilon = 1e-15 * max(1.0, length)
        if printed:
            s0, s1, phi = lim_as_printed(plan, key, test, epsilon)
            length = s0 + s1 * (1 - binary_entropy(phi)) - leak(key) - 6 * log2(21 / epsilon) - log2(2e15)
        else:
            counts = DecoyCounts(plan=plan, key=key, test=test)
            length = published_balance(
                counts, leaked_bits=leak(key), epsilon_secrecy=epsilon, epsilon_correctness=1e-15
            )
    return length / pulses


@pytest.mark.parametrize(("n", "parameters", "rate"), OPTIMA)
def test_two_decoys(n, parameters, rate) -> None:
    printed, ours = (lim_rate(n, parameters, printed=printed) for printed in (True, False))
    assert printed == pytest.approx(rate, rel=2e-3)
    assert printed <= ours < 1.16 * printed  # never below 0 errors: worth most where few are seen


def test_more_bits_give_a_higher_rate_as_published() -> None:
    # "about 1.75" between 10⁷ and 10⁹ bits at 100 km; ours 1.71 at our optima and 1.79 as printed
    printed = lim_rate(*OPTIMA[2][:2], printed=True) / lim_rate(*OPTIMA[1][:2], printed=True)
    rates = []
    for n, known in ((1e9, OPTIMA[2][1]), (1e7, OPTIMA[1][1])):

        def rate(numbers: tuple[float, ...], n: float = n) -> float:
            mu, ratio, p, decoys, x = numbers
            parameters = (mu, 2e-4 + ratio * (mu - 4e-4), p, (1 - p) * decoys, 1 - x)
            return 1e6 * lim_rate(n, parameters, printed=False)

        rates.append(maximise(rate, LIM_RANGES).value / 1e6)
        assert rates[-1] >= lim_rate(n, known, printed=False)
    ours = rates[0] / rates[1]
    assert printed == pytest.approx(1.79, abs=0.005)
    assert ours == pytest.approx(1.71, abs=0.005)
    assert ours < 1.75 < printed


def rusca_counts(
    n_key: float, loss_db: float, plan: DecoyPlan, bias: float
) -> tuple[float, PartCounts, PartCounts]:
    """Expected counts of Rusca's model (50 % detectors, dark counts 10⁻⁸, 1 % errors), dead time left out."""
    eta, dark, wrong = 0.5 * 10 ** (-loss_db / 10), 1e-8, 0.01
    means, chances = np.array(plan.means), np.array(plan.probabilities)
    light = 1 - np.exp(-eta * means)
    pulses = n_key / (bias**2 * float(chances @ (light + dark)))

    def basis(share: float) -> PartCounts:
        return PartCounts(
            detected=pulses * share * chances * (light + dark),
            errors=pulses * share * chances * (light * wrong + dark / 2),
        )

    return pulses, basis(bias**2), basis((1 - bias) ** 2)


def rusca_rate(loss_db: float, plan: DecoyPlan, bias: float, n: float = 1e7) -> float:
    pulses, key, test = rusca_counts(n, loss_db, plan, bias)
    counts = DecoyCounts(plan=plan, key=key, test=test)
    balance = published_balance(
        counts, leaked_bits=leak(key), epsilon_secrecy=1e-9, epsilon_correctness=1e-15
    )
    return balance / pulses


def best_rusca_rate(loss_db: float, *, two: bool, n: float = 1e7) -> float:
    """The rate with all numbers optimised, for one decoy or two."""

    def rate(numbers: tuple[float, ...]) -> float:
        mu, ratio, p, x, *rest = numbers
        means: tuple[float, ...] = (mu, ratio * mu)
        chances: tuple[float, ...] = (p, 1 - p)
        if two:
            means = (mu, 2e-4 + ratio * (mu - 4e-4), 2e-4)
            chances = (p, (1 - p) * rest[0], (1 - p) * (1 - rest[0]))
        plan = DecoyPlan(means=means, probabilities=chances)
        return rusca_rate(loss_db, plan, 1 - x, n) * 10 ** (loss_db / 10)

    middle, basis = Range(low=0.01, high=0.99), Range(low=1e-3, high=0.49, logarithmic=True)
    ranges = [Range(low=0.05, high=1), middle, middle, basis, *[middle] * two]
    return maximise(rate, ranges).value / 10 ** (loss_db / 10)


@pytest.mark.parametrize("loss_db", [10, 20, 40])
def test_one_decoy_beats_two_for_ten_million_bits(loss_db) -> None:
    # Rusca et al.: up to 10⁸ bits one decoy is better in almost all settings
    one, two = (best_rusca_rate(loss_db, two=two) for two in (False, True))
    assert one > two > 0
    assert one < 1.25 * two
    if loss_db == 40:
        # an independent search found 5.07 and 4.41 kbit/s at 1 GHz, the latter with errors below 0; at this
        # loss the dead time is nothing
        assert 1e9 * one == pytest.approx(5.07e3, rel=0.01)
        assert 4.41e3 < 1e9 * two < 1.15 * 4.41e3


PLAN_ONE = DecoyPlan(means=(0.45, 0.15), probabilities=(0.5, 0.5))
PLAN_TWO = DecoyPlan(means=(0.45, 0.12, 2e-4), probabilities=(0.5, 0.3, 0.2))


def test_bounds_enclose_the_truth() -> None:
    # exact counts of Lim's model at 50 km; the true numbers of empty and single-photon bits are known
    for plan in (PLAN_ONE, PLAN_TWO):
        pulses, key, test = lim_counts(1e8, 50, plan, 0.8)
        bounds = published_bounds(DecoyCounts(plan=plan, key=key, test=test), epsilon_secrecy=1e-9)
        eta, dark, after = 0.1 * 10**-1, 6e-7, 0.04
        empty = pulses * 0.64 * plan.photons(0) * 2 * dark * (1 + after)
        single = pulses * 0.64 * plan.photons(1) * (1 - (1 - 2 * dark) * (1 - eta)) * (1 + after)
        assert bounds.empty <= empty
        assert 0.85 * single < bounds.single < 1.001 * single
        assert 0.02 < bounds.phase_error < 0.06


@pytest.mark.parametrize("plan", [PLAN_ONE, PLAN_TWO], ids=["one decoy", "two decoys"])
def test_less_is_never_more(plan) -> None:
    _, key, test = lim_counts(1e7, 50, plan, 0.8)

    def length(leaked: float = 0.0, noise: float = 1.0, size: float = 1.0, epsilon: float = 1e-9) -> int:
        def some(basis: PartCounts) -> PartCounts:
            return PartCounts(detected=size * basis.detected, errors=size * noise * basis.errors)

        balance = published_balance(
            DecoyCounts(plan=plan, key=some(key), test=some(test)),
            leaked_bits=leaked,
            epsilon_secrecy=epsilon,
            epsilon_correctness=1e-15,
        )
        return max(0, int(balance))

    assert length() > 0
    assert length(leaked=1000) in (length() - 1000, length() - 1001, length() - 999)
    assert length(leaked=1e9) == 0
    assert length(noise=1.5) < length()
    assert length(noise=30) == 0
    assert length(size=0.5) < 0.5 * length()
    assert length(size=1e-6) == length(size=0) == 0
    assert length(epsilon=1e-15) < length()


@pytest.mark.parametrize(("plan", "parts"), [(PLAN_ONE, 19), (PLAN_TWO, 21)], ids=["one decoy", "two decoys"])
def test_the_length_is_as_printed(plan, parts) -> None:
    # s₀ + s₁ [1 - h(φ)] - leak - 6 log₂(m / ε_sec) - log₂(2 / ε_cor), to the bit: would catch m forgotten (26
    # bits) or another power of ε, which the rates of long keys do not show
    _, key, test = lim_counts(1e9, 50, plan, 0.8)
    counts = DecoyCounts(plan=plan, key=key, test=test)
    bounds = published_bounds(counts, epsilon_secrecy=1e-9)
    if plan is PLAN_TWO:
        assert (bounds.empty, bounds.single) == pytest.approx(lim_as_printed(plan, key, test, 1e-9)[:2])
    length = bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)) - 1e6
    length -= 6 * log2(parts) + 6 * log2(1e9) + log2(2) + log2(1e15)
    found = published_balance(counts, leaked_bits=1e6, epsilon_secrecy=1e-9, epsilon_correctness=1e-15)
    assert found == pytest.approx(length, abs=1e-3)
