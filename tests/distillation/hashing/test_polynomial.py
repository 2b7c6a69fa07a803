"""Polynomial hashing: the field, the polynomial, and how often messages collide."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qkdlab.distillation.hashing.polynomial import PolynomialHash, field_polynomial
from qkdlab.values import Bits
from tests.bounds import assert_share


def product(a: int, b: int, modulus: int) -> int:
    """Multiply in the field by hand: shift, add, reduce."""
    total = 0
    while b:
        total ^= a * (b & 1)
        b, a = b >> 1, a << 1
        if a.bit_length() == modulus.bit_length():
            a ^= modulus
    return total


def as_number(word: Bits) -> int:
    return sum(int(bit) << place for place, bit in enumerate(word))


def as_word(number: int, degree: int) -> Bits:
    return np.array([number >> place & 1 for place in range(degree)], dtype=np.uint8)


def test_the_published_fields() -> None:
    # AES (FIPS 197), GCM (NIST SP 800-38D), and pentanomials of low weight (Seroussi, HPL-98-135)
    powers = {8: (4, 3, 1), 16: (5, 3, 1), 32: (7, 3, 2), 64: (4, 3, 1), 128: (7, 2, 1)}
    for degree, middle in powers.items():
        assert field_polynomial(degree) == 1 << degree | sum(1 << power for power in middle) | 1


@pytest.mark.parametrize("degree", range(2, 12))
def test_every_element_has_an_inverse(degree) -> None:
    # would catch: a reducible polynomial, in which roots are more than the degree
    modulus = field_polynomial(degree)
    x, seen = 2, set()
    for element in range(1, min(1 << degree, 64)):
        inverse = element
        for _ in range(degree - 2):  # a^(2^b - 2)
            inverse = product(product(inverse, inverse, modulus), element, modulus)
        inverse = product(inverse, inverse, modulus)
        assert product(element, inverse, modulus) == 1
        seen.add(inverse)
    assert len(seen) == min(1 << degree, 64) - 1
    assert product(x, 1, modulus) == x


@pytest.mark.parametrize("degree", [1, 3, 8, 13, 48, 64, 65, 128, 130])
def test_horners_rule_by_hand(degree) -> None:
    # would catch: words in another order, the last one filled up on the other side, a power too few
    rng = np.random.default_rng(degree)
    modulus = field_polynomial(degree)
    for n in (0, 1, degree, degree + 1, 3 * degree, 7 * degree + 1, 1000):
        message = rng.integers(0, 2, n, dtype=np.uint8)
        point = rng.integers(0, 2, degree, dtype=np.uint8)
        words = np.append(message, np.zeros(-n % degree, dtype=np.uint8)).reshape(-1, degree)
        expected = 0
        for word in words:
            expected = product(expected ^ as_number(word), as_number(point), modulus)
        assert as_number(PolynomialHash(point)(message)) == expected


def test_as_many_collisions_as_the_bound_allows() -> None:
    # the worst pair: their difference is a (a - r1) ... (a - r11), which vanishes at 12 of the 256 points.
    # Would catch: a wrong count of coefficients, points that are not all used
    degree, modulus = 8, field_polynomial(8)
    coefficients = [1]
    for root in range(1, 12):
        longer = [*coefficients, 0]
        for place, coefficient in enumerate(coefficients):
            longer[place + 1] ^= product(coefficient, root, modulus)
        coefficients = longer
    difference = np.concatenate([as_word(coefficient, degree) for coefficient in coefficients])
    message = np.random.default_rng(1).integers(0, 2, len(difference), dtype=np.uint8)
    n_words = len(difference) // degree
    collisions = sum(
        np.array_equal(hashed(message), hashed(message ^ difference))
        for hashed in (PolynomialHash(as_word(point, degree)) for point in range(256))
    )
    assert collisions == n_words == 12


def test_random_pairs_collide_at_random() -> None:
    rng, rounds, collisions = np.random.default_rng(2), 4_000, 0
    for _ in range(rounds):
        first, second = rng.integers(0, 2, (2, 60), dtype=np.uint8)
        hashed = PolynomialHash(rng.integers(0, 2, 4, dtype=np.uint8))
        collisions += np.array_equal(hashed(first), hashed(second))
    # the point 0 maps all to 0; at any other, a random difference goes to 0 once in 16
    assert_share(collisions, rounds, (1 + 15 / 16) / 16, rules_out=3 / 16)


@pytest.mark.parametrize("bad", [[], [2, 0], [0.5]])
def test_a_bad_point_is_refused(bad) -> None:
    with pytest.raises(ValueError, match=r"^(point|degree)"):
        PolynomialHash(bad)


def test_threads_may_share_one() -> None:
    # would catch: powers and tables that are filled twice, and then stand one place too high
    rng, usual = np.random.default_rng(4), sys.getswitchinterval()
    message = rng.integers(0, 2, 40_000, dtype=np.uint8)
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            point = rng.integers(0, 2, 16, dtype=np.uint8)
            shared, alone = PolynomialHash(point), PolynomialHash(point)
            with ThreadPoolExecutor(4) as pool:
                hashes = list(pool.map(shared, [message] * 4))
            expected = alone(message)
            assert all(np.array_equal(found, expected) for found in hashes)
    finally:
        sys.setswitchinterval(usual)
