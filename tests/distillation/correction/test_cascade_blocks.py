"""Blocks of a Cascade pass: parities, cuts and odd blocks against counting by hand."""

from collections import Counter

import numpy as np
import pytest

from qkdlab.distillation.correction.cascade_blocks import Pass, odd_times, prefix_parities


@pytest.mark.parametrize("n", [*range(26), 63, 64, 65, 1_000, 4_099])
def test_prefix_parities_are_sums_modulo_two(n) -> None:
    # eight at a time: lengths around whole words would catch a word too few, or its parity carried twice
    rng = np.random.default_rng(n)
    for bits in (np.ones(n, dtype=np.uint8), rng.integers(0, 2, n, dtype=np.uint8)):
        prefix = prefix_parities(bits)
        assert prefix.dtype == np.uint8
        assert prefix.tolist() == [int(bits[:stop].sum()) % 2 for stop in range(n + 1)]


@pytest.mark.parametrize("n", [0, 1, 2, 40])
def test_odd_times_counts(n) -> None:
    for seed in range(20):
        values = np.random.default_rng(seed).integers(0, 15, n)
        expected = sorted(value for value, times in Counter(values.tolist()).items() if times % 2)
        assert odd_times(values).tolist() == expected


def test_a_pass_keeps_up_with_flips_and_cuts() -> None:
    # after every step the odd blocks are those with an odd number of errors, counted bit by bit; would catch
    # a flip noted twice or not at all, a block looked up in cuts that are out of date, old parities
    n, size = 300, 37
    rng = np.random.default_rng(1)
    alice, bob = rng.integers(0, 2, (2, n), dtype=np.uint8)
    order, starts = rng.permutation(n), np.arange(0, n, size)
    step = Pass(1, order, bob)

    def errors(start: int, stop: int) -> np.ndarray:
        return start + np.flatnonzero((alice ^ bob)[order[start:stop]])

    def assert_odd_blocks_are_known() -> None:
        blocks = zip(step.cuts[:-1], step.cuts[1:], strict=True)
        assert step.odd.tolist() == [start for start, stop in blocks if len(errors(start, stop)) % 2]

    told = np.array([alice[order[start : start + size]].sum() % 2 for start in starts], dtype=np.uint8)
    differ = step.open(starts, told)
    assert starts[differ].tolist() == step.odd.tolist()
    assert_odd_blocks_are_known()
    for _ in range(30):
        for n_flipped in rng.integers(1, 20, 2):  # two notes, so that a bit may flip and flip back
            flipped = rng.choice(n, n_flipped, replace=False)
            bob[flipped] ^= 1
            step.note(flipped)
        step.catch_up()
        assert_odd_blocks_are_known()
        low = step.odd[step.stops(step.odd) - step.odd > 1]
        high, middle = step.stops(low), (low + step.stops(low)) // 2
        step.refresh(low, high, bob)
        halves = [bob[order[a:b]].sum() % 2 for a, b in zip(low, middle, strict=True)]
        assert step.parities(low, middle).tolist() == halves
        for start, cut, stop in zip(low, middle, high, strict=True):  # an error in the odd half
            half = (start, cut) if len(errors(start, cut)) % 2 else (cut, stop)
            bob[order[errors(*half)[0]]] ^= 1
        step.settle(low, [middle])
        assert_odd_blocks_are_known()
    assert len(step.cuts) > 100
