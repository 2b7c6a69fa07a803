"""Key pools: what was made is served, relayed, wasted or stored, and nothing is used twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab.errors import KeyExhausted
from qkdlab.network.operation.pools import KeyPool, Use
from qkdlab.network.operation.supplies import SessionSupply, SteadySupply

RNG = np.random.default_rng


def numbered(pool_supply: SessionSupply, now: float, start: int, n: int) -> None:
    """Add bits whose two copies differ, so that it is seen which is whose: 0 and 1 by position."""
    bits = (np.arange(start, start + n) % 2).astype(np.uint8)
    pool_supply.add(now, bits, 1 - bits)


def balanced(pool: KeyPool, now: float) -> bool:
    counts = pool.counts(now)
    return counts.generated == counts.served + counts.relayed + counts.wasted + counts.stored


@settings(max_examples=200, deadline=None)
@given(
    capacity=st.none() | st.integers(0, 60),
    expiry=st.none() | st.floats(0.5, 20),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "reserve", "consume", "release", "spend", "wait"]),
            st.integers(1, 30),
            st.floats(0, 5),
        ),
        max_size=60,
    ),
)
def test_nothing_is_used_twice_and_nothing_gets_lost(capacity, expiry, steps) -> None:
    # would catch: released or expired bits that come back, bits that are counted in two places, reserved
    # bits that expire, a pool that forgets to destroy what it passed
    supply = SessionSupply()
    pool = KeyPool("A→B", supply, capacity_bits=capacity, expiry_seconds=expiry)
    now, made, used, kept = 0.0, 0, set(), []
    spent = 0
    for what, n, wait in steps:
        now += wait
        if what == "add":
            numbered(supply, now, made, n)
            made += n
        elif what == "reserve":
            if pool.available(now) >= n:
                kept.append(pool.reserve(n, now))
            else:
                with pytest.raises(KeyExhausted, match=f"{n:,} bits are needed"):
                    pool.reserve(n, now)
        elif what in ("consume", "release") and kept:
            one = kept.pop(n % len(kept))
            positions = set(range(one.start, one.stop))
            assert not positions & used
            used |= positions
            if what == "release":
                pool.release(one)
            else:
                a, b = pool.consume(one, Use.RELAYED)
                assert a.tolist() == [position % 2 for position in range(one.start, one.stop)]
                assert (a ^ b).all()
            with pytest.raises(ValueError, match="not used yet"):
                pool.consume(one, Use.SERVED)
        elif what == "spend" and pool.available(now) >= n:
            pool.spend(n, Use.SERVED)
            spent += n
        assert balanced(pool, now)
        assert pool.counts(now).generated == made
    assert pool.counts(now).served == spent
    assert all(one.stop <= made for one in kept)


def test_old_bits_expire_and_a_full_pool_loses_the_oldest() -> None:
    supply = SessionSupply()
    pool = KeyPool("A→B", supply, capacity_bits=10, expiry_seconds=5.0)
    numbered(supply, 0.0, 0, 8)
    numbered(supply, 2.0, 8, 6)
    assert pool.available(2.0) == 10  # 4 of the first are lost
    kept = pool.reserve(3, 2.0)
    assert (kept.start, kept.stop) == (4, 7)
    assert (
        pool.available(5.0) == 6
    )  # the last of the first session is 5 s old and gone; reserved ones are not
    assert pool.counts(5.0).wasted == 5
    assert pool.counts(5.0).stored == 9


def test_what_is_passed_is_overwritten() -> None:
    supply = SessionSupply()
    pool = KeyPool("A→B", supply)
    alice, bob = np.ones(6, np.uint8), np.ones(6, np.uint8)
    supply.add(0.0, alice, bob)
    blocks = [block for _, *copies in supply._blocks for block in copies]
    pool.spend(4, Use.SERVED)
    assert [block.tolist() for block in blocks] == [[0, 0, 0, 0, 1, 1]] * 2
    assert alice.all()  # the session's own record is not the pool's


def test_bits_handed_out_are_no_longer_in_the_pool() -> None:
    # would catch: a copy that stays behind, and could be handed out again
    supply = SessionSupply()
    pool = KeyPool("A→B", supply)
    numbered(supply, 0.0, 0, 6)
    (_, alice, bob), *_ = supply._blocks
    pool.reserve(4, 0.0)
    assert [block[:4].tolist() for block in (alice, bob)] == [[0] * 4] * 2
    with pytest.raises(ValueError, match="bits 0 … 4 must not be forgotten yet"):
        supply.pull(0, 4)


def test_part_of_a_bit_is_not_rounded_up() -> None:
    # would catch: 0.3 bits a period that come to 10 in 33 periods; both ways of counting must agree
    supply = SteadySupply(RNG(1))
    supply.run(0.0, portion=0.3, period_seconds=1.0)
    times = np.arange(0.0, 40.0, 0.5)
    made = [supply.made(now) for now in times.tolist()]
    assert made == supply.made_at(times).tolist() == [3 * int(now) // 10 for now in times]
    supply.run(40.0, portion=1.0, period_seconds=1.0)
    assert supply.made(42.0) == supply.made_at(np.array([0.0, 42.0]))[1] == 14


def test_a_steady_supply_makes_portions_at_the_end_of_each_period() -> None:
    supply = SteadySupply(RNG(1))
    supply.run(10.0, portion=7, period_seconds=2.0)
    assert [supply.made(now) for now in (0, 10, 11.9, 12, 13.9, 14, 110)] == [0, 0, 0, 7, 7, 14, 350]
    supply.run(13.0, portion=0, period_seconds=2.0)  # the session that would have ended at 14 is given up
    supply.run(20.0, portion=5, period_seconds=1.0)
    assert [supply.made(now) for now in (9, 12.5, 13, 19, 20.9, 21, 22)] == [0, 7, 7, 7, 7, 12, 17]


def test_a_period_that_is_no_binary_fraction_loses_no_portion() -> None:
    # would catch: floor((0.3 - 0) / 0.1) = 2
    supply = SteadySupply(RNG(1))
    supply.run(0.0, portion=1, period_seconds=0.1)
    assert [supply.made(0.1 * k) for k in range(0, 100_000, 7)] == list(range(0, 100_000, 7))


@settings(max_examples=150, deadline=None)
@given(
    capacity=st.integers(5, 200),
    expiry=st.none() | st.floats(0.5, 30),
    draws=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 20), st.booleans()), min_size=1, max_size=50),
    runs=st.lists(st.tuples(st.floats(0, 10), st.integers(0, 40), st.floats(0.1, 5)), max_size=4),
)
def test_many_uses_at_once_are_the_same_as_one_by_one(capacity, expiry, draws, runs) -> None:
    # would catch: losses between two uses that are taken from the wrong side, an unused cumulative maximum,
    # times before a supply's last change
    pools = []
    for _ in range(2):
        supply = SteadySupply(RNG(1))
        supply.run(0.0, portion=30, period_seconds=1.5)
        begun = 0.0
        for wait, portion, period in runs:
            begun += wait
            supply.run(begun, portion=portion, period_seconds=period)
        pools.append(KeyPool("A→B", supply, capacity_bits=capacity, expiry_seconds=expiry))
    together, single = pools
    times = begun + np.cumsum([wait for wait, _, _ in draws])
    costs = np.array([cost for _, cost, _ in draws])
    relayed = np.array([one for _, _, one in draws])
    done = together.spend_many(costs, times, relayed)
    enough = True
    for now, cost, one in zip(times.tolist(), costs.tolist(), relayed.tolist(), strict=True):
        enough = enough and single.available(now) >= cost
        if not enough:
            break
        single.spend(cost, Use.RELAYED if one else Use.SERVED)
    assert (done is not None) == enough
    if done:
        done()
        assert together.counts(times[-1]) == single.counts(times[-1])
        assert together.counts(times[-1] + 7) == single.counts(times[-1] + 7)


def test_refusals() -> None:
    supply = SessionSupply()
    supply.add(3.0, np.ones(2, np.uint8), np.ones(2, np.uint8))
    with pytest.raises(ValueError, match=r"now must be at least 3.0, got 2.0"):
        supply.add(2.0, np.ones(2, np.uint8), np.ones(2, np.uint8))
    with pytest.raises(ValueError, match="b_bits must be 2 bits, got 1"):
        supply.add(4.0, np.ones(2, np.uint8), np.ones(1, np.uint8))
    with pytest.raises(ValueError, match="capacity_bits must be at least 0, got -1"):
        KeyPool("x", supply, capacity_bits=-1)
    with pytest.raises(ValueError, match="n_bits must be at least 1, got 0"):
        KeyPool("x", supply).reserve(0, 3.0)
    with pytest.raises(KeyExhausted, match="x: 3 bits are needed, 2 are there"):
        KeyPool("x", supply).reserve(3, 3.0)


def test_released_bits_do_not_come_back() -> None:
    # one end may have used them already; would catch: a pad that is handed out a second time
    supply = SessionSupply()
    pool = KeyPool("A→B", supply)
    numbered(supply, 0.0, 0, 100)
    one = pool.reserve(40, 1.0)
    pool.release(one)
    assert pool.available(1.0) == 60
    assert pool.reserve(10, 1.0).start == 40
    counts = pool.counts(1.0)
    assert (counts.generated, counts.wasted) == (100, 40)
