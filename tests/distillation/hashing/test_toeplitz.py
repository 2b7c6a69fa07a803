"""Toeplitz hashing against the plain matrix, its linearity, its collisions, its refusals."""

from itertools import product

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from qkdlab import PrecisionError
from qkdlab.distillation.amplification import amplify
from qkdlab.distillation.hashing import toeplitz
from qkdlab.distillation.hashing.toeplitz import draw_seed, modified_toeplitz_hash, toeplitz_hash
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
    real = scipy.fft.irfft

    def noisy(*args):
        sums = real(*args)
        sums[50] += noise
        return sums

    monkeypatch.setattr(scipy.fft, "irfft", noisy)
    with pytest.raises(
        PrecisionError, match=r"^Toeplitz hash of 40 bits is off whole numbers by (0\.\d+|nan)$"
    ):
        toeplitz_hash(np.zeros(40, dtype=np.uint8), np.zeros(60, dtype=np.uint8))


def test_small_rounding_errors_are_rounded_away(monkeypatch) -> None:
    real = scipy.fft.irfft
    monkeypatch.setattr(scipy.fft, "irfft", lambda *args: real(*args) + 0.2)
    rng = np.random.default_rng(3)
    x, seed = rng.integers(0, 2, 40, dtype=np.uint8), draw_seed(40, 21, rng)
    assert toeplitz_hash(x, seed).tolist() == (matrix(seed, 40) @ x % 2).tolist()


SIZES = [(1, 1), (1, 8), (8, 1), (5, 4), (64, 33), (33, 64), (1000, 25), (1000, 26)]


@pytest.mark.parametrize(("n", "m"), SIZES)  # seeds of 1, 8, 96, 1024 and 1025 bits
def test_the_exact_method_equals_the_plain_matrix_without_a_float(n, m, monkeypatch) -> None:
    monkeypatch.delattr(scipy.fft, "irfft")
    rng = np.random.default_rng(n * 1000 + m)
    x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, m, rng)
    hashed = toeplitz_hash(x, seed, method="exact")
    assert hashed.tolist() == (matrix(seed, n) @ x % 2).tolist()
    assert (hashed.dtype, hashed.shape, hashed.flags.writeable) == (np.dtype(np.uint8), (m,), False)


def test_the_methods_give_the_same_key(monkeypatch) -> None:
    rng = np.random.default_rng(5)
    n, m = 90_001, 41_071  # a seed of 2^17 - 1 bits
    x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, m, rng)
    hashed, key = toeplitz_hash(x, seed), amplify(x, seed)
    modified = modified_toeplitz_hash(x, seed[: n - 1], m)
    monkeypatch.delattr(scipy.fft, "irfft")
    assert np.array_equal(toeplitz_hash(x, seed, method="exact"), hashed)
    assert np.array_equal(modified_toeplitz_hash(x, seed[: n - 1], m, method="exact"), modified)
    assert amplify(x, seed, method="exact") == key
    ones = np.ones(len(seed), dtype=np.uint8)  # the largest sums
    assert toeplitz_hash(ones[:n], ones, method="exact").tolist() == [n % 2] * m


def test_seeds_that_the_exact_method_has_no_room_for_are_refused() -> None:
    seed = np.zeros(2**23 + 1, dtype=np.uint8)
    with expect_refusal("seed must have at most 8388608 bits for the exact method, got 8388609"):
        toeplitz_hash(seed[:10], seed, method="exact")
    with expect_refusal("method must be one of 'fft', 'exact', got 'ntt'"):
        toeplitz_hash(seed[:10], seed[:20], method="ntt")


@pytest.fixture
def small_blocks(monkeypatch) -> None:
    """Blocks of 16 bits, three rows of them at a time, for seeds of more than 40 bits."""
    for name, value in (("_LARGEST_SINGLE", 40), ("_BLOCK", 16), ("_GROUP", 3)):
        monkeypatch.setattr(toeplitz, name, value)


AROUND_BORDERS = (1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 95, 96, 97, 200)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("n", AROUND_BORDERS)
def test_blocks_equal_the_plain_matrix(n) -> None:
    rng = np.random.default_rng(n)
    for m in AROUND_BORDERS:
        x, seed = rng.integers(0, 2, n, dtype=np.uint8), draw_seed(n, m, rng)
        hashed = toeplitz_hash(x, seed)
        assert hashed.tolist() == (matrix(seed, n) @ x % 2).tolist()
        assert (hashed.dtype, hashed.shape, hashed.flags.writeable) == (np.dtype(np.uint8), (m,), False)


