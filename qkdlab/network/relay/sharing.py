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
from .gf256 import Elements, combine, inverse, multiply, powers

MOST_SHARES = 255
"""Shares of Shamir's scheme at most: one for each element of the field but 0, where the secret is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShamirShare:
    """The value of the secret polynomials at one point.

    Parameters
    ----------
    x
        The point, 1 … 255; public.
    value
        As many bits as the secret, the polynomials' values byte by byte; secret.
    """

    x: int
    value: SecretKey

    def __post_init__(self) -> None:
        check_count("x", self.x, minimum=1, maximum=MOST_SHARES)
        check_instance("value", self.value, SecretKey)


def xor_shares(secret: SecretKey, n: int, rng: np.random.Generator) -> tuple[SecretKey, ...]:
    """Return `n` shares, each as long as the secret, whose XOR is the secret.

    Parameters
    ----------
    secret
        Any number of bits.
    n
        1 or more; a single share is the secret itself.
    rng
        Draws all shares but the last, one by one.

    >>> shares = xor_shares(SecretKey([1, 0, 1]), 3, np.random.default_rng(1))
    >>> shares, xor_secret(shares).bits.tolist()
    ((SecretKey(3 bits), SecretKey(3 bits), SecretKey(3 bits)), [1, 0, 1])
    """
    check_instance("secret", secret, SecretKey)
    check_count("n", n, minimum=1)
    shares = [SecretKey(rng.integers(0, 2, len(secret), dtype=np.uint8)) for _ in range(n - 1)]
    return *shares, xor_secret([secret, *shares])


def xor_secret(shares: Iterable[SecretKey]) -> SecretKey:
    """Return the XOR of all shares; ``ValueError`` if there is none, or their lengths differ."""
    bits = [share.bits for share in shares]
    if not bits:
        raise ValueError("shares must be at least 1, got 0")
    _check_lengths([len(share) for share in bits])
    return SecretKey(np.bitwise_xor.reduce(bits, axis=0))


def shamir_coefficients(secret: SecretKey, threshold: int, rng: np.random.Generator) -> tuple[SecretKey, ...]:
    """Return the coefficients of the secret polynomials: the secret, then t - 1 random ones, each as long.

    Parameters
    ----------
    secret
        Whole bytes: the number of bits is a multiple of 8.
    threshold
        t, 1 … 255: so many shares tell the secret, and fewer nothing.
    rng
        Draws the coefficients of x, x², … one by one.
    """
    check_instance("secret", secret, SecretKey)
    if len(secret) % 8:
        raise ValueError(f"secret must have a multiple of 8 bits, got {len(secret)}")
    check_count("threshold", threshold, minimum=1, maximum=MOST_SHARES)
    return secret, *(SecretKey(rng.integers(0, 2, len(secret), dtype=np.uint8)) for _ in range(threshold - 1))


def shamir_shares(
    secret: SecretKey, *, threshold: int, n: int, rng: np.random.Generator
) -> tuple[ShamirShare, ...]:
    """Return shares at the points 1 … n, of which any `threshold` give the secret and fewer tell nothing.

    Parameters
    ----------
    secret
        Whole bytes: the number of bits is a multiple of 8.
    threshold, n
        1 ≤ threshold ≤ n ≤ 255. With threshold 1 every share is the secret itself.
    rng
        Draws threshold - 1 random coefficients for each byte.

    >>> shares = shamir_shares(SecretKey([1, 0] * 8), threshold=2, n=3, rng=np.random.default_rng(1))
    >>> shares[2]
    ShamirShare(x=3, value=SecretKey(16 bits))
    >>> shamir_secret(shares[1:]) == SecretKey([1, 0] * 8)
    True
    """
    check_count("n", n, minimum=1, maximum=MOST_SHARES)
    check_count("threshold", threshold, minimum=1, maximum=n)
    coefficients = [_to_bytes(key) for key in shamir_coefficients(secret, threshold, rng)]
    return tuple(
        ShamirShare(x=x, value=_to_key(combine(powers(x, threshold), coefficients))) for x in range(1, n + 1)
    )


def shamir_secret(shares: Iterable[ShamirShare]) -> SecretKey:
    """Return the value at 0 of the polynomials through the shares.

    It is the secret if there are as many as the threshold or more, and otherwise something unrelated to it;
    shares do not show which.

    Raises
    ------
    ValueError
        If there is none, two have the same point, or their lengths differ or are no whole bytes.
    """
    held = tuple(shares)
    weights = weights_at_zero([share.x for share in held])
    _check_lengths([len(share.value) for share in held])
    if len(held[0].value) % 8:
        raise ValueError(f"shares must have a multiple of 8 bits, got {len(held[0].value)}")
    return _to_key(combine(weights, [_to_bytes(share.value) for share in held]))


def weights_at_zero(points: Iterable[int]) -> Elements:
    """Return Lagrange's weights of n points: Σ wᵢ f(xᵢ) = f(0) for every polynomial f of degree below n.

    wᵢ is the product of xⱼ / (xⱼ - xᵢ) over all other points xⱼ. ``ValueError`` unless there are points,
    1 … 255, no two the same.

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


def _check_lengths(lengths: list[int]) -> None:
    for number, length in enumerate(lengths):
        if length != lengths[0]:
            raise ValueError(f"shares[{number}] must have {lengths[0]} bits, got {length}")


def _to_bytes(key: SecretKey) -> Elements:
    return np.frombuffer(key.to_bytes(), dtype=np.uint8)


def _to_key(elements: Elements) -> SecretKey:
    return SecretKey(np.unpackbits(elements))
