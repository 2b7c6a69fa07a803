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


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("dead_gates", -1, "be at least 0 and at most 1000000000"),
        ("dead_gates", 10**9 + 1, "be at least 0 and at most 1000000000"),
        ("dead_gates", 1.0, "be a whole number"),
        ("dead_gates", True, "be a whole number"),
        ("afterpulse_probability", 0.51, "lie between 0 and 0.5"),
        ("afterpulse_probability", float("nan"), "lie between 0 and 0.5"),
        ("afterpulse_probability", "0", "be a number"),
        ("afterpulse_gates", 0.9, "lie between 1 and 1e+09"),
        ("afterpulse_gates", float("inf"), "lie between 1 and 1e+09"),
        ("afterpulse_gates", None, "be a number"),
    ],
)
def test_memory_is_checked(name, value, rule) -> None:
    with expect_refusal(f"{name} must {rule}, got {value!r}"):
        Detector(**{name: value})


def test_what_has_memory_says_so() -> None:
    assert not Detector(afterpulse_gates=3).has_memory
    assert Detector().describe() == ""
    dead = Detector(dead_gates=100, afterpulse_probability=0.04)
    assert dead.has_memory
    assert dead.describe() == "dead for 100 gates after a click, afterpulses 4 %, 10 gates later on average"


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
