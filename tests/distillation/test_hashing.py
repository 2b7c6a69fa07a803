"""Toeplitz hashing against the plain matrix, its linearity, its collisions, its refusals."""

from itertools import product

import numpy as np
import pytest

from qkdlab import PrecisionError
from qkdlab.distillation import hashing
from qkdlab.distillation.hashing import draw_seed, toeplitz_hash
from tests.bounds import assert_share
from tests.refusals import expect_refusal


def matrix(seed: np.ndarray, n: int) -> np.ndarray:
    """T[i, j] = s[i - j + n - 1], element by element."""
    m = len(seed) - n + 1
    return np.array([[seed[i - j + n - 1] for j in range(n)] for i in range(m)])


@pytest.mark.parametrize(
    ("n", "m"), [(1, 1), (1, 7), (7, 1), (5, 5), (64, 33), (33, 64), (257, 100), (1000, 1)]
)
def test_equals_the_plain_matrix(n, m) -> None:
    rng = np.random.default_rng(n * 1000 + m)
    for _ in range(5):
        x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, m, rng)
        assert seed.shape == (n + m - 1,)
        hashed = toeplitz_hash(x, seed)
        assert hashed.tolist() == (matrix(seed, n) @ x % 2).tolist()
        assert (hashed.dtype, hashed.shape, hashed.flags.writeable) == (np.dtype(np.uint8), (m,), False)


def test_worst_case_sums_are_exact() -> None:
    n, m = 200_000, 50_000
    assert (
        toeplitz_hash(np.ones(n, dtype=np.uint8), np.ones(n + m - 1, dtype=np.uint8)).tolist() == [n % 2] * m
    )
    odd = np.ones(n - 1, dtype=np.uint8)
    assert toeplitz_hash(odd, np.ones(n + m - 2, dtype=np.uint8)).tolist() == [1] * m


def test_linear() -> None:
    rng = np.random.default_rng(1)
    seed = draw_seed(500, 200, rng)
    x, y = rng.integers(0, 2, (2, 500), dtype=np.uint8)
    assert np.array_equal(toeplitz_hash(x ^ y, seed), toeplitz_hash(x, seed) ^ toeplitz_hash(y, seed))
    assert not toeplitz_hash(np.zeros(500, dtype=np.uint8), seed).any()


def test_every_difference_collides_for_exactly_two_to_the_minus_m_of_all_seeds() -> None:
    n, m = 5, 3
    seeds = [np.array(bits, dtype=np.uint8) for bits in product((0, 1), repeat=n + m - 1)]
    for bits in product((0, 1), repeat=n):
        if any(bits):
            zeros = sum(not toeplitz_hash(np.array(bits, dtype=np.uint8), seed).any() for seed in seeds)
            assert zeros == len(seeds) / 2**m


def test_seeds_are_fair_coins() -> None:
    seed = draw_seed(50_000, 50_000, np.random.default_rng(2))
    assert_share(np.count_nonzero(seed), len(seed), 0.5)
    assert_share(np.count_nonzero(seed[1:] == seed[:-1]), len(seed) - 1, 0.5)


@pytest.mark.parametrize(("n", "m"), [(0, 1), (1, 0), (-1, 3), (1.5, 2), (True, 1)])
def test_sizes_are_checked(n, m) -> None:
    with pytest.raises(ValueError, match=r"^n_(bits|hash) must "):
        draw_seed(n, m, np.random.default_rng(0))


def test_short_seeds_and_bad_bits_are_refused() -> None:
    with expect_refusal("seed must be at least as long as the input of 4 bits, got 3"):
        toeplitz_hash(np.zeros(4, dtype=np.uint8), np.zeros(3, dtype=np.uint8))
    with expect_refusal("seed must be at least as long as the input of 0 bits, got 3"):
        toeplitz_hash(np.zeros(0, dtype=np.uint8), np.zeros(3, dtype=np.uint8))
    with expect_refusal("bits[2] must be 0 … 1, got 2"):
        toeplitz_hash(np.array([0, 1, 2]), np.zeros(3, dtype=np.uint8))
    with expect_refusal("seed[0] must be 0 … 1, got 9"):
        toeplitz_hash(np.array([0]), np.array([9]))


@pytest.mark.parametrize("noise", [0.3, -0.3, 0.25, float("nan")])
def test_lost_precision_is_an_error_and_not_a_key(monkeypatch, noise) -> None:
    real = hashing.irfft

    def noisy(*args):
        sums = real(*args)
        sums[50] += noise
        return sums

    monkeypatch.setattr(hashing, "irfft", noisy)
    with pytest.raises(
        PrecisionError, match=r"^Toeplitz hash of 40 bits is off whole numbers by (0\.\d+|nan)$"
    ):
        toeplitz_hash(np.zeros(40, dtype=np.uint8), np.zeros(60, dtype=np.uint8))


def test_small_rounding_errors_are_rounded_away(monkeypatch) -> None:
    real = hashing.irfft
    monkeypatch.setattr(hashing, "irfft", lambda *args: real(*args) + 0.2)
    rng = np.random.default_rng(3)
    x, seed = rng.integers(0, 2, 40, dtype=np.uint8), draw_seed(40, 21, rng)
    assert toeplitz_hash(x, seed).tolist() == (matrix(seed, 40) @ x % 2).tolist()