@pytest.mark.parametrize("excess", [0, 1, 2])
def test_both_sides_of_the_threshold_equal_one_piece(monkeypatch, excess) -> None:
    rng = np.random.default_rng(excess)
    n = 300_000
    x = rng.integers(0, 2, n, dtype=np.uint8)
    seed = draw_seed(n, toeplitz._LARGEST_SINGLE - n + 1 + excess, rng)
    hashed = toeplitz_hash(x, seed)
    monkeypatch.setattr(toeplitz, "_LARGEST_SINGLE", len(seed))
    assert np.array_equal(hashed, toeplitz_hash(x, seed))


@given(st.integers(1, 120), st.integers(1, 120), st.integers(0, 2**32))
def test_blocks_are_linear(n, m, number) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_LARGEST_SINGLE", 40), ("_BLOCK", 16), ("_GROUP", 3)):
            patch.setattr(toeplitz, name, value)
        rng = np.random.default_rng(number)
        seed = draw_seed(n, m, rng)
        x, y = rng.integers(0, 2, (2, n), dtype=np.uint8)
        assert np.array_equal(toeplitz_hash(x ^ y, seed), toeplitz_hash(x, seed) ^ toeplitz_hash(y, seed))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("noise", [0.3, float("nan")])
def test_lost_precision_in_one_block_is_an_error(monkeypatch, noise) -> None:
    real, calls = scipy.fft.irfft, []

    def noisy(*args):
        sums = real(*args)
        calls.append(None)
        if len(calls) == 4:  # of the second group
            sums[-1] += noise
        return sums

    monkeypatch.setattr(scipy.fft, "irfft", noisy)
    with pytest.raises(PrecisionError, match=r"^Toeplitz hash of 40 bits is off whole numbers by "):
        toeplitz_hash(np.zeros(40, dtype=np.uint8), np.zeros(40 + 64 - 1, dtype=np.uint8))


@pytest.mark.parametrize("modified", [False, True])
def test_equals_randextract(modified, small_blocks) -> None:
    randextract = pytest.importorskip("randextract", reason="has no release for this Python")
    rng = np.random.default_rng(4)
    sizes = [(n, m) for n in AROUND_BORDERS for m in (1, 16, 17, 48, 49) if m < n]
    sizes += [(n, int(rng.integers(1, n))) for n in rng.integers(2, 3_000, 20).tolist()]
    for n, m in sizes:
        x = rng.integers(0, 2, n, dtype=np.uint8)
        if modified:
            seed, columns = rng.integers(0, 2, n - 1, dtype=np.uint8), n - m
            ours, theirs = modified_toeplitz_hash(x, seed, m), randextract.ModifiedToeplitzHashing(n, m)
        else:
            seed, columns = draw_seed(n, m, rng), n
            ours, theirs = toeplitz_hash(x, seed), randextract.ToeplitzHashing(n, m)
        # T[i, j] = s[i - j] there, with negative indices from the end
        assert ours.tolist() == theirs.extract(x, np.roll(seed, 1 - columns)).tolist()


def test_modified_differences_collide_for_at_most_two_to_the_minus_m_of_all_seeds() -> None:
    n, m = 6, 3
    seeds = [np.array(bits, dtype=np.uint8) for bits in product((0, 1), repeat=n - 1)]
    for bits in product((0, 1), repeat=n):
        if any(bits):
            x = np.array(bits, dtype=np.uint8)
            zeros = sum(not modified_toeplitz_hash(x, seed, m).any() for seed in seeds)
            assert zeros == (len(seeds) / 2**m if any(bits[: n - m]) else 0)


def test_modified_sizes_are_checked() -> None:
    x = np.zeros(4, dtype=np.uint8)
    with expect_refusal("n_hash must be below the input's 4 bits, got 4"):
        modified_toeplitz_hash(x, x[:3], 4)
    with expect_refusal("seed must have 3 bits, got 4"):
        modified_toeplitz_hash(x, x, 2)
    with pytest.raises(ValueError, match=r"^n_hash must "):
        modified_toeplitz_hash(x, x[:3], 0)
