"""Convolution modulo a prime against Python's whole numbers."""

import numpy as np
import pytest

from qkdlab.distillation.hashing.number_theoretic import LARGEST_SIZE, PRIME, convolve
from tests.refusals import expect_refusal


def slowly(first: list[int], second: list[int], size: int) -> list[int]:
    """The definition, with numbers that cannot overflow."""
    total = [0] * size
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            total[(i + j) % size] += a * b
    return [value % PRIME for value in total]


def test_the_prime_has_roots_of_every_size_and_three_generates_them() -> None:
    assert PRIME == 119 * LARGEST_SIZE + 1
    assert all(PRIME % factor for factor in range(2, 31_596))  # up to its square root
    assert all(pow(3, (PRIME - 1) // factor, PRIME) != 1 for factor in (2, 7, 17))


@pytest.mark.parametrize("size", [1, 2, 4, 8, 32, 128])
def test_equals_the_definition(size) -> None:
    # any residues, the largest among them: would catch products or differences that overflow, a wrong order
    # of the steps backwards, a missing 1 / size
    rng = np.random.default_rng(size)
    for n in {1, max(1, size // 3), size}:
        first, second = rng.integers(0, PRIME, (2, n))
        first[0] = second[-1] = PRIME - 1
        result = convolve(first, second, size)
        assert result.tolist() == slowly(first.tolist(), second.tolist(), size)
        assert (result.dtype, result.shape) == (np.dtype(np.int64), (size,))
    largest = [PRIME - 1] * size
    assert convolve(largest, largest, size).tolist() == [size] * size  # (-1)^2, size times


def test_a_shift_at_a_large_size() -> None:
    size = 1 << 16
    values = np.random.default_rng(1).integers(0, PRIME, size)
    assert np.array_equal(convolve(values, [0, 0, 0, 1], size), np.roll(values, 3))


@pytest.mark.parametrize("size", [0, -4, 3, 12, 1 << 24])
def test_other_sizes_are_refused(size) -> None:
    with expect_refusal(f"size must be a power of two and at most 8388608, got {size}"):
        convolve([1], [1], size)


def test_bad_inputs_are_refused() -> None:
    with expect_refusal("size must be at least the input's 3, got 2"):
        convolve([1, 2, 3], [1], 2)
    for bad in (-1, PRIME):
        with expect_refusal(f"values must be from 0 to {PRIME - 1}, got {bad}"):
            convolve([1], [0, bad], 2)
