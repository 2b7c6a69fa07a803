"""Two KMEs in one process say what two KMEs over HTTPS say, to the letter."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest

from qkdlab.delivery.kme.limits import TRIES
from qkdlab.delivery.pair import KmePair
from qkdlab.delivery.pair.pair_here import PairHere
from qkdlab.delivery.store import ChunksMissing, KeyStore, Offer
from qkdlab.errors import KmeError

pytestmark = pytest.mark.long

SAES = {"SAE-A": "KME-A", "SAE-B": "KME-B", "SAE-C": "KME-B"}
KEY = bytes(range(256)) * 4


@pytest.fixture(scope="module", params=[PairHere, KmePair])
def pair(request: pytest.FixtureRequest) -> Iterator[Any]:
    with request.param(saes=SAES, capacity_bits=1 << 20) as made:
        yield made


@pytest.fixture
def client(pair: Any) -> Iterator[Callable[[str], Any]]:
    """A way to make clients that are closed in the end."""
    with ExitStack() as opened:
        yield lambda sae: opened.enter_context(pair.client(sae))


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(KmeError) as refused:
        ask()
    return f"{refused.value.status} {refused.value.message}"


def test_a_key_comes_to_both_ends_once_and_to_nobody_else(pair: Any, client: Any) -> None:
    kept = pair.share(KEY, KEY)
    assert kept == 8 * len(KEY)
    alice, bob, carol = map(client, SAES)
    pair.log("KME-B")
    stored = pair.stored_bits["KME-A"]
    keys = alice.get_keys("SAE-B", 3, 256)
    ids = [key.key_id for key in keys]
    assert pair.stored_bits["KME-A"] == stored - 3 * 256
    assert [key.key for key in bob.get_keys_with_ids("SAE-A", ids)] == [key.key for key in keys]
    assert len({key.key for key in keys}) == 3
    fresh = alice.get_keys("SAE-B", 1, 256)[0].key_id
    asked = {
        "again": lambda: bob.get_keys_with_ids("SAE-A", ids[:1]),
        "of others": lambda: carol.get_keys_with_ids("SAE-A", [fresh]),
        "unknown": lambda: alice.get_keys("SAE-X", 1, 256),
        "own": lambda: alice.get_keys("SAE-A", 1, 256),
        "same KME": lambda: bob.get_keys("SAE-C", 1, 256),
        "size": lambda: alice.get_keys("SAE-B", 1, 100),
        "small": lambda: alice.get_keys("SAE-B", 1, 8),
        "number": lambda: alice.get_keys("SAE-B", 1_000),
        "many names": lambda: bob.get_keys_with_ids("SAE-A", [str(UUID(int=n)) for n in range(129)]),
        "too many": lambda: alice.get_keys("SAE-B", 128, 4096),
    }
    assert {name: refusal(ask) for name, ask in asked.items()} == {
        "again": "400 one or more keys specified are not found on KME",
        "of others": "401 unauthorized: the caller was not named when a key was made",
        "unknown": "400 unknown slave SAE",
        "own": "400 a master SAE cannot be its own slave",
        "same KME": "400 the slave SAE belongs to the same KME, which shares no QKD keys with itself",
        "size": "400 size shall be a multiple of 8",
        "small": "400 size must be from 64 to 4096",
        "number": "400 number must be from 1 to 128",
        "many names": "400 at most 128 keys per request",
        "too many": "503 not enough key material is stored",
    }
    assert len(bob.get_keys_with_ids("SAE-A", [fresh])) == 1
    lines = [
        (line["caller"], line["method"], line["path"], line["status"])
        for line in pair.log("KME-B")
        if line["event"] == "request" and line["path"].endswith("/dec_keys")
    ]
    path = "/api/v1/keys/SAE-A/dec_keys"
    told = [("SAE-B", 200), ("SAE-B", 400), ("SAE-C", 401), ("SAE-B", 400), ("SAE-B", 200)]
    assert lines == [(sae, "POST", path, status) for sae, status in told]


def test_a_key_may_be_for_two_slaves(pair: Any, client: Any) -> None:
    pair.share(KEY, KEY)
    (key,) = client("SAE-A").get_keys("SAE-B", 1, 256, ["SAE-C"])
    for slave in ("SAE-B", "SAE-C"):
        (own,) = client(slave).get_keys_with_ids("SAE-A", [key.key_id])
        assert own.key == key.key


@pytest.mark.parametrize("kind", [PairHere, KmePair])
def test_each_side_has_its_own_bits_of_the_key_that_its_own_end_holds(kind: Any) -> None:
    # would catch: one end's bits in both stores, or the same bits for keys of both sides
    at_a, at_b = (
        b"".join(end + number.to_bytes(7) for number in range(1, 257)) for end in (b"a", b"b")
    )  # no two ends hold such keys: here it shows whose bits came
    got = {}
    with kind() as pair, pair.client("SAE-A") as alice, pair.client("SAE-B") as bob:
        pair.share(at_a, at_b)
        for end, master, slave, sae, other in (
            (b"a", alice, bob, "SAE-A", "SAE-B"),
            (b"b", bob, alice, "SAE-B", "SAE-A"),
        ):
            keys = master.get_keys(other, 16, 256)
            far = slave.get_keys_with_ids(sae, [key.key_id for key in keys])
            near, there = (b"".join(bytes(key.key) for key in side) for side in (keys, far))
            assert set(near[::8]) == set(end)
            assert set(there[::8]) == set(b"ab") - set(end)
            got[sae] = {near[at + 1 : at + 8] for at in range(0, len(near), 8)}
            assert got[sae] == {there[at + 1 : at + 8] for at in range(0, len(there), 8)}
    assert not got["SAE-A"] & got["SAE-B"]


def test_status(pair: Any, client: Any) -> None:
    status = client("SAE-B").status("SAE-A")
    assert (status.source_kme, status.target_kme) == ("KME-B", "KME-A")
    assert (status.key_size, status.max_key_per_request, status.max_key_count) == (256, 128, 4096)
    assert status.extension == {"qkdlab_pool": "low", "qkdlab_route_type": "direct"}
    assert status.stored_key_count * 256 == pair.stored_bits["KME-B"]


def test_without_the_other_kme_there_is_no_key_and_none_is_split(pair: Any, client: Any) -> None:
    pair.share(KEY, KEY)
    alice = client("SAE-A")
    pair.kill("KME-B")
    assert not pair.is_running("KME-B")
    assert pair.stored_bits["KME-B"] is None
    stored = pair.stored_bits["KME-A"]
    told = refusal(lambda: alice.get_keys("SAE-B", 1, 256))
    assert pair.stored_bits["KME-A"] == stored, "bits that made no key are there for the next"
    assert told.startswith("503 no keys are to be had from the other KME: ")
    assert refusal(lambda: client("SAE-B").status("SAE-A")).startswith("0 ")
    pair.restart("KME-B")
    (key,) = alice.get_keys("SAE-B", 1, 256)
    (other,) = client("SAE-B").get_keys_with_ids("SAE-A", [key.key_id])
    assert key.key == other.key
    assert repr(pair) == f"{type(pair).__name__}(KME-A, KME-B)"


def exchange(pair: Any) -> list[bytes]:
    """A key as both ends get it."""
    with pair.client("SAE-A") as alice, pair.client("SAE-B") as bob:
        (key,) = alice.get_keys("SAE-B", 1, 256)
        (other,) = bob.get_keys_with_ids("SAE-A", [key.key_id])
        return [bytes(key.key), bytes(other.key)]


def lose_store(pair: Any, kme: str) -> None:
    """What is left of a KME whose disk is new."""
    pair.kill(kme)
    for file in pair.folder.glob(f"{kme}.sqlite*"):
        file.unlink()
    pair.restart(kme)


@pytest.mark.parametrize("kind", [PairHere, KmePair])
def test_a_kme_that_lost_its_store_is_caught_up_with_at_the_first_key(kind: Any) -> None:
    # would catch: key after key of bits that the other has not, each refused
    with kind(saes=SAES) as pair:
        pair.share(KEY, KEY)
        lose_store(pair, "KME-B")
        assert pair.stored_bits == {"KME-A": 4096, "KME-B": 0}
        pair.share(KEY[::-1], KEY[::-1])
        near, far = exchange(pair)
        assert near == far == KEY[::-1][:32]
        assert pair.stored_bits["KME-A"] == 4096 - 256, "what came before is gone at both ends"


@pytest.mark.parametrize("kind", [PairHere, KmePair])
def test_without_newer_bits_the_key_is_refused_and_nothing_is_left_to_try(kind: Any) -> None:
    with kind(saes=SAES) as pair, pair.client("SAE-A") as alice:
        pair.share(KEY, KEY)
        lose_store(pair, "KME-B")
        for _ in range(2):
            told = refusal(lambda: alice.get_keys("SAE-B", 1, 256))
            assert told == "503 not enough key material is stored"
            assert pair.stored_bits["KME-A"] == 0


def test_bits_that_the_other_lacks_are_destroyed_and_counted() -> None:
    # would catch: a key that stays reserved for ever, and its bits on the disk
    with PairHere() as pair:
        pair.share(KEY, KEY)
        lose_store(pair, "KME-B")
        pair.share(KEY, KEY)
        exchange(pair)
        counts = pair._stores["KME-A"].counts()
        assert (counts.reserved, counts.voided, counts.wasted) == (0, 256, 4096 - 256)


def test_a_peer_that_refuses_every_offer_is_asked_as_often_as_over_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def hold(_store: object, _peer: str, _master: str, _slaves: object, offer: Offer) -> None:
        asked.append(offer)
        raise ChunksMissing(tuple(key.key_id for key in offer.keys), offer.floor)

    with PairHere() as pair, pair.client("SAE-A") as alice:
        pair.share(KEY, KEY)
        monkeypatch.setattr(KeyStore, "hold", hold)
        told = refusal(lambda: alice.get_keys("SAE-B", 1, 256))
    reason = "KME-B lacks the bits of every key that was tried"
    assert told == f"503 no keys are to be had from the other KME: {reason}"
    assert len(asked) == TRIES


@pytest.mark.parametrize("kind", [PairHere, KmePair])
def test_a_kme_that_starts_anew_has_its_keys_and_its_limits(kind: Any) -> None:
    with kind(saes=SAES, capacity_bits=1024) as pair:
        pair.share(KEY, KEY)
        with pair.client("SAE-A") as alice, pair.client("SAE-B") as bob:
            (key,) = alice.get_keys("SAE-B", 1, 256)
            for kme in ("KME-A", "KME-B"):
                pair.restart(kme)  # while it runs
            assert pair.stored_bits == {"KME-A": 768, "KME-B": 1024}
            assert bob.get_keys_with_ids("SAE-A", [key.key_id])[0].key == key.key
        assert pair.share(KEY, KEY) == 2 * 1024
        assert pair.stored_bits == {"KME-A": 1024, "KME-B": 1024}


@pytest.mark.parametrize("kind", [PairHere, KmePair])
def test_a_key_that_nobody_fetches_in_time_is_gone(kind: Any) -> None:
    with kind(saes=SAES, ttl_seconds=1e-3) as pair:
        pair.share(KEY, KEY)
        with pair.client("SAE-A") as alice, pair.client("SAE-B") as bob:
            (key,) = alice.get_keys("SAE-B", 1, 256)
            time.sleep(0.01)
            told = refusal(lambda: bob.get_keys_with_ids("SAE-A", [key.key_id]))
    assert told == "400 one or more keys specified are not found on KME"


def test_what_is_asked_for_wrongly() -> None:
    with pytest.raises(ValueError, match="saes must have one at KME-B"):
        PairHere(saes={"SAE-A": "KME-A"})
    with PairHere() as pair:
        with pytest.raises(ValueError, match="at_a and at_b must be of one length"):
            pair.share(b"a", b"")
        with pytest.raises(ValueError, match="sae must be one of"):
            pair.client("SAE-X")
        with pytest.raises(ValueError, match="kme must be one of"):
            pair.kill("KME-X")
    assert repr(pair) == "PairHere(not running)"
    with pytest.raises(KmeError, match="does not answer"):
        pair.share(KEY, KEY)
