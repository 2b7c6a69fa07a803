"""The window against replayed frames, beside a set that remembers everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery.encryptor.frames import Rejection
from qkdlab.delivery.encryptor.replay_window import ReplayWindow

counters = st.lists(st.integers(0, 80), max_size=120)


@given(counters, st.integers(1, 40))
def test_nothing_passes_twice_and_all_new_within_the_window_passes(arriving, size) -> None:
    window, seen = ReplayWindow(size), set()
    for counter in arriving:
        newest = max(seen, default=-1)
        answer = window.accept(counter)
        if counter > newest:
            assert answer is None
        elif newest - counter >= size:
            assert answer is Rejection.TOO_OLD
        elif counter in seen:
            assert answer is Rejection.REPLAYED
        else:
            assert answer is None
        if answer is None:
            assert counter not in seen
            seen.add(counter)


@given(counters)
def test_a_stream_takes_the_next_frame_and_no_other(arriving) -> None:
    window, n = ReplayWindow(0), 0
    for counter in arriving:
        expected = None if counter == n else Rejection.REPLAYED if counter < n else Rejection.OUT_OF_ORDER
        assert window.accept(counter) is expected
        n += expected is None


def test_a_leap_of_the_counter_costs_no_memory() -> None:
    window = ReplayWindow(64)
    assert window.accept(2**64 - 2) is None
    assert window._seen.bit_length() <= 64
    assert window.accept(2**64 - 2) is Rejection.REPLAYED
    assert window.accept(0) is Rejection.TOO_OLD


def test_a_size_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="size must be at least 0"):
        ReplayWindow(-1)
