"""Privacy amplification: the verified key is hashed to the length of which Eve knows nothing."""

from __future__ import annotations

import numpy as np

from ..values import Bits, SecretKey
from .channel import Party, PublicChannel, Subject
from .hashing.toeplitz import Method, draw_seed, toeplitz_hash


def announce_amplification(
    n_bits: int, key_length: int, rng: np.random.Generator, channel: PublicChannel
) -> Bits:
    """Let Alice draw and announce the seed, shape (n_bits + key_length - 1,), fresh for each key."""
    seed = draw_seed(n_bits, key_length, rng)
    return channel.say(Party.ALICE, Subject.AMPLIFICATION_SEED, seed)


def amplify(bits: Bits, seed: Bits, *, method: Method = "fft") -> SecretKey:
    """Return the Toeplitz hash of a verified key, shape (n,), under the announced seed.

    How long the key may be is not decided here but by `security`: hashing makes a key secret only
    if it makes it short enough (leftover hash lemma; Tomamichel et al., arXiv:1002.2436). `method`
    is that of `toeplitz_hash`; it does not change the key.
    """
    return SecretKey(toeplitz_hash(bits, seed, method=method))
