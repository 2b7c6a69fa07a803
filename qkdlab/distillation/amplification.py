"""Privacy amplification: the verified key is hashed to the length of which Eve knows nothing."""

from __future__ import annotations

from math import exp2, log2

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


def amplify_both(
    alice_bits: Bits, bob_bits: Bits, *, said_seed: Bits, heard_seed: Bits
) -> tuple[SecretKey, SecretKey]:
    """Return Alice's key and Bob's, each from its own bits and its own seed: what one process does for both.

    It sees the secrets of both parties, and hashes once what is the same for both.
    """
    alice = amplify(alice_bits, said_seed)
    if np.array_equal(bob_bits, alice_bits) and np.array_equal(heard_seed, said_seed):
        return alice, alice
    return alice, amplify(bob_bits, heard_seed)


def leftover_distance(unknown_bits: float, key_length: int) -> float:
    """Return how far a hash is from uniformly random bits at most, on average over the seeds: ½ √(2^(ℓ - H)).

    The leftover hash lemma (Impagliazzo, Levin and Luby, STOC 1989; Renner, arXiv:quant-ph/0512258, ch. 5).

    Parameters
    ----------
    unknown_bits
        The min-entropy H of what is hashed, to Eve: her best guess of all of it is right with probability
        2^-H.
    key_length
        Bits ℓ of the hash; if they are many more than `unknown_bits`, 1 is returned, which says nothing.

    Examples
    --------
    >>> leftover_distance(8, 2), leftover_distance(8, 16)
    (0.0625, 1.0)
    """
    return min(1.0, 0.5 * exp2(min(2.0, (key_length - unknown_bits) / 2)))


def leftover_bits(epsilon: float) -> float:
    """Return how much shorter than Eve's min-entropy a hash is, in bits, at this distance: 2 log₂(1 / 2ε).

    >>> round(leftover_bits(1e-10), 2)
    64.44
    """
    return 2 * log2(1 / (2 * epsilon))
