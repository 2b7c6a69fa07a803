"""Two KMEs in this process, where no socket can be opened: the same key stores and steps, without HTTP."""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

from ....delivery.messages import KEYS_NOT_FOUND, DeliveredKey, SecretBytes
from ....delivery.store import ChunksMissing, KeyStore
from ....errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled
from .kme_plant import CAPACITY_BITS, KEY_BITS, KMES, SAES, Asked

KEYS = "/api/v1/keys"
TTL_SECONDS = 600.0

Work = Callable[[], list[tuple[str, bytes]]]


class KmesHere:
    """Two key stores, and the steps between them that two KMEs take; nothing leaves this process."""

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="qkdlab-panel-")
        self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._folder = Path(folder)
        self._stores: dict[str, KeyStore] = {}
        self._asked: list[Asked] = []
        self._last = 0
        for kme in KMES:
            self.restart(kme)

    def client(self, sae: str) -> ClientHere:
        """Return what an SAE asks with."""
        return ClientHere(self, sae)

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key, half of it for each direction: first where it is "in", then where it is "out"."""
        half, (a, b) = len(at_a) // 16 * 8, KMES
        kept = 0
        for master, slave, first, second in (
            (a, b, at_a[:half], at_b[:half]),
            (b, a, at_b[half:], at_a[half:]),
        ):
            self._last = max(self._last + 1, time.time_ns())
            if master in self._stores and slave in self._stores:
                there = self._stores[slave].put_block(master, self._last, "in", second)
                if there:
                    kept += self._stores[master].put_block(slave, self._last, "out", first[: there // 8])
        return kept

    def stored_bits(self) -> int | None:
        """Return the bits for keys that Alice's encryptor asks for."""
        store = self._stores.get(KMES[0])
        return None if store is None else store.stored_bits(KMES[1], "out")

    def is_running(self, kme: str) -> bool:
        """Return whether a KME's store is open."""
        return kme in self._stores

    def kill(self, kme: str) -> None:
        """Close a store."""
        if kme in self._stores:
            self._stores.pop(kme).close()

    def restart(self, kme: str) -> None:
        """Open a store again."""
        self.kill(kme)
        self._stores[kme] = KeyStore(
            self._folder / f"{kme}.sqlite", capacity_bits=CAPACITY_BITS, ttl_seconds=TTL_SECONDS
        )

    def asked(self) -> list[Asked]:
        """Return what was asked since the last time."""
        asked, self._asked = self._asked, []
        return asked

    def close(self) -> None:
        """Close both stores and remove them."""
        for kme in KMES:
            self.kill(kme)
        self._end()

    # ---- what a KME does -----------------------------------------------------------------------------------

    def new_keys(self, master: str, slave: str, number: int) -> list[tuple[str, bytes]]:
        """Reserve, hold at the other KME, deliver; nothing is told before all of it is on the disk."""
        own, peer = SAES[master], SAES[slave]
        store, other = self._stores[own], self._stores.get(peer)
        offer = store.reserve(peer, master, number=number, size_bits=KEY_BITS)
        key_ids = [key.key_id for key in offer.keys]
        if other is None:
            store.put_back(key_ids)
            raise KmeError(503, f"no keys are to be had from the other KME: {peer} does not answer")
        try:
            other.hold(own, master, [slave], offer)
        except ChunksMissing as error:
            store.void_here(key_ids)
            store.skip(peer, error.floor)
            raise KmeError(503, "no keys are to be had from the other KME") from error
        return list(zip(key_ids, store.deliver(key_ids), strict=True))

    def keys_of(self, slave: str, master: str, key_ids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Hand out keys by their names, once, to whom they were made for."""
        return list(zip(key_ids, self._stores[SAES[slave]].take(slave, master, key_ids), strict=True))

    def note(self, sae: str, path: str, status: int, note: str) -> None:
        """Remember a request, as the log of a KME does."""
        self._asked.append(
            Asked(kme=SAES[sae], caller=sae, method="POST", path=f"{KEYS}/{path}", status=status, note=note)
        )


class ClientHere:
    """Asks a KME of this process as `KmeClient` asks one over HTTP, and gets the same answers."""

    def __init__(self, kmes: KmesHere, sae: str) -> None:
        self._kmes, self._sae = kmes, sae

    def get_keys(self, slave: str, number: int = 1, size: int | None = None) -> tuple[DeliveredKey, ...]:
        """Get new keys of 256 bits as their master."""
        return self._answer(f"{slave}/enc_keys", lambda: self._kmes.new_keys(self._sae, slave, number))

    def get_keys_with_ids(self, master: str, key_ids: Sequence[str]) -> tuple[DeliveredKey, ...]:
        """Get keys by their names, as their slave."""
        return self._answer(f"{master}/dec_keys", lambda: self._kmes.keys_of(self._sae, master, key_ids))

    def _answer(self, path: str, work: Work) -> tuple[DeliveredKey, ...]:
        try:
            found = self._tried(work)
        except KmeError as error:
            self._kmes.note(self._sae, path, error.status, error.message)
            raise
        self._kmes.note(self._sae, path, 200, ", ".join(key_id for key_id, _ in found))
        return tuple(DeliveredKey(key_id=key_id, key=SecretBytes(key)) for key_id, key in found)

    def _tried(self, work: Work) -> list[tuple[str, bytes]]:
        if not self._kmes.is_running(SAES[self._sae]):
            raise KmeError(0, f"{SAES[self._sae]} does not answer")
        try:
            return work()
        except KeyExhausted as error:
            raise KmeError(503, "not enough key material is stored") from error
        except NotEntitled as error:
            raise KmeError(401, "unauthorized: the caller was not named when a key was made") from error
        except KeyNotFound as error:
            raise KmeError(400, KEYS_NOT_FOUND) from error
