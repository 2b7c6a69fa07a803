"""What KMEs say to each other: who may say it, and what becomes of odd messages."""

import base64
import uuid
from typing import Any

import httpx
import pytest

from qkdlab.delivery.kme.peer import HoldRequest, hold_from_json, hold_object, voids_from_json, voids_object
from qkdlab.delivery.messages import BadRequest
from qkdlab.delivery.store import Offer, Reservation
from qkdlab.errors import KmeError
from tests.delivery.kme.kmes import Kmes


def reservation(*chunks: tuple[int, int, int], size_bits: int = 256) -> Reservation:
    return Reservation(key_id=str(uuid.uuid4()), size_bits=size_bits, chunks=chunks)


def hold(*keys: Reservation, master: str = "SAE-A", slaves: tuple[str, ...] = ("SAE-B",)) -> dict[str, Any]:
    return hold_object(HoldRequest(master=master, slaves=slaves, offer=Offer(keys=keys, floor=(0, 0))))


def post(kmes: Kmes, what: str, told: Any, name: str = "KME-A", kme: str = "KME-B") -> httpx.Response:
    with kmes.http(kmes.authority.issue("kme", name), kme) as http:
        return http.post(f"/peer/v1/{what}", json=told)


def test_messages_come_back_as_they_were_written() -> None:
    keys = (reservation((7, 0, 4)), reservation((7, 4, 1), (9, 0, 3)))
    request = HoldRequest(master="SAE-A", slaves=("SAE-B", "SAE-B2"), offer=Offer(keys=keys, floor=(7, 0)))
    assert hold_from_json(hold_object(request)) == request
    assert voids_from_json(voids_object(keys)) == list(keys)


@pytest.mark.parametrize(
    "change",
    [
        *({"slave_SAE_IDs": []}, {"slave_SAE_IDs": "SAE-B"}, {"slave_SAE_IDs": [1]}, {"master_SAE_ID": None}),
        *({"offer": None}, {"offer": {}}, {"offer": []}),
    ],
    ids=repr,
)
def test_odd_messages_are_refused(kmes: Kmes, change: dict[str, Any]) -> None:
    told = hold(reservation((7, 0, 4))) | change
    with pytest.raises(BadRequest):
        hold_from_json(told)
    assert post(kmes, "hold", told).status_code == 400


@pytest.mark.parametrize("told", [None, [], {}, {"keys": 1}, {"keys": [1]}, {"keys": [{}]}], ids=repr)
def test_odd_voids_are_refused(kmes: Kmes, told: Any) -> None:
    assert post(kmes, "void", told).status_code == 400


def test_a_kme_speaks_for_its_own_saes_alone(kmes: Kmes) -> None:
    key = reservation((1, 0, 4))
    for told, name in (
        (hold(key, master="SAE-B"), "KME-A"),  # the master belongs to the KME that is asked
        (hold(key, master="SAE-A"), "KME-C"),  # the master belongs to a third KME
        (hold(key, master="NOBODY"), "KME-A"),
        (hold(key, slaves=("SAE-B", "SAE-A")), "KME-A"),  # a slave does not belong to the KME that is asked
        (hold(key, slaves=("NOBODY",)), "KME-A"),
    ):
        answer = post(kmes, "hold", told, name)
        assert answer.status_code == 400
        assert "does not belong" in answer.json()["message"]


def test_bits_that_are_not_there(kmes: Kmes) -> None:
    answer = post(kmes, "hold", hold(reservation((2**40, 0, 4))))
    assert answer.status_code == 409
    floor = answer.json()["floor"]
    assert [type(number) for number in floor] == [int, int]


def test_a_third_kme_cannot_give_up_what_is_not_its_own(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        (key,) = master.get_keys("SAE-B")
        forged = Reservation(key_id=key.key_id, size_bits=256, chunks=((1, 0, 4),))
        assert post(kmes, "void", voids_object([forged]), "KME-C").status_code == 200
        assert slave.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)


def test_a_key_that_is_given_up_is_never_handed_out(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        (key,) = master.get_keys("SAE-B")
        forged = Reservation(key_id=key.key_id, size_bits=256, chunks=((1, 0, 4),))
        assert post(kmes, "void", voids_object([forged])).status_code == 200
        with pytest.raises(KmeError, match="^400: one or more keys"):
            slave.get_keys_with_ids("SAE-A", [key.key_id])


def test_bits_of_one_kme_are_no_keys_of_another(kmes: Kmes) -> None:
    # KME-C offers the places of bits that KME-B shares with KME-A
    told = hold(reservation((kmes.next_block, 0, 4)), master="SAE-C")
    assert post(kmes, "hold", told, "KME-C").status_code == 409
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        keys = master.get_keys("SAE-B", number=3)
        assert slave.get_keys_with_ids("SAE-A", [key.key_id for key in keys]) == keys


def test_a_peer_that_lost_its_bits_costs_a_key_and_no_more(kmes: Kmes) -> None:
    # a block that only the master's end has: three tries skip what the other end lacks
    bits = base64.b64encode(bytes(4096)).decode()
    kmes.next_block += 1
    with kmes.http(kmes.module, "KME-B") as http:
        block = {"peer": "KME-A", "number": kmes.next_block, "direction": "out", "bits": bits}
        assert http.post("/module/v1/blocks", json=block).json() == {"kept_bits": 32_768}
        assert http.post("/module/v1/blocks", json=block).json() == {"kept_bits": 0}
    with kmes.client("SAE-B") as master, pytest.raises(KmeError, match="^503"):
        master.get_keys("SAE-A", number=4)
    kmes.feed(1024, "KME-B")
    with kmes.client("SAE-B") as master, kmes.client("SAE-A") as slave:
        keys = master.get_keys("SAE-A", number=4)
        assert slave.get_keys_with_ids("SAE-B", [key.key_id for key in keys]) == keys


@pytest.mark.parametrize(
    "change",
    [
        *({"peer": "NOBODY"}, {"peer": None}, {"number": -1}, {"number": True}, {"number": 2**63}),
        *({"direction": "up"}, {"direction": None}, {"bits": "="}, {"bits": None}, {"bits": 7}),
    ],
    ids=repr,
)
def test_blocks_that_are_none(kmes: Kmes, change: dict[str, Any]) -> None:
    block = {"peer": "KME-B", "number": kmes.next_block + 1, "direction": "out", "bits": "AAAAAAAAAAA="}
    with kmes.http(kmes.module) as http:
        assert http.post("/module/v1/blocks", json=block | change).status_code == 400
        assert http.post("/module/v1/blocks", json=[block]).status_code == 400
    assert kmes.errors("KME-A") == ""
