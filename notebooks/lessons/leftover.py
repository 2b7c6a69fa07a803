"""What is left of Eve's knowledge after hashing, by going through all keys that she holds possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qkdlab.distillation.hashing.toeplitz import draw_seed
from qkdlab.values import Bits, check_count


@dataclass(frozen=True, kw_only=True, slots=True)
class HashedSecrecy:
    """How well a hash is hidden from somebody to whom several inputs are equally likely.

    Parameters
    ----------
    best_guess
        The probability of the likeliest hash: how often Eve's best guess of the whole hash is right.
    entropy
        Its Shannon entropy, in bits.
    distance
        Its statistical distance from uniformly random bits, ½ Σ |p - 2^-m|.
    """

    best_guess: float
    entropy: float
    distance: float


def hashed_secrecy(possible: Bits, seed: Bits) -> HashedSecrecy:
    """Return how well the Toeplitz hash hides from Eve, who knows the seed.

    Parameters
    ----------
    possible
        The inputs that she holds possible, all equally likely, uint8, shape (k, n), k ≥ 1.
    seed
        uint8, shape (n + m - 1,), with m up to 20.

    >>> keys = np.array([[0, 0, 1], [0, 1, 1]], dtype=np.uint8)  # she knows all but the second bit
    >>> hashed_secrecy(keys, np.array([1, 0, 1], dtype=np.uint8)).best_guess  # the first and the third
    1.0
    >>> hashed_secrecy(keys, np.array([0, 1, 1], dtype=np.uint8)).best_guess  # the first two
    0.5
    """
    n = possible.shape[1]
    n_hash = check_count("n_hash", len(seed) - n + 1, minimum=1, maximum=20)
    columns = np.array([seed[n - 1 - place :][:n_hash] for place in range(n)], dtype=np.int64)
    numbers = (possible @ columns % 2) @ (1 << np.arange(n_hash))
    shares = np.unique(numbers, return_counts=True)[1] / len(possible)
    even = 0.5**n_hash
    return HashedSecrecy(
        best_guess=float(shares.max()),
        entropy=float(-np.sum(shares * np.log2(shares))) + 0.0,  # no -0
        distance=float(np.sum(np.abs(shares - even)) + 1 - len(shares) * even) / 2,
    )


def mean_secrecy(possible: Bits, n_hash: int, n_seeds: int, rng: np.random.Generator) -> HashedSecrecy:
    """Return the means of `hashed_secrecy` over seeds drawn at random after Eve learnt what she knows.

    For k equally likely inputs the mean distance is ½ √(2^m / k) at most: the leftover hash lemma with
    H_min = log₂ k (Impagliazzo, Levin and Luby, STOC 1989; Renner, arXiv:quant-ph/0512258, ch. 5).
    """
    check_count("n_seeds", n_seeds, minimum=1)
    draws = (draw_seed(possible.shape[1], n_hash, rng) for _ in range(n_seeds))
    found = [hashed_secrecy(possible, seed) for seed in draws]
    return HashedSecrecy(
        best_guess=float(np.mean([one.best_guess for one in found])),
        entropy=float(np.mean([one.entropy for one in found])),
        distance=float(np.mean([one.distance for one in found])),
    )


def all_keys(n_bits: int) -> Bits:
    """Return all keys of `n_bits` bits, up to 16, as rows: uint8, shape (2^n_bits, n_bits).

    >>> all_keys(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    check_count("n_bits", n_bits, minimum=1, maximum=16)
    numbers = np.arange(1 << n_bits)[:, None]
    return (numbers >> np.arange(n_bits)[::-1] & 1).astype(np.uint8)
