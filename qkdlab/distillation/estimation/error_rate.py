"""Parameter estimation: a random sample of the sifted bits is disclosed and compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log, sqrt

import numpy as np
import scipy
from numpy.typing import NDArray

from ...values import Bits, check_count, check_open_probability, check_probability
from ..channel import Party, PublicChannel, Subject

MINIMUM_SAMPLE = 50
"""Disclosed bits below which no error rate is estimated: full interception is missed by 50
compared bits with probability 0.75^50, less than 10^-6."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QberEstimate:
    """What a disclosed sample says about the quantum bit error rate.

    `lower` and `upper` are the exact two-sided confidence interval of Clopper and Pearson,
    Biometrika 26, 404 (1934), which holds for independent errors. The security proofs do not
    assume independence and use their own bound.

    >>> estimate = QberEstimate(n_sample=200, n_errors=5)
    >>> estimate.qber, round(estimate.lower, 4), round(estimate.upper, 4)
    (0.025, 0.0082, 0.0574)
    """

    n_sample: int
    n_errors: int
    confidence: float = 0.95

    def __post_init__(self) -> None:
        check_count("n_sample", self.n_sample, minimum=1)
        check_count("n_errors", self.n_errors, maximum=self.n_sample)
        check_open_probability("confidence", self.confidence)

    @property
    def qber(self) -> float:
        """Share of wrong bits in the sample."""
        return self.n_errors / self.n_sample

    @property
    def lower(self) -> float:
        """Lower end of the confidence interval."""
        if self.n_errors == 0:
            return 0.0
        tail = (1 - self.confidence) / 2
        return float(scipy.special.betaincinv(self.n_errors, self.n_sample - self.n_errors + 1, tail))

    @property
    def upper(self) -> float:
        """Upper end of the confidence interval."""
        return upper_limit(self.n_sample, self.n_errors, self.confidence)


def upper_limit(n_sample: float, n_errors: float, confidence: float = 0.95) -> float:
    """Return the upper end of the interval of `QberEstimate`; the numbers need not be whole."""
    if n_errors >= n_sample:
        return 1.0
    if n_errors == 0:
        return -expm1(log((1 - confidence) / 2) / n_sample)  # (1 − upper)ⁿ is the tail
    return float(scipy.special.betainccinv(n_errors + 1, n_sample - n_errors, (1 - confidence) / 2))


def serfling_margin(n_sample: float, n_rest: float, failure: float) -> float:
    """Return by how much the error rate of bits that were not drawn may exceed that of a random sample.

    Serfling, Ann. Stat. 2, 39 (1974), for drawing without replacement: with k bits drawn and n left, a larger
    excess μ has probability exp(-2 n k² μ² / [(n + k)(k + 1)]) at most (Tomamichel et al. 2012, eq. S3).

    Parameters
    ----------
    n_sample, n_rest
        k and n, above 0.
    failure
        The probability of a larger excess, 0 … 1.

    Examples
    --------
    >>> round(serfling_margin(10_000, 30_000, 1e-10), 4)
    0.0392
    """
    k, n = n_sample, n_rest
    return sqrt((n + k) / (n * k) * (k + 1) / k * log(1 / check_open_probability("failure", failure)) / 2)


def announce_sample(
    n_sifted: int,
    fraction: float,
    rng: np.random.Generator,
    channel: PublicChannel,
    *,
    eligible: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Let Alice choose the sample, uniformly at random; return the mask as everybody hears it.

    Parameters
    ----------
    n_sifted
        Number of sifted bits.
    fraction
        Share of them to disclose, rounded to a whole number of bits.
    eligible
        Boolean, shape (n_sifted,): the bits that may become key, by default all. The share is theirs, and
        all other bits are disclosed: those of decoys, or of a basis that no key is made from.

    Returns
    -------
    Boolean array, shape (n_sifted,), true for the bits to disclose.
    """
    sample = np.zeros(n_sifted, dtype=bool) if eligible is None else ~eligible
    some = sample.any()  # else the places need no list, which would be large
    places = np.flatnonzero(~sample) if some else sample
    n_sample = round(len(places) * check_probability("fraction", fraction))
    drawn = rng.choice(len(places), size=n_sample, replace=False, shuffle=False)
    sample[places[drawn] if some else drawn] = True
    return channel.say(Party.ALICE, Subject.SAMPLE, sample)


def compare_sample(alice_sample: Bits, bob_sample: Bits, channel: PublicChannel) -> NDArray[np.bool_]:
    """Let both disclose their bits of the sample, shape (n_sample,) each; return where Alice finds errors."""
    channel.say(Party.ALICE, Subject.SAMPLE_BITS, alice_sample)
    heard_by_alice = channel.say(Party.BOB, Subject.SAMPLE_BITS, bob_sample)
    wrong: NDArray[np.bool_] = alice_sample != heard_by_alice
    return wrong


def estimate_qber(wrong: NDArray[np.bool_], confidence: float = 0.95) -> QberEstimate:
    """Return what the compared bits say: `wrong`, shape (n_sample,), tells where they differ."""
    return QberEstimate(n_sample=len(wrong), n_errors=int(np.count_nonzero(wrong)), confidence=confidence)
