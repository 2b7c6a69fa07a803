"""Finite-key rates with decoys as two papers print them, for the figures and for the tests.

Lim et al., PRA 89, 022307 (2014), Sec. IV: channel, detectors and fixed parameters; Rusca et al., APL 112,
171104 (2018), App. B. Ours differ in that a lower bound on a number of errors is never below 0, which the papers do not
say.
"""

from __future__ import annotations

from math import exp, log, log2, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, differential_evolution

from qkdlab.distillation.estimation.finite_decoys import Column, DecoyCounts, DecoyPlan, PartCounts
from qkdlab.distillation.estimation.published_decoys import published_balance
from qkdlab.theory.search import Range, maximise
from qkdlab.values import binary_entropy


def lim_counts(n_key: float, km: float, plan: DecoyPlan, bias: float) -> tuple[float, PartCounts, PartCounts]:
    """Return the expected counts of Lim's model for `n_key` bits in the key basis, and the pulses that it takes."""
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
    """Return what error correction leaks, f n h(E) with f = 1.16 as Lim et al. take it."""
    return efficiency * key.n_detected * binary_entropy(key.n_errors / key.n_detected)


def lim_as_printed(
    plan: DecoyPlan, key: PartCounts, test: PartCounts, epsilon: float
) -> tuple[float, float, float]:
    """Return s₀, s₁ and φ of Lim et al., eqs. (2) to (5); φ = ½ where no share of errors comes out of them."""
    (k1, k2, k3), p = plan.means, plan.probabilities
    tau = [sum(q * exp(-k) * k**n for k, q in zip(plan.means, p, strict=True)) for n in (0, 1)]

    def scaled(column: Column, total: float, sign: int, i: int) -> float:
        return exp(plan.means[i]) / p[i] * (float(column[i]) + sign * sqrt(total / 2 * log(21 / epsilon)))

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
    b = v1 / z1 if z1 > 0 else 1.0
    if s1 <= 0 or not 0 < b < 1:
        return s0, max(0.0, s1), 0.5
    gamma = (
        (z1 + s1)
        * (1 - b)
        * b
        / (z1 * s1 * log(2))
        * log2((z1 + s1) / (z1 * s1 * (1 - b) * b) * 21**2 / epsilon**2)
    )
    return s0, s1, min(0.5, b + sqrt(gamma))


LIM_RANGES = Bounds([0.05, 0.01, 0.01, 0.01, 0.001], [1.0, 0.99, 0.99, 0.99, 0.95])
"""Signal, the decoy's share of it, how often the signal, the decoy's share of the rest, the other basis."""


def lim_rate(n: float, parameters: tuple[float, ...], *, printed: bool, km: float = 100) -> float:
    """Return the secret bits per pulse; negative if there are none.

    ε_sec is 10⁻¹⁵ of the length, as in the paper.

    `parameters` are μ₁, μ₂, p₁, p₂ and p_X; `printed` takes the formulas to the letter, otherwise a lower limit on a
    number of errors is never below 0.
    """
    mu1, mu2, p1, p2, bias = parameters
    plan = DecoyPlan(means=(mu1, mu2, 2e-4), probabilities=(p1, p2, 1 - p1 - p2))
    pulses, key, test = lim_counts(n, km, plan, bias)
    length = 0.3 * n
    for _ in range(12):
        before, epsilon = length, 1e-15 * max(1.0, length)
        if printed:
            s0, s1, phi = lim_as_printed(plan, key, test, epsilon)
            length = s0 + s1 * (1 - binary_entropy(phi)) - leak(key) - 6 * log2(21 / epsilon) - log2(2e15)
        else:
            counts = DecoyCounts(plan=plan, key=key, test=test)
            length = published_balance(
                counts, leaked_bits=leak(key), epsilon_secrecy=epsilon, epsilon_correctness=1e-15
            )
        if length == before:
            break  # so would all that follow
    return length / pulses


def best_lim_rate(n: float, *, printed: bool, km: float = 100) -> float:
    """Return the rate with all numbers optimised; of short blocks few settings give a key, and a climb finds none."""

    def loss(numbers: NDArray[np.float64]) -> float:
        mu, ratio, p, decoys, x = numbers.tolist()
        parameters = (mu, 2e-4 + ratio * (mu - 4e-4), p, (1 - p) * decoys, 1 - x)
        return -1e7 * lim_rate(n, parameters, printed=printed, km=km)

    found = differential_evolution(loss, LIM_RANGES, rng=1, maxiter=60, popsize=12, tol=1e-8)
    return -float(found.fun) / 1e7


def rusca_counts(
    n_key: float, loss_db: float, plan: DecoyPlan, bias: float
) -> tuple[float, PartCounts, PartCounts]:
    """Return the expected counts of Rusca's model (50 % detectors, dark counts 10⁻⁸, 1 % errors), dead time left out."""
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
    """Return the secret bits per pulse, with ε_sec = 10⁻⁹."""
    pulses, key, test = rusca_counts(n, loss_db, plan, bias)
    counts = DecoyCounts(plan=plan, key=key, test=test)
    balance = published_balance(
        counts, leaked_bits=leak(key), epsilon_secrecy=1e-9, epsilon_correctness=1e-15
    )
    return balance / pulses


def best_rusca_rate(loss_db: float, *, two: bool, n: float = 1e7) -> float:
    """Return the rate with all numbers optimised, for one decoy or two."""

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
