"""Keys go once to each who is entitled, one step after the other."""

import threading
from dataclasses import replace
from uuid import uuid4

import pytest

from qkdlab import KeyExhausted
from qkdlab.delivery.store import ChunksMissing, KeyStore, Offer, Reservation
from qkdlab.delivery.store.key_rows import find_key
from qkdlab.errors import KeyNotFound, KeyStoreError, NotEntitled
from tests.delivery.store.two_ends import CAPACITY, feed, fresh_bits, open_store, reserved, two_stores

A, B = "KME-A", "KME-B"
MASTER, SLAVE = "SAE-A", "SAE-B"


@pytest.fixture
def ends(tmp_path):
    """Two stores that nothing was put into."""
    with two_stores(tmp_path) as stores:
        yield stores


def offered(a: KeyStore, number: int = 1, size_bits: int = 256, slaves=()) -> Offer:
    return a.reserve(B, MASTER, slaves, number=number, size_bits=size_bits)


def ids_of(offer: Offer) -> list[str]:
    return [key.key_id for key in offer.keys]


# ---- the way of a key ------------------------------------------------------------------------------------


def test_both_ends_have_the_bits_that_came_in_and_have_them_once(ends) -> None:
    a, b = ends
    bits = feed(a, b, 1, 96)
    ids = reserved(a, b, number=2)
    keys = a.deliver(ids)
    assert b"".join(keys) == bits[:64]
    assert b.take(SLAVE, MASTER, ids[::-1]) == keys[::-1]
    for again in (lambda: a.deliver(ids), lambda: b.take(SLAVE, MASTER, ids[:1])):
        with pytest.raises(KeyNotFound) as caught:
            again()
        assert set(caught.value.key_ids) <= set(ids)
        assert not isinstance(caught.value, NotEntitled)
    assert a.stored_bits(B, "out") == b.stored_bits(A, "in") == 256


