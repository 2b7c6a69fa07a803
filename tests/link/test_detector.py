"""Detectors: validation, the background, and the bit Bob writes down."""

import numpy as np
import pytest

from qkdlab import Detector
from qkdlab.link.detector import read_out
from tests.bounds import assert_share
from tests.refusals import expect_refusal


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


def test_single_clicks_are_read_as_they_are() -> None:
    clicks = np.array([1, 2, 2, 1], dtype=np.uint8)
    bits = read_out(clicks, np.random.default_rng(0))
    assert bits.tolist() == [0, 1, 1, 0]
    assert bits.dtype == np.uint8


def test_double_clicks_become_a_fair_coin() -> None:
    # would catch: always 0, always 1, or a double click discarded
    n = 20_000
    bits = read_out(np.full(n, 3, dtype=np.uint8), np.random.default_rng(4))
    assert len(bits) == n
    assert_share(np.count_nonzero(bits), n, 0.5)


def test_a_pulse_without_a_click_is_refused() -> None:
    with expect_refusal("clicks must be 1, 2 or 3, got 0"):
        read_out(np.array([1, 0], dtype=np.uint8), np.random.default_rng(0))


def test_the_coins_tossed_do_not_depend_on_what_arrived() -> None:
    # otherwise an attack that changes the values would shift every later choice of Bob's
    following = []
    for clicks in (1, 2, 3):
        rng = np.random.default_rng(5)
        read_out(np.full(100, clicks, dtype=np.uint8), rng)
        following.append(rng.random())
    assert len(set(following)) == 1


def test_no_pulses() -> None:
    assert read_out(np.zeros(0, dtype=np.uint8), np.random.default_rng(0)).shape == (0,)
