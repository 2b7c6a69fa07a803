"""Finite-key lengths with decoys as published: Lim et al. 2014 (two decoys), Rusca et al. 2018 (one).

Here to reproduce the papers' figures. The limits on counts are Hoeffding's. The limit on phase errors is an
approximation of second order, which is none where few errors are seen: at 10⁴ test bits without an error it
fails millions of times as often as it says, from about 30 errors on it holds. No ε is therefore claimed.
"""

from __future__ import annotations

from math import log, log2, sqrt

from ...values import binary_entropy, check_epsilon
from .finite_decoys import DecoyCounts, FiniteBounds, Limits, finite_bounds

EQUAL_PARTS = {2: 19, 3: 21}
"""Into how many equal parts ε_sec is split, by the number of intensities."""


def hoeffding_margin(n: float, failure: float) -> float:
    """Return √(n/2 · ln(1/failure)), by how much a count out of n may be off its mean."""
    return sqrt(max(n, 0.0) / 2 * log(1 / failure))


def sampling_margin(failure: float, rate: float, n_sample: float, n_rest: float) -> float:
    """Return γ, by how much the error rate of the rest is said to exceed that of a random sample at most.

    Lim et al. 2014, eq. (5), with `failure` the stated probability of a larger excess, and `rate` the
    sample's, 0 … 1. It is no bound if the sample has few errors.
    """
    if n_sample < 2 or n_rest <= 0:
        return 1.0
    spread = max(rate, 1 / n_sample) if rate < 0.5 else min(rate, 1 - 1 / n_sample)
    variance = (n_sample + n_rest) * (1 - spread) * spread / (n_sample * n_rest * log(2))
    inside = (n_sample + n_rest) / (n_sample * n_rest * (1 - spread) * spread) / failure**2
    return sqrt(max(0.0, variance * log2(inside)))


PUBLISHED = Limits(
    lower=lambda count, n, failure: max(0.0, count - hoeffding_margin(n, failure)),
    upper=lambda count, n, failure: count + hoeffding_margin(n, failure),
    coins=lambda heads, n, failure: 2 * (heads + hoeffding_margin(n, failure)),
    phase_error=lambda sample, rest, errors, failure: (
        errors / sample + sampling_margin(failure, errors / sample, sample, rest)
    ),
    cuts=False,
)
"""The limits of the papers."""


def published_bounds(counts: DecoyCounts, *, epsilon_secrecy: float) -> FiniteBounds:
    """Return the papers' bounds on the key bits; each part fails, they say, with an equal share of ε_sec."""
    epsilon = check_epsilon("epsilon_secrecy", epsilon_secrecy)
    failure = epsilon / EQUAL_PARTS[len(counts.plan.means)]
    return finite_bounds(counts.plan, counts.key, counts.test, failure=failure, limits=PUBLISHED)


def published_balance(
    counts: DecoyCounts, *, leaked_bits: float, epsilon_secrecy: float, epsilon_correctness: float
) -> float:
    """Return the secret bits, not rounded; if negative, so many are missing.

    ℓ = s₀ + s₁ [1 - h(φ)] - leak - 6 log₂(m / ε_sec) - log₂(2 / ε_cor), where m is 21 with two decoys and 19
    with one. `leaked_bits` does not contain the verification hash, which the last term pays for.
    """
    bounds = published_bounds(counts, epsilon_secrecy=epsilon_secrecy)
    length = bounds.empty + bounds.single * (1 - binary_entropy(bounds.phase_error)) - leaked_bits
    parts = EQUAL_PARTS[len(counts.plan.means)]
    return length - (
        6 * log2(parts / epsilon_secrecy)
        + log2(2 / check_epsilon("epsilon_correctness", epsilon_correctness))
    )