def test_a_key_for_several_waits_for_each_of_them(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    offer = offered(a, slaves=("SAE-A2", "SAE-A2"))
    b.hold(A, MASTER, ("SAE-B1", "SAE-B2"), offer)
    (key_id,) = ids = ids_of(offer)
    with pytest.raises(KeyNotFound):
        a.take("SAE-A2", MASTER, ids)  # not before its master has it
    (key,) = a.deliver(ids)
    assert a.take("SAE-A2", MASTER, ids) == b.take("SAE-B2", MASTER, ids) == [key]
    assert b.counts().waiting == 256
    with pytest.raises(KeyNotFound) as caught:
        b.take("SAE-B2", MASTER, ids)
    assert not isinstance(caught.value, NotEntitled), "it was entitled, once"
    assert b.take("SAE-B1", MASTER, [key_id]) == [key]
    assert a.counts().waiting == b.counts().waiting == 0
    assert a.counts().delivered == b.counts().delivered == 256


def test_who_was_not_named_gets_nothing_and_spoils_nothing(ends) -> None:
    a, b = ends
    feed(a, b, 1, 128)
    first, second = reserved(a, b, slaves=(SLAVE, "SAE-B2")), reserved(a, b)
    with pytest.raises(NotEntitled) as caught:
        b.take("SAE-B2", MASTER, first + second)
    assert caught.value.key_ids == tuple(second)
    with pytest.raises(KeyNotFound) as caught:
        b.take(SLAVE, "SAE-C", first)
    assert not isinstance(caught.value, NotEntitled), "there is no such key of that master"
    unknown = str(uuid4())
    with pytest.raises(KeyNotFound) as caught:
        b.take(SLAVE, MASTER, [*first, unknown])
    assert caught.value.key_ids == (unknown,)
    with pytest.raises(KeyNotFound):
        b.take(SLAVE, MASTER, first * 2)
    assert len(b.take(SLAVE, MASTER, first + second)) == 2


def test_too_few_bits_are_not_touched(ends) -> None:
    a, b = ends
    feed(a, b, 1, 63)
    with pytest.raises(KeyExhausted, match="2 keys of 256 bits were asked for, and there are 448 bits"):
        offered(a, number=2)
    assert a.stored_bits(B, "out") == 448
    assert offered(a, number=7, size_bits=64)


def test_what_is_left_of_a_chunk_is_destroyed(ends) -> None:
    a, b = ends
    bits = feed(a, b, 1, 32)
    ids = reserved(a, b, number=2, size_bits=72)
    assert a.deliver(ids) == [bits[:9], bits[16:25]] == b.take(SLAVE, MASTER, ids)
    assert a.counts().wasted == b.counts().wasted == 112


def test_the_two_directions_never_share_a_chunk(ends) -> None:
    a, b = ends
    one, two = fresh_bits(1, 64), fresh_bits(2, 64)
    for number, bits, of_a, of_b in ((1, one, "out", "in"), (2, two, "in", "out")):
        assert a.put_block(B, number, of_a, bits) == b.put_block(A, number, of_b, bits) == 512
    here, there = a.reserve(B, "S", number=2, size_bits=256), b.reserve(A, "T", number=2, size_bits=256)
    b.hold(A, "S", ["T"], here)
    a.hold(B, "T", ["S"], there)
    assert b"".join(a.deliver(ids_of(here))) == one == b"".join(b.take("T", "S", ids_of(here)))
    assert b"".join(b.deliver(ids_of(there))) == two == b"".join(a.take("S", "T", ids_of(there)))


# ---- blocks ----------------------------------------------------------------------------------------------


def test_a_block_is_taken_once_whatever_its_direction(ends) -> None:
    a, _ = ends
    assert a.last_block(B) == -1
    assert a.put_block(B, 7, "out", fresh_bits(1, 64)) == 512
    for number, direction in ((7, "out"), (7, "in"), (3, "out")):
        assert a.put_block(B, number, direction, fresh_bits(2, 64)) == 0
    assert a.last_block(B) == 7
    assert a.put_block("KME-C", 3, "in", fresh_bits(3, 64)) == 512
    assert (a.stored_bits(B, "out"), a.stored_bits(B, "in"), a.stored_bits("KME-C", "in")) == (512, 0, 512)


def test_an_end_that_was_alone_with_many_blocks_does_not_starve_both(ends) -> None:
    a, b = ends
    for number in range(1, 20):
        b.put_block(A, number, "in", fresh_bits(number, 64))  # while A was down
    assert b.level(A, "in").stored_bits == CAPACITY
    bits = feed(a, b, 20, 64)
    ids = reserved(a, b)
    assert a.deliver(ids) == b.take(SLAVE, MASTER, ids) == [bits[:32]]
    assert b.stored_bits(A, "in") == 256


def test_two_full_pools_let_the_same_bits_go(ends) -> None:
    a, b = ends
    for number in range(1, 20):
        feed(a, b, number, 104)
    assert a.stored_bits(B, "out") == b.stored_bits(A, "in") == CAPACITY
    ids = reserved(a, b, number=16)
    assert a.deliver(ids) == b.take(SLAVE, MASTER, ids)


def test_a_peer_that_lost_its_store_is_caught_up_with_block_by_block(ends) -> None:
    a, b = ends
    for number in (1, 2, 3):
        a.put_block(B, number, "out", fresh_bits(number, 128))
    for left in (2048, 1024, 0):
        offer = offered(a, size_bits=64)
        with pytest.raises(ChunksMissing) as caught:
            b.hold(A, MASTER, [SLAVE], offer)
        a.void_here(ids_of(offer))
        a.skip(B, caught.value.floor)
        assert a.stored_bits(B, "out") == left


def test_a_pool_has_a_capacity_and_a_low_mark(tmp_path) -> None:
    with two_stores(tmp_path, capacity_bits=1000, low_bits=640) as (a, _):
        assert a.level(B, "out").low
        assert a.put_block(B, 1, "out", fresh_bits(1, 100)) == 768
        assert not a.level(B, "out").low
        assert a.put_block(B, 2, "out", fresh_bits(2, 100)) == 768
        assert a.put_block(B, 3, "out", fresh_bits(3, 200)) == 960, "as many chunks as fit"
        assert a.put_block(B, 4, "in", fresh_bits(4, 8)) == 64, "each pool has its own"
        assert a.counts().wasted == 2 * 800 + 1600 - 960
        offered(a, number=6, size_bits=64)
        assert a.level(B, "out").low
        assert [level.stored_bits for level in a.levels()] == [576, 64]
        assert {level.capacity_bits for level in a.levels()} == {1000}


# ---- what goes wrong -------------------------------------------------------------------------------------


def test_an_offer_that_comes_twice_is_refused_and_spoils_nothing(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    offer = offered(a)
    b.hold(A, MASTER, [SLAVE], offer)
    with pytest.raises(ChunksMissing):
        b.hold(A, MASTER, [SLAVE], offer)
    assert a.deliver(ids_of(offer)) == b.take(SLAVE, MASTER, ids_of(offer))
    with pytest.raises(ChunksMissing):
        b.hold(A, MASTER, [SLAVE], offer)
    assert b.stored_bits(A, "in") == 256


def test_a_name_in_use_is_refused(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    first, second = offered(a), offered(a)
    b.hold(A, MASTER, [SLAVE], first)
    same = Offer(keys=(replace(second.keys[0], key_id=first.keys[0].key_id),), floor=second.floor)
    with pytest.raises(ChunksMissing):
        b.hold(A, MASTER, [SLAVE], same)
    assert b.take(SLAVE, MASTER, ids_of(first)) == a.deliver(ids_of(first))


def test_a_refusal_holds_no_key_of_the_offer_and_says_where_to_go_on(ends) -> None:
    a, b = ends
    lost = fresh_bits(1, 64)
    a.put_block(B, 1, "out", lost)  # never came to B
    feed(a, b, 2, 64)
    offer = offered(a, number=3)  # two of block 1, one of block 2
    with pytest.raises(ChunksMissing) as caught:
        b.hold(A, MASTER, [SLAVE], offer)
    assert caught.value.key_ids == tuple(ids_of(offer)[:2])
    assert caught.value.floor == (2, 4)
    assert b.counts().waiting == 0
    assert b.stored_bits(A, "in") == 256, "the chunks that were there are gone"
    a.void_here(ids_of(offer))
    with pytest.raises(KeyNotFound):
        a.deliver(ids_of(offer))
    assert a.skip(B, caught.value.floor) == 0
    ids = reserved(a, b)
    assert a.deliver(ids) == b.take(SLAVE, MASTER, ids)


def test_a_store_without_the_block_makes_its_peer_skip_it_in_one_step(ends) -> None:
    a, b = ends
    a.put_block(B, 1, "out", fresh_bits(1, 64))
    feed(a, b, 2, 64)
    offer = offered(a, size_bits=64)
    with pytest.raises(ChunksMissing) as caught:
        b.hold(A, MASTER, [SLAVE], offer)
    assert caught.value.floor == (2, 0)
    assert a.skip(B, caught.value.floor) == 448
    assert reserved(a, b)


def test_what_only_the_peer_has_is_dropped_with_the_next_offer(ends) -> None:
    a, b = ends
    b.put_block(A, 1, "in", fresh_bits(1, 64))  # never came to A
    feed(a, b, 2, 64)
    first, second = offered(a), offered(a)
    assert second.floor == first.floor == (2, 0), "the first is not answered yet"
    b.hold(A, MASTER, [SLAVE], second)
    assert b.stored_bits(A, "in") == 256
    b.hold(A, MASTER, [SLAVE], first)
    for offer in (first, second):
        assert a.deliver(ids_of(offer)) == b.take(SLAVE, MASTER, ids_of(offer))
    assert b.counts().wasted == 512


def test_what_is_not_yet_offered_is_not_dropped(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    reserved(a, b)
    assert b.stored_bits(A, "in") == a.stored_bits(B, "out") == 256
    assert a.skip(B, (1, 4)) == 0, "the lowest that is left"
    assert a.skip(B, (1, 5)) == 64


@pytest.mark.parametrize("arrival", ["held", "before the offer", "before the block"])
def test_what_was_given_up_is_destroyed_at_the_peer_and_stays_so(ends, arrival) -> None:
    a, b = ends
    bits = fresh_bits(1, 64)
    if arrival != "before the block":
        b.put_block(A, 1, "in", bits)
    a.put_block(B, 1, "out", bits)
    offer = offered(a)
    if arrival == "held":
        b.hold(A, MASTER, [SLAVE], offer)
    a.void_here(ids_of(offer))
    told = [Reservation.from_dict(void.to_dict()) for void in a.pending_voids(B)]
    assert told == list(offer.keys)
    b.void(A, told)
    b.void(A, told)
    a.voids_told(B, ids_of(offer))
    assert a.pending_voids(B) == []
    if arrival == "before the block":
        assert b.put_block(A, 1, "in", bits) == 256
    with pytest.raises(ChunksMissing):
        b.hold(A, MASTER, [SLAVE], offer)
    with pytest.raises(KeyNotFound):
        b.take(SLAVE, MASTER, ids_of(offer))
    assert a.stored_bits(B, "out") == b.stored_bits(A, "in") == 256
    assert a.counts().voided == b.counts().voided == 256


def test_a_key_that_was_delivered_cannot_be_given_up(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    ids = reserved(a, b)
    keys = a.deliver(ids)
    a.void_here(ids)
    assert a.pending_voids(B) == []
    assert b.take(SLAVE, MASTER, ids) == keys


def test_one_peer_cannot_give_up_the_keys_of_another(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    offer = offered(a)
    b.hold(A, MASTER, [SLAVE], offer)
    b.void("KME-C", offer.keys)
    a.voids_told("KME-C", ids_of(offer))
    assert a.deliver(ids_of(offer)) == b.take(SLAVE, MASTER, ids_of(offer))


def test_an_offer_that_was_never_sent_can_be_put_back(ends) -> None:
    a, b = ends
    bits = feed(a, b, 1, 64)
    offer = offered(a, size_bits=72)
    a.put_back(ids_of(offer))
    assert a.stored_bits(B, "out") == 512
    with pytest.raises(KeyNotFound):
        a.put_back(ids_of(offer))
    ids = reserved(a, b, number=2)
    assert b"".join(a.deliver(ids)) == bits == b"".join(b.take(SLAVE, MASTER, ids))


def test_an_offer_put_back_though_the_peer_had_it_is_no_key_of_anybody(ends) -> None:
    a, b = ends
    feed(a, b, 1, 64)
    offer = offered(a)
    b.hold(A, MASTER, [SLAVE], offer)
    a.put_back(ids_of(offer))
    again = offered(a)
    with pytest.raises(ChunksMissing):
        b.hold(A, MASTER, [SLAVE], again)
    with pytest.raises(KeyNotFound):
        a.deliver(ids_of(offer))


def test_opening_gives_up_what_was_not_delivered(tmp_path) -> None:
    with two_stores(tmp_path) as (a, b):
        feed(a, b, 1, 64)
        ids = reserved(a, b)
    with two_stores(tmp_path) as (a, b):
        assert [void.key_id for void in a.pending_voids(B)] == ids
        with pytest.raises(KeyNotFound):
            a.deliver(ids)
        assert b.counts().waiting == 256, "the peer cannot know"
        b.void(A, a.pending_voids(B))
        assert b.counts().waiting == 0


# ---- misuse ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: a.put_block("", 1, "out", b""),
        lambda a: a.put_block("K" * 1001, 1, "out", b""),
        lambda a: a.put_block("\ud800", 1, "out", b""),
        lambda a: a.put_block(B, -1, "out", b""),
        lambda a: a.put_block(B, 2**63, "out", b""),
        lambda a: a.put_block(B, 1, "up", b""),
        lambda a: a.stored_bits(B, "up"),
        lambda a: a.reserve(B, MASTER, number=0, size_bits=256),
        lambda a: a.reserve(B, MASTER, number=1, size_bits=0),
        lambda a: a.reserve(B, MASTER, number=1, size_bits=255),
        lambda a: a.reserve(B, MASTER, [""], number=1, size_bits=256),
        lambda a: a.hold(B, MASTER, [], None),
        lambda a: a.skip(B, (1, -1)),
    ],
)
def test_wrong_arguments_are_refused_and_change_nothing(ends, wrong) -> None:
    a, _ = ends
    before = a.counts(), a.levels()
    with pytest.raises(ValueError, match="must"):
        wrong(a)
    assert (a.counts(), a.levels()) == before


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: a.put_block(B, 1, "out", "bits"),
        lambda a: a.hold(B, MASTER, "SAE-B", None),
        lambda a: a.hold(B, MASTER, ["SAE-B"], {"keys": []}),
    ],
)
def test_wrong_types_are_refused(ends, wrong) -> None:
    with pytest.raises((TypeError, ValueError), match="must"):
        wrong(ends[0])


@pytest.mark.parametrize("change", [{"capacity_bits": 0}, {"ttl_seconds": -1}, {"low_bits": CAPACITY + 1}])
def test_settings_are_checked_before_a_file_is_made(tmp_path, change) -> None:
    with pytest.raises(ValueError, match="must"):
        open_store(tmp_path / "a.sqlite", **change)
    assert list(tmp_path.iterdir()) == []


def test_two_threads_at_a_time_are_refused(ends) -> None:
    a, _ = ends
    caught: list[Exception] = []

    def intrude() -> None:
        try:
            a.counts()
        except Exception as error:
            caught.append(error)

    def run() -> None:
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()

    run()
    assert caught == [], "from any thread, while no other uses it"
    with a._database.changing():
        run()
    assert isinstance(caught[0], RuntimeError)
    assert "one thread at a time" in str(caught[0])


def test_a_closed_store_says_so_and_nothing_shows_bits(ends) -> None:
    a, b = ends
    bits = feed(a, b, 1, 64)
    (reservation,) = offered(a).keys
    with a._database.reading() as view:
        row = find_key(view, reservation.key_id)
    assert row.bits == bits[:32]
    for text in (repr(row), repr(reservation), repr(a)):
        assert repr(bits[:8])[2:-1] not in text
        assert bits[:8].hex() not in text
    assert "a.sqlite" in repr(a)
    a.close()
    a.close()
    with pytest.raises(KeyStoreError, match="closed"):
        a.counts()
    with pytest.raises(KeyStoreError, match="closed"):
        offered(a)


# ---- what is said between KMEs ---------------------------------------------------------------------------

KEY = {"key_ID": "0d4a5c2e-3f6b-4a7c-8d9e-0f1a2b3c4d5e", "size": 136, "chunks": [[5, 1, 2], [6, 0, 1]]}


def test_offers_are_read_as_they_were_written() -> None:
    data = {"keys": [KEY], "floor": [5, 0]}
    assert Offer.from_dict(data).to_dict() == data


@pytest.mark.parametrize(
    "key",
    [
        None,
        [],
        {**KEY, "more": 1},
        {"key_ID": KEY["key_ID"]},
        {**KEY, "key_ID": 5},
        {**KEY, "key_ID": KEY["key_ID"].upper()},
        {**KEY, "key_ID": "x" * 36},
        {**KEY, "size": 0},
        {**KEY, "size": 137},
        {**KEY, "size": "136"},
        {**KEY, "size": 2**40},
        {**KEY, "size": 192 + 8},
        {**KEY, "chunks": []},
        {**KEY, "chunks": None},
        {**KEY, "chunks": [[5, 1]]},
        {**KEY, "chunks": [[5, 1, 2.0], [6, 0, 1]]},
        {**KEY, "chunks": [[5, 1, True], [6, 0, 2]]},
        {**KEY, "chunks": [[5, 1, 2], [5, 2, 1]]},
        {**KEY, "chunks": [[6, 0, 1], [5, 1, 2]]},
        {**KEY, "chunks": [[5, -1, 2], [6, 0, 1]]},
        {**KEY, "chunks": [[-5, 1, 2], [6, 0, 1]]},
        {**KEY, "chunks": [[5, 1, 4], [6, 0, -1]]},
        {**KEY, "chunks": [[5, 2**63 - 1, 2], [6, 0, 1]]},
        {**KEY, "chunks": [[2**63, 1, 2], [2**63, 3, 1]]},
    ],
)
def test_what_cannot_be_a_key_is_refused(key) -> None:
    with pytest.raises(ValueError, match="must"):
        Reservation.from_dict(key)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"keys": [KEY]},
        {"keys": [], "floor": [0, 0]},
        {"keys": [KEY, KEY], "floor": [0, 0]},
        {"keys": KEY, "floor": [0, 0]},
        {"keys": [KEY], "floor": [0]},
        {"keys": [KEY], "floor": [0, -1]},
        {"keys": [KEY], "floor": [0, 2**63]},
    ],
)
def test_what_cannot_be_an_offer_is_refused(data) -> None:
    with pytest.raises(ValueError, match="must"):
        Offer.from_dict(data)
