"""GF(256): published products of AES, the axioms of a field, and elimination against plain enumeration."""

from itertools import product

import numpy as np
import pytest

from qkdlab.network.relay.gf256 import inverse, multiply, powers, rank, reduced, solve
from tests.refusals import expect_refusal

ALL = np.arange(256, dtype=np.uint8)


def school_product(a: int, b: int) -> int:
    """Multiply the polynomials and reduce them, bit by bit."""
    total = 0
    for place in range(8):
        total ^= (a << place) * (b >> place & 1)
    for place in range(14, 7, -1):
        total ^= (0x11B << place - 8) * (total >> place & 1)
    return total


def combined(factors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The sum of rows, each times its factor."""
    return np.bitwise_xor.reduce(multiply(np.asarray(factors)[:, np.newaxis], rows), axis=0)


# FIPS 197 (2001): section 4.2 (57·83), 4.2.1 (57 times 02, 04, 08, 10, 13); S-box, 5.1.1: 53 ↦ inverse CA
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0x57, 0x83, 0xC1),
        (0x57, 2, 0xAE),
        (0x57, 4, 0x47),
        (0x57, 8, 0x8E),
        (0x57, 0x10, 7),
        (0x57, 0x13, 0xFE),
    ],
)
def test_published_products(a, b, expected) -> None:
    # would catch: another polynomial (GCM's and QR codes' 0x11d), or bits read in the other order
    assert multiply(a, b) == multiply(b, a) == expected


def test_every_product_is_that_of_school() -> None:
    expected = np.array([[school_product(a, b) for b in range(256)] for a in range(256)])
    assert np.array_equal(
        multiply(ALL[:, np.newaxis], ALL), expected
    )  # would catch: a wrong table at 0 or 255


def test_inverses_and_powers() -> None:
    assert np.array_equal(multiply(inverse(ALL[1:]), ALL[1:]), np.ones(255))
    assert inverse(0x53) == 0xCA  # FIPS 197 takes it on the way to the S-box's example 53 ↦ ed
    for x in (0, 1, 3, 0x57, 255):
        expected = [1]
        for _ in range(300):  # beyond the order 255 of the group
            expected.append(school_product(expected[-1], x))
        assert powers(x, 301).tolist() == expected


def test_rank_counts_the_span() -> None:
    # the span of r independent rows over GF(2) has 2^r elements; would catch: rows exchanged but not reduced
    rng = np.random.default_rng(2)
    for _ in range(60):
        matrix = rng.integers(0, 2, (rng.integers(1, 6), rng.integers(1, 6)))
        span = {tuple(combined(bits, matrix)) for bits in product((0, 1), repeat=len(matrix))}
        assert len(span) == 2 ** rank(matrix)


def test_rank_of_products() -> None:
    # of an (n, r) times an (r, n) matrix the rank is r at most, and mostly r over a field of 256
    rng = np.random.default_rng(3)
    for r in range(1, 5):
        left, right = rng.integers(1, 256, (6, r)), rng.integers(1, 256, (r, 6))
        joined = np.array([combined(row, right) for row in left])
        assert rank(joined) == min(rank(left), rank(right)) == r


def test_reduced_rows_have_ones_at_pivots_alone() -> None:
    rows, pivots = reduced(np.random.default_rng(4).integers(0, 256, (4, 6)))
    assert np.array_equal(rows[:, list(pivots)], np.eye(4))
    assert pivots == (0, 1, 2, 3)


def test_solve_solves_or_says_that_it_cannot() -> None:
    rng = np.random.default_rng(5)
    solved = 0
    for _ in range(100):
        matrix = rng.integers(0, 4, (3, 3))
        right = rng.integers(0, 4, 3)
        x = solve(matrix, right)
        assert (x is None) == (rank(np.column_stack([matrix, right])) > rank(matrix))  # Rouché and Capelli
        if x is not None:
            solved += 1
            assert np.array_equal(combined(x, matrix.T), right)
    assert 0 < solved < 100


def test_refusals() -> None:
    with expect_refusal("values must not be 0, got 0"):
        inverse([3, 0])
    with expect_refusal("one must hold numbers 0 … 255, got 256"):
        multiply(256, 1)
    with expect_refusal("other must hold whole numbers, got dtype float64"):
        multiply(1, 0.5)
    with expect_refusal("matrix must have shape (rows, columns), got shape (2,)"):
        rank([1, 2])
    with expect_refusal("right must have shape (1,), got shape (2,)"):
        solve([[1, 2]], [1, 2])
