"""Dead time and afterpulses on given clicks: what is kept, what is added, and where."""

import numpy as np
import pytest

from qkdlab import Detector
from qkdlab.link.detector_memory import operating_point, with_memory
from qkdlab.values import as_index
from tests.bounds import assert_distribution, assert_share


def seen(slots, clicks, n_gates=10**9, seed=1, **settings) -> tuple[list[int], list[int]]:
    """Return what detectors of these settings show, as lists."""
    masks = np.array(clicks, dtype=np.uint8)
    kept, left = with_memory(
        np.array(slots, dtype=np.int64),
        masks,
        detector=Detector(**settings),
        n_gates=n_gates,
        rng=np.random.default_rng(seed),
    )
    assert (kept.dtype, left.dtype) == (np.int64, np.uint8)
    return kept.tolist(), left.tolist()


@pytest.mark.parametrize(
    ("dead", "expected"),
    [(0, [3, 4, 5, 8, 12]), (1, [3, 5, 8, 12]), (2, [3, 8, 12]), (4, [3, 8]), (5, [3, 12]), (99, [3])],
)
def test_dead_time(dead, expected) -> None:
    # would catch: a gate too long or too short, lost clicks that prolong the dead time, and a detector
    # that stays on while the other is off
    slots, masks = [3, 4, 5, 8, 12], [1, 2, 3, 2, 1]
    kept, left = seen(slots, masks, dead_gates=dead)
    assert kept == expected
    assert left == [masks[slots.index(slot)] for slot in expected]


def test_dead_time_against_a_loop_over_gates() -> None:
    rng = np.random.default_rng(2)
    for dead in (1, 2, 7, 40):
        clicks = rng.choice(4, 20_000, p=[0.8, 0.09, 0.09, 0.02]).astype(np.uint8)
        expected, off = [], 0
        for gate, mask in enumerate(clicks.tolist()):
            if off:
                off -= 1
            elif mask:
                expected.append(gate)
                off = dead
        slots = np.flatnonzero(clicks)
        kept, left = seen(slots, clicks[slots], dead_gates=dead)
        assert kept == expected
        assert left == clicks[expected].tolist()


def test_dead_time_draws_nothing() -> None:
    rng = np.random.default_rng(3)
    before = rng.bit_generator.state
    slots, clicks = np.arange(50), np.ones(50, dtype=np.uint8)
    with_memory(slots, clicks, detector=Detector(dead_gates=3), n_gates=50, rng=rng)
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("settings", [{}, {"dead_gates": 4}, {"afterpulse_probability": 0.5}])
def test_no_clicks(settings) -> None:
    assert seen([], [], **settings) == ([], [])


APART = 10**6


@pytest.mark.parametrize(("delay", "dead"), [(1, 0), (1, 9), (3.0, 0), (3.0, 9), (20.0, 2)])
def test_delays_are_geometric_and_count_from_the_end_of_the_dead_time(delay, dead) -> None:
    # clicks far apart, so that what follows each is its own; would catch: exponential delays rounded down,
    # delays from the click, a mean of delay + 1, more than one afterpulse of a click
    n, p = 100_000, 0.3
    slots = np.arange(n, dtype=np.int64) * APART
    masks = np.where(np.arange(n) % 2, 2, 1).astype(np.uint8)
    kept, left = seen(
        slots, masks, APART * n, dead_gates=dead, afterpulse_probability=p, afterpulse_gates=delay
    )
    gates, clicks = np.array(kept), np.array(left)
    owner = gates // APART
    counts = np.bincount(as_index(owner), minlength=n)
    # each click has an afterpulse with probability p, and so has the afterpulse
    chain = np.bincount(counts - 1)[:6]
    expected = (1 - p) * p ** np.arange(6)
    assert_distribution([*chain[:4], n - chain[:4].sum()], [*expected[:4], p**4])
    assert np.array_equal(clicks, masks[owner])  # always the same detector
    gaps = np.diff(gates)[owner[1:] == owner[:-1]] - dead
    assert gaps.min() == 1
    if delay == 1:
        assert gaps.max() == 1
        return
    cells = np.arange(1, 6)
    shares = (1 - 1 / delay) ** (cells - 1) / delay
    found = np.array([np.count_nonzero(gaps == cell) for cell in cells])
    assert_distribution([*found, len(gaps) - found.sum()], [*shares, 1 - shares.sum()])


