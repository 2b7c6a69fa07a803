"""Keys from a KME, as an encryptor asks for them."""

import pytest

from qkdlab.delivery.encryptor.end import KeyWish
from qkdlab.delivery.encryptor.key_source import KmeKeySource, SharedKeys, fetch
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.rotation import EncryptorSettings
from qkdlab.delivery.messages import DeliveredKey, SecretBytes
from qkdlab.errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled


class FakeClient:
    """A KME with so many keys; or one that gives an error."""

    def __init__(self, n_keys: int = 0, error: KmeError | None = None) -> None:
        self.n_keys, self.error = n_keys, error
        self.asked: list[tuple[object, ...]] = []

    def _asked(self, *what: object) -> None:
        self.asked.append(what)
        if self.error is not None:
            raise self.error

    def get_keys(self, slave: str, number: int = 1, size: int | None = None) -> tuple[DeliveredKey, ...]:
        self._asked("get", slave, number, size)
        self.n_keys -= number
        return tuple(DeliveredKey(key_id=f"{n}", key=SecretBytes(bytes([n]) * 32)) for n in range(number))

    def get_keys_with_ids(self, master: str, key_ids: list[str]) -> tuple[DeliveredKey, ...]:
        self._asked("of", master, *key_ids)
        keys = [DeliveredKey(key_id=key_id, key=SecretBytes(bytes([int(key_id)]) * 32)) for key_id in key_ids]
        return tuple(reversed(keys))  # a KME may answer in any order

    def status(self, slave: str) -> object:
        self._asked("status", slave)
        return type("Status", (), {"stored_key_count": self.n_keys})()


def source(client: FakeClient, **options: int) -> KmeKeySource:
    return KmeKeySource(client, "bob", **options)  # type: ignore[arg-type]


def test_a_key_of_256_bits_is_asked_for_the_peer() -> None:
    client = FakeClient(5)
    assert source(client).new_key() == ("0", bytes(32))
    assert source(client).key_of("7") == bytes([7]) * 32
    assert client.asked == [("get", "bob", 1, 256), ("of", "bob", "7")]


def test_many_keys_are_asked_for_in_portions_and_only_if_there_are_so_many() -> None:
    client = FakeClient(5)
    assert len(source(client, most_at_once=2).new_keys(5)) == 5
    assert client.asked == [("status", "bob"), *(("get", "bob", n, 256) for n in (2, 2, 1))]
    with pytest.raises(KeyExhausted, match="3 keys are needed, the KME has 0"):
        source(client, most_at_once=2).new_keys(3)
    assert source(client, most_at_once=2).keys_of(["3", "1", "2"]) == [bytes([n]) * 32 for n in (3, 1, 2)]


@pytest.mark.parametrize(
    ("status", "new", "named"),
    [
        (0, KeyExhausted, KeyExhausted),
        (503, KeyExhausted, KeyExhausted),
        (400, KmeError, KeyNotFound),
        (401, KmeError, NotEntitled),
    ],
)
def test_what_a_kme_answers_becomes_the_error_it_means(status, new, named) -> None:
    asking = source(FakeClient(error=KmeError(status, "no")))
    with pytest.raises(new):
        asking.new_key()
    with pytest.raises(named):
        asking.key_of("7")


def test_a_key_that_is_missing_in_an_answer_is_not_found() -> None:
    client = FakeClient()
    client.get_keys_with_ids = lambda master, key_ids: ()  # type: ignore[method-assign]
    with pytest.raises(KeyNotFound, match="'7'"):
        source(client).key_of("7")


def test_what_is_fetched_for_a_wish() -> None:
    keys = SharedKeys(1)
    key_id, key = fetch(KeyWish(), keys)
    assert fetch(KeyWish(key_id=key_id), keys) == (key_id, key)
    assert fetch(KeyWish(key_id=key_id), keys) == "not found: 'key-1'"
    assert fetch(KeyWish(), keys) == "there is no key left"


def test_a_key_of_another_size_is_refused_at_either_end() -> None:
    class Short(SharedKeys):
        def new_key(self) -> tuple[str, bytes]:
            return "a", bytes(16)

        def key_of(self, key_id: str) -> bytes:
            return bytes(16)

    settings = EncryptorSettings(master="alice", slave="bob")
    with pytest.raises(ValueError, match="key must have 32 bytes and a name, got 16 and 'a'"):
        LocalLink(settings, Short(), Short()).run()
    with pytest.raises(ValueError, match="key must have 32 bytes, got 16"):
        LocalLink(settings, SharedKeys(1), Short()).run()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("n_came", [0, 2])
def test_a_kme_that_gives_another_number_of_keys_is_not_asked_for_ever(n_came: int) -> None:
    # before: an answer without a key was asked for again and again
    class Odd(FakeClient):
        def get_keys(self, slave: str, number: int = 1, size: int | None = None) -> tuple[DeliveredKey, ...]:
            return super().get_keys(slave, n_came, size)

    with pytest.raises(KmeError, match=f"1 keys were asked for, {n_came} came"):
        source(Odd(5)).new_key()
