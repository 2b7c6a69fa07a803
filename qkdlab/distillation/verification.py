"""Verification: both parties compare a short hash of their corrected keys."""

from __future__ import annotations

import numpy as np

from ..values import Bits, check_count, check_epsilon
from .channel import Party, PublicChannel, Subject
from .hashing.polynomial import PolynomialHash


def tag_length(n_bits: int, epsilon_correctness: float) -> int:
    """Return the bits b of hash after which different keys pass with at most that probability.

    A key of n bits is a polynomial of ⌈n / b⌉ coefficients over GF(2ᵇ): b is the smallest with
    ⌈n / b⌉ / 2ᵇ ≤ `epsilon_correctness`. A 2-universal hash would be shorter, with b = log₂(1 / ε), but its
    seed would be longer than the key.

    >>> tag_length(1_000_000, 1e-10), tag_length(34, 1e-10)
    (48, 34)
    """
    check_count("n_bits", n_bits, minimum=1)
    check_epsilon("epsilon_correctness", epsilon_correctness)
    length = 1
    while -(-n_bits // length) / 2**length > epsilon_correctness:
        length += 1
    return length


def verify(
    alice_bits: Bits,
    bob_bits: Bits,
    *,
    epsilon_correctness: float,
    rng: np.random.Generator,
    channel: PublicChannel,
) -> bool:
    """Let Alice announce a hash of her key, and Bob say whether his has the same.

    Each party hashes its own key, shape (n,), n ≥ 1; the seed, the point at which its polynomial is
    evaluated, is drawn by Alice with `rng` once the keys are fixed. Different keys agree with probability
    at most `epsilon_correctness`. The hash leaks its own length.
    """
    n_tag = tag_length(len(alice_bits), epsilon_correctness)
    point = rng.integers(0, 2, n_tag, dtype=np.uint8)
    heard = channel.say(Party.ALICE, Subject.HASH_SEED, point)
    tag = channel.say(Party.ALICE, Subject.TAG, PolynomialHash(point)(alice_bits), leaked_bits=n_tag)
    agreed = np.array_equal(PolynomialHash(heard)(bob_bits), tag)
    return bool(channel.say(Party.BOB, Subject.AGREED, agreed)) and agreed
