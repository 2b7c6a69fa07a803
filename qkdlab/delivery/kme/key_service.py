"""What a KME does with keys, without HTTP: it hands out new ones, and those that were set aside.

A new key takes four steps, and each is on disk before the next begins: its bits are reserved here, set
aside at the other KME, counted as delivered here, and only then told to the master. Whatever fails on the
way, or is not answered, voids the key at both ends; a key that may have been told is never told again. So a
failure may lose a key, and never repeats or splits one.

The key store works in one thread of its own, and never keeps the connections waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from ...errors import KeyNotFound, KeyStoreError
from ..messages import EXTENSION_NOT_MET, EXTENSION_UNKNOWN, BadRequest, KeyRequest, Status
from ..store import Direction, KeyStore, Reservation
from .access_log import AccessLog
from .directory import Directory, Route
from .kme_settings import KmeSettings
from .limits import TRIES, checked_size, status_of
from .peer import HoldRequest, PeerFailed, PeerLacksBits, Peers, PeerUnreachable

Result = TypeVar("Result")

ROUTE_TYPE = "qkdlab_route_type"
"""The extension that this KME knows: whether keys may come over trusted nodes (6.2, example 4)."""

SECONDS_BETWEEN_VOIDS = 0.5
"""How soon a peer that did not hear which keys are void is told again."""

SECONDS_BETWEEN_CLEANINGS = 10.0
"""How often old keys expire, and deleted bits are wiped from the store's journal."""


