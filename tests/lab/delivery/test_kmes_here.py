"""The two KMEs of the encryptor panel in its own process."""

from collections.abc import Iterator

import pytest

from qkdlab.errors import KmeError
from qkdlab.lab.delivery.delivery_settings import ALICE, BOB
from qkdlab.lab.delivery.world.kme_plant import CAPACITY_BITS, KEY_BITS, KMES
from qkdlab.lab.delivery.world.kmes_here import KmesHere


@pytest.fixture
def kmes() -> Iterator[KmesHere]:
    made = KmesHere()
    yield made
    made.close()


def test_a_key_is_shared_handed_out_once_at_each_end_and_told(kmes: KmesHere) -> None:
    key = bytes(range(64))
    assert kmes.share(key, key) == 512
    assert kmes.stored_bits() == KEY_BITS
    (there,) = kmes.client(ALICE).get_keys(BOB, 1, KEY_BITS)
    (here,) = kmes.client(BOB).get_keys_with_ids(ALICE, [there.key_id])
    assert bytes(there.key) == bytes(here.key) == key[:32]
    with pytest.raises(KmeError):
        kmes.client(BOB).get_keys_with_ids(ALICE, [there.key_id])
    told = [(one.kme, one.caller, one.status, one.note == there.key_id) for one in kmes.asked()]
    assert told == [(KMES[0], ALICE, 200, True), (KMES[1], BOB, 200, True), (KMES[1], BOB, 400, False)]
    assert kmes.asked() == []


def test_no_more_is_kept_than_there_is_room_for(kmes: KmesHere) -> None:
    key = bytes(CAPACITY_BITS)
    assert kmes.share(key, key) == 2 * CAPACITY_BITS
    assert kmes.stored_bits() == CAPACITY_BITS


def test_with_one_kme_nothing_is_kept_and_what_it_was_asked_is_told(kmes: KmesHere) -> None:
    key = bytes(64)
    kmes.kill(KMES[0])
    assert kmes.share(key, key) == 0
    assert kmes.stored_bits() is None
    with pytest.raises(KmeError, match="KME-A does not answer"):
        kmes.client(ALICE).get_keys(BOB, 1, KEY_BITS)
    (asked,) = kmes.asked()
    assert (asked.kme, asked.status, asked.note) == (KMES[0], 0, "KME-A does not answer")
    kmes.restart(KMES[0])
    assert kmes.stored_bits() == 0
