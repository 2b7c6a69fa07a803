"""Detectors: validation, dark counts, and the bit Bob writes down."""

import numpy as np
import pytest

from qkdlab import Detector
from qkdlab.link.detector import read_out
from tests.bounds import assert_share


@pytest.mark.parametrize("name", ["efficiency", "dark_count_probability"])
@pytest.mark.parametrize("value", [-0.1, 1.2, float("nan"), "1", True])
def test_settings_are_checked(name, value) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must ") as caught:
        Detector(**{name: value})
    assert str(caught.value).endswith(f"got {value!r}")


def test_background_yield_counts_both_detectors() -> None:
    assert Detector(dark_count_probability=0.1).background_yield == pytest.approx(0.1 + 0.1 - 0.01)
    assert Detector(dark_count_probability=0).background_yield == 0
    assert Detector(dark_count_probability=1).background_yield == 1


def test_dark_counts_are_independent_in_the_two_detectors() -> None:
    # would catch: one mask for both, half the rate for each, or clicks that follow each other
    p, n = 0.2, 200_000
    zero, one = Detector(dark_count_probability=p).dark_counts(n, np.random.default_rng(3))
    assert_share(np.count_nonzero(zero), n, p, rules_out=p / 2)
    assert_share(np.count_nonzero(one), n, p, rules_out=p / 2)
    assert_share(np.count_nonzero(zero & one), n, p * p, rules_out=p)
    assert_share(np.count_nonzero(zero[1:] & zero[:-1]), n - 1, p * p)
    assert_share(np.count_nonzero(zero[: n // 2]), n // 2, p)


@pytest.mark.parametrize(("p", "count"), [(0.0, 0), (1.0, 50)])
def test_dark_counts_never_or_always(p, count) -> None:
    masks = Detector(dark_count_probability=p).dark_counts(50, np.random.default_rng(0))
    assert [np.count_nonzero(mask) for mask in masks] == [count, count]


def _masks(*rows: str) -> list[np.ndarray]:
    return [np.array([letter == "1" for letter in row]) for row in rows]


def test_single_clicks_are_read_as_they_are() -> None:
    signal, dark_zero, dark_one = _masks("110011", "000100", "001000")
    signal[3] = signal[2] = False
    value = np.array([0, 1, 0, 1, 1, 0], dtype=np.uint8)
    bits = read_out(signal, value, (dark_zero, dark_one), np.random.default_rng(0))
    # a dark count alone decides, whatever the photon that was lost would have shown
    assert bits.tolist() == [0, 1, 1, 0, 1, 0]
    assert bits.dtype == np.uint8


def test_a_dark_count_in_the_detector_that_clicks_changes_nothing() -> None:
    value = np.tile(np.array([0, 1], dtype=np.uint8), 500)
    signal = np.ones(1000, dtype=bool)
    bits = read_out(signal, value, (value == 0, value == 1), np.random.default_rng(0))
    assert np.array_equal(bits, value)


@pytest.mark.parametrize("kind", ["photon and dark count", "two dark counts"])
def test_double_clicks_become_a_fair_coin(kind) -> None:
    # would catch: the photon wins, the dark count wins, always 0, always 1
    n = 20_000
    value = np.tile(np.array([0, 1], dtype=np.uint8), n // 2)
    signal = np.full(n, kind == "photon and dark count")
    dark = (value == 1, value == 0) if signal[0] else (np.ones(n, dtype=bool), np.ones(n, dtype=bool))
    bits = read_out(signal, value, dark, np.random.default_rng(4))
    assert len(bits) == n  # none is discarded
    assert_share(np.count_nonzero(bits), n, 0.5)
    assert_share(np.count_nonzero(bits == value), n, 0.5, rules_out=0.75)


def test_a_pulse_without_a_click_is_refused() -> None:
    signal, dark = np.array([True, False]), (np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    with pytest.raises(ValueError, match=r"must show a click in every pulse"):
        read_out(signal, np.zeros(2, dtype=np.uint8), dark, np.random.default_rng(0))


def test_the_coins_tossed_do_not_depend_on_what_arrived() -> None:
    # otherwise an attack that changes the values would shift every later choice of Bob's
    ones, n = np.ones(100, dtype=bool), 100
    following = []
    for value in (0, 1):
        rng = np.random.default_rng(5)
        read_out(ones, np.full(n, value, dtype=np.uint8), (~ones, ones), rng)
        following.append(rng.random())
    assert following[0] == following[1]


def test_no_pulses() -> None:
    empty = np.zeros(0, dtype=bool)
    assert read_out(empty, np.zeros(0, dtype=np.uint8), (empty, empty), np.random.default_rng(0)).shape == (
        0,
    )