class KeyService:
    """One KME's work with keys.

    Parameters
    ----------
    settings, directory, peers, log
        The KME's.
    """

    def __init__(self, settings: KmeSettings, directory: Directory, peers: Peers, log: AccessLog) -> None:
        self._settings, self._directory, self._peers, self._log = settings, directory, peers, log
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="key-store")
        self._store: KeyStore | None = None
        self._to_tell = asyncio.Event()

    # ---- the store, and its thread --------------------------------------------------------------------

    async def open(self) -> None:
        """Open the key store, which voids what an earlier run left half done; raises `KeyStoreError`."""
        await asyncio.get_running_loop().run_in_executor(self._worker, self._opened_anew)
        self._to_tell.set()

    def _opened_anew(self) -> None:
        """Open the key store, in its thread; close it first if it is open, as after an error of the disk."""
        old, self._store = self._store, None
        if old is not None:
            with suppress(KeyStoreError):
                old.close()
        settings = self._settings
        self._store = KeyStore(
            settings.database, capacity_bits=settings.capacity_bits, ttl_seconds=settings.ttl_seconds
        )

    async def close(self) -> None:
        """Close the key store, after all that is under way in its thread."""
        with suppress(KeyStoreError):
            await self._in_store(KeyStore.close)
        self._store = None
        self._worker.shutdown()

    async def _in_store(self, work: Callable[[KeyStore], Result]) -> Result:
        """Do something with the key store, in its thread; if it fails, the housekeeping has a look at it."""

        def done() -> Result:
            if self._store is None:
                raise KeyStoreError("the key store is not open")
            return work(self._store)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, done)
        except KeyStoreError:
            self._to_tell.set()
            raise

    async def keep_house(self) -> None:
        """Tell peers what is void until they have heard it, and let old keys expire; until cancelled."""
        loop = asyncio.get_running_loop()
        clean_at = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, clean_at - loop.time())):
                    await self._to_tell.wait()
            try:
                if loop.time() >= clean_at:
                    clean_at = loop.time() + SECONDS_BETWEEN_CLEANINGS
                    if expired := await self._in_store(_cleaned):
                        self._log.event("expired", keys=expired)
                        self._to_tell.set()
                if self._to_tell.is_set():
                    self._to_tell.clear()
                    await self._tell_voids()
            except KeyStoreError as error:
                self._log.event("key store failed", error=str(error))
                await asyncio.sleep(SECONDS_BETWEEN_VOIDS)
                with suppress(KeyStoreError):
                    await self.open()

    async def _tell_voids(self) -> None:
        """Tell each peer which keys are void; who does not answer is told again later."""
        most = self._settings.max_keys_per_request
        for peer in self._settings.peers:
            voids = await self._in_store(partial(KeyStore.pending_voids, peer=peer))
            for start in range(0, len(voids), most):
                part = voids[start : start + most]
                try:
                    await self._peers.void(peer, part)
                except PeerFailed:
                    asyncio.get_running_loop().call_later(SECONDS_BETWEEN_VOIDS, self._to_tell.set)
                    break
                key_ids = [key.key_id for key in part]
                await self._in_store(partial(KeyStore.voids_told, peer=peer, key_ids=key_ids))
                self._log.event("voided", peer=peer, keys=len(key_ids))

    # ---- for SAEs -------------------------------------------------------------------------------------

    async def status(self, master: str, slave: str) -> Status:
        """Return what there is for a master and a slave (5.2)."""
        peer = self._directory.route(master, slave).peer
        bits = await self._in_store(partial(KeyStore.stored_bits, peer=peer, direction="out"))
        told = {ROUTE_TYPE: self._route_type(peer)}
        return status_of(self._settings, master, slave, peer, bits, told)

    async def new_keys(self, master: str, slave: str, request: KeyRequest) -> list[tuple[str, bytes]]:
        """Return new keys for a master, which its slaves can get from their KMEs from now on (5.3).

        Raises
        ------
        BadRequest
            If the request breaks a rule or a limit.
        KeyExhausted, PeerFailed, KeyStoreError
            If there are no keys to be had now.
        """
        route = self._directory.route(master, slave, request.additional_slaves)
        size_bits = checked_size(self._settings, request)
        self._check_extensions(request, route)
        for _ in range(TRIES):
            offer = await self._in_store(
                lambda store: store.reserve(
                    route.peer, master, route.here, number=request.number, size_bits=size_bits
                )
            )
            key_ids = [key.key_id for key in offer.keys]
            try:
                await self._peers.hold(
                    route.peer, HoldRequest(master=master, slaves=route.there, offer=offer)
                )
                bits = await self._in_store(partial(KeyStore.deliver, key_ids=key_ids))
                return list(zip(key_ids, bits, strict=True))
            except PeerUnreachable:
                await self._in_store(partial(KeyStore.put_back, key_ids=key_ids))
                raise
            except PeerLacksBits as error:
                await self._void(key_ids)
                await self._in_store(partial(KeyStore.skip, peer=route.peer, floor=error.floor))
            except (PeerFailed, KeyStoreError):
                await self._void(key_ids)
                raise
            except KeyNotFound as error:  # the store was opened anew, or the offer was too old
                raise KeyStoreError("the keys were given up before they could be delivered") from error
        raise PeerFailed(f"{route.peer} lacks the bits of every key that was tried")

    async def keys_with_ids(self, slave: str, master: str, key_ids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return the keys of these names to a slave of theirs, all or none (5.4).

        Raises
        ------
        KeyNotFound, NotEntitled
            If one is not there, or was not made for this slave.
        """
        if len(key_ids) > self._settings.max_keys_per_request:
            raise BadRequest(f"at most {self._settings.max_keys_per_request} keys per request")
        bits = await self._in_store(lambda store: store.take(slave, master, key_ids))
        if len(bits) != len(key_ids):
            raise KeyNotFound(*key_ids)
        return list(zip(key_ids, bits, strict=True))

    async def _void(self, key_ids: Sequence[str]) -> None:
        """Give keys up here, and remember to tell the peer."""
        await self._in_store(lambda store: store.void_here(key_ids))
        self._to_tell.set()

    def _check_extensions(self, request: KeyRequest, route: Route) -> None:
        """Refuse what is mandatory and unknown, or cannot be had; what is optional may be ignored (6.2)."""
        for name, _ in request.extension_mandatory:
            if name != ROUTE_TYPE:
                raise BadRequest(
                    EXTENSION_UNKNOWN, extension_mandatory_unsupported=f"{name[:60]} is not supported"
                )
        for name, value in request.extension_mandatory:
            if value != self._route_type(route.peer):
                raise BadRequest(
                    EXTENSION_NOT_MET,
                    extension_mandatory_unmet=f"{name} is {self._route_type(route.peer)} here",
                )

    def _route_type(self, peer: str) -> str:
        return "indirect" if peer in self._settings.indirect else "direct"

    # ---- for KMEs and modules -------------------------------------------------------------------------

    async def hold(self, peer: str, request: HoldRequest) -> None:
        """Set keys aside for slaves of this KME, as the KME of their master asks.

        Raises
        ------
        BadRequest
            If it may not ask for this.
        ChunksMissing
            If bits are not there, or the keys were given up before.
        """
        if not self._directory.belongs(request.master, peer):
            raise BadRequest("the master SAE does not belong to the KME that asks")
        if not all(self._directory.belongs(slave, self._settings.kme_id) for slave in request.slaves):
            raise BadRequest("a slave SAE does not belong to this KME")
        if len(request.offer.keys) > self._settings.max_keys_per_request:
            raise BadRequest(f"at most {self._settings.max_keys_per_request} keys per request")
        await self._in_store(lambda store: store.hold(peer, request.master, request.slaves, request.offer))

    async def void(self, peer: str, keys: Sequence[Reservation]) -> None:
        """Give up keys that a peer gives up."""
        await self._in_store(lambda store: store.void(peer, keys))

    async def put_block(self, peer: str, number: int, direction: Direction, bits: bytes) -> int:
        """Store a block of key from a QKD module, and return how many bits are kept; raises `BadRequest`."""
        if peer not in self._settings.peers:
            raise BadRequest("unknown peer KME")
        try:
            return await self._in_store(lambda store: store.put_block(peer, number, direction, bits))
        except ValueError as error:  # a number that no store can hold
            raise BadRequest(str(error)) from None


def _cleaned(store: KeyStore) -> int:
    """Let old keys expire and empty the journal; how many expired."""
    expired = store.expire()
    store.scrub()
    return expired
