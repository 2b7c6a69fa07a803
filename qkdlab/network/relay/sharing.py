"""Secret sharing: a secret split into shares, so that too few of them tell nothing of it.

XOR shares need all of them: n - 1 are random, the last is the secret XOR the others. Shamir's threshold
scheme (Commun. ACM 22, 612 (1979)) needs any t of n: each byte of the secret is the value at 0 of a
polynomial over GF(256), random otherwise and of degree t - 1 at most, and share x is its value at x. Fewer
shares are independent of the secret, whatever their holders can compute. Neither scheme notices that a share
was changed.

The arithmetic is our own (`gf256`): libraries that share secrets, such as PyCryptodome, draw their
coefficients from the operating system and cannot be given a generator, so a run could not be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...errors import shown
from ...values import SecretKey, check_count, check_instance
from .gf256 import Elements, inverse, multiply, powers
from .linear_words import Word, weighted_sum, xor_words

MOST_SHARES = 255
"""Shares of Shamir's scheme at most: one for each element of the field but 0, where the secret is."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shares:
    """A secret, and the shares of it.

    Parameters
    ----------
    secret
        S.
    drawn
        What was drawn at random to hide it: S1, S2, … or the coefficients R1, R2, … of x, x², …
    shares
        The shares, each as long as the secret; of Shamir's those at x = 1, 2, …
    """

    secret: Word
    drawn: tuple[Word, ...]
    shares: tuple[Word, ...]


def xor_shares(secret: SecretKey, n: int, rng: np.random.Generator) -> Shares:
    """Return `n` shares whose XOR is the secret.

    Parameters
    ----------
    secret
        Any number of bits.
    n
        1 or more; a single share is the secret itself.
    rng
        Draws all shares but the last, one by one.

    Examples
    --------
    >>> xor_shares(SecretKey([1, 0, 1]), 3, np.random.default_rng(1)).shares
    (Word(S1, 3 bits), Word(S2, 3 bits), Word(S ⊕ S1 ⊕ S2, 3 bits))
    """
    check_instance("secret", secret, SecretKey)
    check_count("n", n, minimum=1)
    key, drawn = _draw("S", secret, n - 1, rng)
    return Shares(secret=key, drawn=drawn, shares=(*drawn, xor_words([key, *drawn])))


def shamir_shares(secret: SecretKey, *, threshold: int, n: int, rng: np.random.Generator) -> Shares:
    """Return shares at the points 1 … n, of which any `threshold` give the secret and fewer tell nothing.

    Parameters
    ----------
    secret
        Whole bytes: the number of bits is a multiple of 8.
    threshold, n
        1 ≤ threshold ≤ n ≤ 255. With threshold 1 every share is the secret itself.
    rng
        Draws the coefficients of x, x², … one by one.

    Examples
    --------
    >>> split = shamir_shares(SecretKey([1, 0] * 8), threshold=2, n=3, rng=np.random.default_rng(1))
    >>> split.shares[2]
    Word(S ⊕ 03·R1, 16 bits)
    >>> weighted_sum(split.shares[1:], weights_at_zero([2, 3]))
    Word(S, 16 bits)
    """
    check_count("n", n, minimum=1, maximum=MOST_SHARES)
    check_count("threshold", threshold, minimum=1, maximum=n)
    if len(check_instance("secret", secret, SecretKey)) % 8:
        raise ValueError(f"secret must have a multiple of 8 bits, got {len(secret)}")
    key, drawn = _draw("R", secret, threshold - 1, rng)
    shares = tuple(weighted_sum([key, *drawn], powers(x, threshold)) for x in range(1, n + 1))
    return Shares(secret=key, drawn=drawn, shares=shares)


def _draw(name: str, secret: SecretKey, n: int, rng: np.random.Generator) -> tuple[Word, tuple[Word, ...]]:
    """Return the secret as a word, and `n` random words that are as long."""
    drawn = (SecretKey(rng.integers(0, 2, len(secret), dtype=np.uint8)) for _ in range(n))
    key = Word.independent("S", secret)
    return key, tuple(Word.independent(f"{name}{number}", one) for number, one in enumerate(drawn, 1))


def weights_at_zero(points: Iterable[int]) -> Elements:
    """Return Lagrange's weights of n points: Σ wᵢ f(xᵢ) = f(0) for every polynomial f of degree below n.

    wᵢ is the product of xⱼ / (xⱼ - xᵢ) over all other points xⱼ. Of Shamir's shares this sum is the secret if
    there are as many as the threshold or more, and otherwise something unrelated to it; shares do not show
    which. ``ValueError`` unless there are points, 1 … 255, no two the same.

    >>> weights_at_zero([1, 2]).tolist()
    [247, 246]
    """
    xs = [check_count("points", x, minimum=1, maximum=MOST_SHARES) for x in points]
    if not xs or len(set(xs)) != len(xs):
        raise ValueError(f"points must be different, and at least 1, got {shown(xs)}")
    points_held, weights = np.array(xs, dtype=np.uint8), np.ones(len(xs), dtype=np.uint8)
    for x in xs:
        differences = np.where(points_held == x, x, points_held ^ x)  # its own factor is x / x, so 1
        weights = multiply(weights, multiply(x, inverse(differences)))
    return weights
