"""Keys that nobody fetches do not live for ever, whatever the clock does."""

import pytest

from qkdlab.delivery.store.elapsed import ElapsedTime
from qkdlab.errors import KeyNotFound, KeyStoreError
from tests.delivery.store.two_ends import TTL, Clock, feed, reserved, two_stores

SLAVE, MASTER = "SAE-B", "SAE-A"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ends(tmp_path, clock):
    with two_stores(tmp_path, clock=clock) as stores:
        feed(*stores, 1, 256)
        yield stores


def test_a_key_is_there_until_its_time_is_over(ends, clock) -> None:
    a, b = ends
    early = reserved(a, b)
    clock.now += TTL
    late = reserved(a, b)
    assert b.expire() == 0
    assert b.take(SLAVE, MASTER, early) == a.deliver(early)
    clock.now += TTL + 1
    with pytest.raises(KeyNotFound):
        b.take(SLAVE, MASTER, late)  # before anybody has tidied up
    assert b.expire() == 1
    assert b.counts().expired == 256
    assert b.counts().waiting == 0


def test_an_offer_that_was_forgotten_is_given_up(ends, clock) -> None:
    a, b = ends
    ids = reserved(a, b)
    clock.now += TTL + 1
    assert a.expire() == 1
    assert [void.key_id for void in a.pending_voids("KME-B")] == ids
    with pytest.raises(KeyNotFound):
        a.deliver(ids)


@pytest.mark.parametrize("jump", [1e9, -1e9])
def test_a_clock_that_jumps_and_comes_back_repeats_nothing_and_keeps_nothing_for_ever(
    ends, clock, jump
) -> None:
    a, b = ends
    before = reserved(a, b)
    keys = a.deliver(before)
    clock.now += jump
    b.expire()
    if jump > 0:
        with pytest.raises(KeyNotFound):
            b.take(SLAVE, MASTER, before)
    else:
        assert b.take(SLAVE, MASTER, before) == keys
    during = reserved(a, b)
    clock.now -= jump
    b.expire()
    for ids in (before, *([during] if jump < 0 else [])):
        with pytest.raises(KeyNotFound):
            b.take(SLAVE, MASTER, ids)
    after = reserved(a, b)
    clock.now += TTL / 2
    assert b.expire() == 0
    clock.now += TTL
    assert b.expire() == (2 if jump > 0 else 1), "what was made before or after lives as long as any"
    for ids in (during, after):
        with pytest.raises(KeyNotFound):
            b.take(SLAVE, MASTER, ids)


def test_time_that_the_store_was_closed_counts(tmp_path, clock) -> None:
    with two_stores(tmp_path, clock=clock) as (a, b):
        feed(a, b, 1, 64)
        ids = reserved(a, b)
        clock.now += TTL - 1
        b.expire()
    clock.now += 2
    with two_stores(tmp_path, clock=clock) as (_, b), pytest.raises(KeyNotFound):
        b.take(SLAVE, MASTER, ids)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e13])
def test_a_clock_out_of_order_stops_the_store_and_not_for_ever(ends, clock, value) -> None:
    a, b = ends
    ids = reserved(a, b)
    clock.now, good = value, clock.now
    for change in (lambda: a.deliver(ids), lambda: b.take(SLAVE, MASTER, ids), b.expire):
        with pytest.raises(KeyStoreError, match="clock is out of order"):
            change()
    clock.now = good
    assert a.deliver(ids) == b.take(SLAVE, MASTER, ids)


def test_seconds_add_up_and_never_go_back() -> None:
    clock = Clock(100)
    time = ElapsedTime(clock, seconds=7.0, last=90)
    assert time.now() == 17
    for now, seconds in ((50, 17), (60, 27), (1e9, 27 + 1e9 - 60), (60, 27 + 1e9 - 60), (61, 28 + 1e9 - 60)):
        clock.now = now
        assert time.now() == seconds
