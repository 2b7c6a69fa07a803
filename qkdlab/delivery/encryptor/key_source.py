"""Where an encryptor gets keys from QKD: its KME, or, without any server, a supply that two ends share."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Sequence
from typing import Protocol

from ...errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled
from ...values import check_count
from ..hybrid import KEY_BYTES
from ..messages import DeliveredKey, Status
from .end import EncryptorEnd, KeyWish


class KeySource(Protocol):
    """What gives an end its keys. May take time, and is asked from one thread at a time."""

    def new_key(self) -> tuple[str, bytes]:
        """Return a new key of 32 bytes, its name first; `KeyExhausted` if there is none now."""
        ...

    def key_of(self, key_id: str) -> bytes:
        """Return the key of a name, once.

        Raises
        ------
        KeyNotFound
            If there is no such key (any more), or, as `NotEntitled`, not for this end.
        KeyExhausted
            If nobody can say so now.
        """
        ...


class ManyKeys(KeySource, Protocol):
    """What gives many keys at once, as a one-time pad needs them."""

    def new_keys(self, number: int) -> list[tuple[str, bytes]]:
        """Return new keys of 32 bytes with their names; `KeyExhausted` if there are not so many now."""
        ...

    def keys_of(self, key_ids: Sequence[str]) -> list[bytes]:
        """Return the keys of these names, once, in their order; raises as `key_of` does."""
        ...


class KeyClient(Protocol):
    """What an SAE asks its KME; `KmeError` if the answer is none or no."""

    def get_keys(self, slave: str, number: int = 1, size: int | None = None) -> tuple[DeliveredKey, ...]:
        """Get new keys as their master (5.3)."""
        ...

    def get_keys_with_ids(self, master: str, key_ids: Sequence[str]) -> tuple[DeliveredKey, ...]:
        """Get keys by their names, as their slave (5.4)."""
        ...


class StatusClient(KeyClient, Protocol):
    """What also tells how many keys there are."""

    def status(self, slave: str) -> Status:
        """Ask how many keys there are for a slave, and which sizes (5.2)."""
        ...


class KmeKeySource:
    """Keys from a KME, over ETSI GS QKD 014 V1.1.1.

    Parameters
    ----------
    client
        The SAE's way to its own KME.
    peer
        The SAE at the other end.
    most_at_once
        How many keys one request asks for; a KME says what it allows in its status (6.1).
    """

    def __init__(self, client: StatusClient, peer: str, *, most_at_once: int = 128) -> None:
        self._client, self.peer = client, peer
        self.most_at_once = check_count("most_at_once", most_at_once, minimum=1)

    def new_key(self) -> tuple[str, bytes]:
        """Get a key as its master (5.3). A KME that is empty, or not there, has none now."""
        return self.new_keys(1)[0]

    def key_of(self, key_id: str) -> bytes:
        """Get the key of a name as a slave (5.4)."""
        return self.keys_of([key_id])[0]

    def new_keys(self, number: int) -> list[tuple[str, bytes]]:
        """Get keys as their master (5.3), if there are so many; what several requests bring may still be
        lost."""
        found: list[DeliveredKey] = []
        try:
            if number > self.most_at_once:
                stored = self._client.status(self.peer).stored_key_count
                if stored < number:
                    raise KeyExhausted(f"{number} keys are needed, the KME has {stored}")
            while len(found) < number:
                wanted = min(number - len(found), self.most_at_once)
                came = self._client.get_keys(self.peer, wanted, 8 * KEY_BYTES)
                if len(came) != wanted:  # or it would be asked again and again
                    raise KmeError(200, f"{wanted} keys were asked for, {len(came)} came")
                found += came
        except KmeError as error:
            if error.status in (0, 503):
                raise KeyExhausted(f"the KME has no key now ({error})") from error
            raise
        return [(key.key_id, key.key) for key in found]

    def keys_of(self, key_ids: Sequence[str]) -> list[bytes]:
        """Get the keys of these names as a slave (5.4)."""
        found: dict[str, bytes] = {}
        try:
            for at in range(0, len(key_ids), self.most_at_once):
                some = self._client.get_keys_with_ids(self.peer, key_ids[at : at + self.most_at_once])
                found |= {key.key_id: key.key for key in some}
        except KmeError as error:
            if error.status in (0, 503):
                raise KeyExhausted(f"the KME does not answer now ({error})") from error
            raise (NotEntitled if error.status == 401 else KeyNotFound)(*key_ids) from error
        if missing := [key_id for key_id in key_ids if key_id not in found]:
            raise KeyNotFound(*missing)
        return [found[key_id] for key_id in key_ids]


class SharedKeys:
    """Keys that two ends in one process share, in place of two KMEs: each is handed out once to either end.

    Parameters
    ----------
    n_keys
        How many there are at first.

    Examples
    --------
    >>> keys = SharedKeys(1)
    >>> key_id, key = keys.new_key()
    >>> keys.key_of(key_id) == key, keys.n_left
    (True, 0)
    >>> keys.key_of(key_id)
    Traceback (most recent call last):
        ...
    qkdlab.errors.KeyNotFound: not found: 'key-1'
    """

    def __init__(self, n_keys: int = 0) -> None:
        self.n_left = n_keys
        self._named: dict[str, bytes] = {}
        self._n_made = 0

    def __repr__(self) -> str:
        return f"SharedKeys({self.n_left} left, {len(self._named)} to be fetched)"

    def add(self, n_keys: int) -> None:
        """Let there be more keys."""
        self.n_left += n_keys

    def new_key(self) -> tuple[str, bytes]:
        """Return a new key for the master, its name first."""
        if self.n_left < 1:
            raise KeyExhausted("there is no key left")
        self.n_left -= 1
        self._n_made += 1
        key_id, key = f"key-{self._n_made}", randomness.token_bytes(KEY_BYTES)
        self._named[key_id] = key
        return key_id, key

    def key_of(self, key_id: str) -> bytes:
        """Return the key of a name to the slave, once."""
        return self.keys_of([key_id])[0]

    def new_keys(self, number: int) -> list[tuple[str, bytes]]:
        """Return new keys with their names, or none of them."""
        if self.n_left < number:
            raise KeyExhausted(f"{number} keys are needed, {self.n_left} are left")
        return [self.new_key() for _ in range(number)]

    def keys_of(self, key_ids: Sequence[str]) -> list[bytes]:
        """Return the keys of these names, once, or none of them."""
        if missing := [key_id for key_id in key_ids if key_id not in self._named]:
            raise KeyNotFound(*missing)
        return [self._named.pop(key_id) for key_id in key_ids]


Fetched = tuple[str, bytes] | str
"""A key with its name first, or why there is none."""


def fetch(wish: KeyWish, source: KeySource) -> Fetched:
    """Ask a source for the key that an end wishes for. May take time."""
    try:
        return (wish.key_id, source.key_of(wish.key_id)) if wish.key_id else source.new_key()
    except (KeyExhausted, KeyNotFound) as error:
        return str(error)


def give(end: EncryptorEnd, fetched: Fetched) -> None:
    """Give an end what was fetched for it."""
    if isinstance(fetched, str):
        end.key_missing(fetched)
    else:
        end.key_came(*fetched)


def fulfil(end: EncryptorEnd, source: KeySource) -> None:
    """Get an end the key that it wishes for, if it wishes for one, or tell it that there is none."""
    if end.wish is not None:
        give(end, fetch(end.wish, source))
