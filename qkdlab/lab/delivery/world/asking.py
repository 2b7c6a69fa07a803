"""The keys of an encryptor, asked of a KME that may have started anew since the last time."""

from __future__ import annotations

from collections.abc import Callable

from ....delivery.encryptor.key_source import KeyClient
from ....errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled
from ...components.text import words_for
from .kme_plant import KEY_BITS

UNAUTHORISED, SILENT, EXHAUSTED = 401, 0, (0, 503)


class Asking:
    """A `KeySource`: what `KmeKeySource` does, for whatever client there is now.

    Parameters
    ----------
    client
        Returns the SAE's way to its KME.
    peer
        The SAE at the other end.
    """

    def __init__(self, client: Callable[[], KeyClient], peer: str) -> None:
        self._client, self._peer = client, peer

    def new_key(self) -> tuple[str, bytes]:
        """Return a new key, its name first; `KeyExhausted` if there is none now."""
        try:
            (key,) = self._client().get_keys(self._peer, 1, KEY_BITS)
        except KmeError as error:
            if error.status in EXHAUSTED:
                raise KeyExhausted(_why(error)) from error
            raise
        return key.key_id, key.key

    def key_of(self, key_id: str) -> bytes:
        """Return the key of a name, once; `KeyNotFound` if it is not there for this end."""
        try:
            (key,) = self._client().get_keys_with_ids(self._peer, [key_id])
        except KmeError as error:
            if error.status in EXHAUSTED:
                raise KeyExhausted(_why(error)) from error
            raise (NotEntitled if error.status == UNAUTHORISED else KeyNotFound)(key_id) from error
        return key.key


def _why(error: KmeError) -> str:
    return words_for("encryptor_tables")["silent"] if error.status == SILENT else str(error)
