"""Verification: both parties compare a short hash of their corrected keys."""

from __future__ import annotations

from math import ceil, log2

import numpy as np

from ..values import Bits, check_epsilon
from .channel import Party, PublicChannel, Subject
from .hashing import draw_seed, toeplitz_hash


def tag_length(epsilon_correctness: float) -> int:
    """Return the bits of hash after which different keys pass with at most that probability.

    >>> tag_length(1e-15)
    50
    """
    return ceil(log2(1 / check_epsilon("epsilon_correctness", epsilon_correctness)))


def verify(
    alice_bits: Bits,
    bob_bits: Bits,
    *,
    epsilon_correctness: float,
    rng: np.random.Generator,
    channel: PublicChannel,
) -> bool:
    """Let Alice announce a hash of her key, and Bob say whether his has the same.

    Each party hashes its own key, shape (n,), n ≥ 1; the seed is drawn by Alice with `rng` once the
    keys are fixed. Different keys agree with probability at most `epsilon_correctness`. The hash
    leaks its own length.
    """
    n_tag = tag_length(epsilon_correctness)
    seed = channel.say(Party.ALICE, Subject.HASH_SEED, draw_seed(len(alice_bits), n_tag, rng))
    tag = channel.say(Party.ALICE, Subject.TAG, toeplitz_hash(alice_bits, seed), leaked_bits=n_tag)
    agreed = np.array_equal(toeplitz_hash(bob_bits, seed), tag)
    channel.say(Party.BOB, Subject.AGREED, agreed)
    return agreed