def test_afterpulses_beside_another_click_make_a_double_click() -> None:
    # delay 1: each afterpulse is in the next gate; would catch: the click of the pulse replaced, or its
    # detector lost, or an afterpulse in the detector of the pulse counted twice
    n = 50_000
    slots = (10 * np.arange(n)[:, np.newaxis] + np.arange(2)).ravel()
    for second, together in ((2, 3), (1, 1)):
        masks = np.tile(np.array([1, second], dtype=np.uint8), n)
        kept, left = seen(slots, masks, 10 * n, afterpulse_probability=0.4, afterpulse_gates=1)
        gates, clicks = np.array(kept), np.array(left)
        both = clicks[gates % 10 == 1]
        assert len(both) == n
        if together == 3:
            assert_share(np.count_nonzero(both == 3), n, 0.4)
        else:
            assert set(both.tolist()) == {1}
        # two detectors that clicked have one afterpulse each
        following = clicks[gates % 10 == 2]
        in_first = 0.4**2 if together == 3 else 0.4
        assert_share(np.count_nonzero(following & 1), n, in_first)
        assert_share(np.count_nonzero(following & 2), n, 0.4 if together == 3 else 0.0)


def test_the_dead_time_swallows_what_it_covers() -> None:
    # a click in gate 0, one in gate 6, one in gate 8 that is not seen; would catch: an afterpulse of the
    # unseen click, afterpulses of the first that wait for the end of the second dead time, or that are
    # all forgotten at the second click
    n, p = 100_000, 0.5
    slots = (1_000 * np.arange(n)[:, np.newaxis] + np.array([0, 6, 8])).ravel()
    masks = np.tile(np.array([1, 1, 2], dtype=np.uint8), n)
    kept, left = seen(slots, masks, 1_000 * n, dead_gates=5, afterpulse_probability=p, afterpulse_gates=3)
    gates = np.array(kept) % 1_000
    assert np.all(np.diff(kept) > 5)
    assert set(left) == {1}
    due = p * (2 / 3) ** np.arange(10) / 3  # one, two, … gates after the end of the dead time
    expected = 1 - (1 - due[0]) * (1 - due[6])
    assert_share(np.count_nonzero(gates == 12), n, expected, rules_out=due[0])


def test_nothing_comes_after_the_run() -> None:
    kept, _ = seen(np.arange(1_000), np.ones(1_000), 1_000, afterpulse_probability=0.5, afterpulse_gates=30)
    assert max(kept) == 999


def test_the_operating_point_without_memory() -> None:
    point = operating_point(Detector(), 0.1, (0.2, 0.3))
    assert point.on == 1
    assert point.quiet == pytest.approx((0.9, 0.9, 0.81), rel=1e-15)


def test_the_operating_point_in_simple_cases() -> None:
    # one detector that always clicks when on
    assert operating_point(Detector(dead_gates=3), 0.0, (1.0, 0.0)).on == 0.25
    # afterpulses in the very next gate only: x = 1 - (1 - S)(1 - p x), so x = S / (1 - p (1 - S))
    detector = Detector(afterpulse_probability=0.5, afterpulse_gates=1)
    assert 1 - operating_point(detector, 0.0, (0.2, 0.0)).quiet[0] == pytest.approx(
        0.5 * 0.2 / (1 - 0.5 * 0.8), rel=1e-12
    )
    # nothing to start an afterpulse
    assert operating_point(detector, 0.0, (0.0, 0.0)).quiet == (1, 1, 1)
