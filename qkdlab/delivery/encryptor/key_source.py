"""Where an encryptor gets keys from QKD: its KME, or, without any server, a supply that two ends share."""

from __future__ import annotations

import secrets as randomness
from typing import Protocol

from ...errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled
from ..client import KmeClient
from ..hybrid import KEY_BYTES
from .end import EncryptorEnd


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


class KmeKeySource:
    """Keys from a KME, over ETSI GS QKD 014 V1.1.1.

    Parameters
    ----------
    client
        The SAE's way to its own KME.
    peer
        The SAE at the other end.
    """

    def __init__(self, client: KmeClient, peer: str) -> None:
        self._client, self.peer = client, peer

    def new_key(self) -> tuple[str, bytes]:
        """Get a key as its master (5.3). A KME that is empty, or not there, has none now."""
        try:
            key = self._client.get_keys(self.peer, size=8 * KEY_BYTES)[0]
        except KmeError as error:
            if error.status in (0, 503):
                raise KeyExhausted(f"the KME has no key now ({error})") from error
            raise
        return key.key_id, bytes(key.key)

    def key_of(self, key_id: str) -> bytes:
        """Get the key of a name as a slave (5.4)."""
        try:
            return bytes(self._client.get_keys_with_ids(self.peer, [key_id])[0].key)
        except KmeError as error:
            if error.status in (0, 503):
                raise KeyExhausted(f"the KME does not answer now ({error})") from error
            raise (NotEntitled if error.status == 401 else KeyNotFound)(key_id) from error


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
        try:
            return self._named.pop(key_id)
        except KeyError:
            raise KeyNotFound(key_id) from None


def fulfil(end: EncryptorEnd, source: KeySource) -> None:
    """Get an end the key that it wishes for, or tell it that there is none. Waits for the source."""
    wish = end.wish
    if wish is None:
        return
    try:
        key_id, key = (wish.key_id, source.key_of(wish.key_id)) if wish.key_id else source.new_key()
    except (KeyExhausted, KeyNotFound) as error:
        end.key_missing(str(error))
    else:
        end.key_came(key_id, key)
