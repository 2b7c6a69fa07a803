"""Two KMEs in this process, for where there are neither processes nor sockets, as in a browser."""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

from ...errors import KeyExhausted, KeyNotFound, KmeError, NotEntitled, shown
from ..closing import Closing
from ..kme.directory import Directory
from ..kme.kme_settings import KmeSettings
from ..kme.limits import TRIES, checked_size, status_of
from ..messages import KEYS_NOT_FOUND, BadRequest, DeliveredKey, KeyRequest, SecretBytes, Status, listed
from ..sites import KMES, TWO_SAES
from ..store import ChunksMissing, KeyStore

CHUNK_BYTES = 8
"""What the key stores cut blocks into."""

PATH = "/api/v1/keys"
NO_KEYS = "no keys are to be had from the other KME"

Answer = TypeVar("Answer")


class PairHere(Closing):
    """KME-A and KME-B in this process: the key stores, steps and answers of `KmePair`, and no network.

    No certificate says who asks: whoever has the object asks in the name of any SAE. What goes over HTTPS
    between two KMEs, and what a crash of one may lose, is not shown.

    Parameters
    ----------
    saes
        The applications that may ask for keys, and the KME that each belongs to; at least one at each.
    **settings
        Further fields of `KmeSettings` for both, such as `capacity_bits` and `ttl_seconds`.

    Examples
    --------
    >>> with PairHere() as pair:
    ...     pair.share(bytes(64), bytes(64))
    ...     len(pair.client("SAE-A").get_keys("SAE-B"))
    512
    1
    """

    def __init__(self, *, saes: Mapping[str, str] = TWO_SAES, **settings: Any) -> None:
        for kme in KMES:
            if kme not in saes.values():
                raise ValueError(f"saes must have one at {kme}, got {shown(dict(saes))}")
        self.saes = dict(saes)
        self.folder = Path(tempfile.mkdtemp(prefix="qkdlab-kmes-"))
        self._stores: dict[str, KeyStore] = {}
        self._end = weakref.finalize(self, _end, self._stores, self.folder)
        self._settings = {
            kme: KmeSettings(
                kme_id=kme,
                database=str(self.folder / f"{kme}.sqlite"),
                saes=self.saes,
                peers={other: "none"},
                certificate="none",
                key="none",
                ca="none",
                **settings,
            )
            for kme, other in (KMES, KMES[::-1])
        }
        self._directories = {kme: Directory(told) for kme, told in self._settings.items()}
        self._logs: dict[str, list[dict[str, Any]]] = {kme: [] for kme in KMES}
        self._last = 0

    def start(self) -> Self:
        """Open both key stores."""
        for kme in KMES:
            self.restart(kme)
        return self

    def client(self, sae: str, **_options: Any) -> ClientHere:
        """Return an SAE's way to its own KME."""
        if sae not in self.saes:
            raise ValueError(f"sae must be one of {', '.join(self.saes)}, got {shown(sae)}")
        return ClientHere(self, sae)

    @property
    def stored_bits(self) -> dict[str, int | None]:
        """Bits that each KME has for keys its own SAEs ask for as masters; None if it is not running."""
        stored: dict[str, int | None] = {}
        for kme, other in (KMES, KMES[::-1]):
            size, store = self._settings[kme].key_size, self._stores.get(kme)
            stored[kme] = None if store is None else store.stored_bits(other, "out") // size * size
        return stored

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key, as each of the two ends holds it, and return how many bits both KMEs have kept.

        Half of it is for keys that SAEs of KME-A ask for, half for those of KME-B. `KmeError` if one of them
        is not running.
        """
        if len(at_a) != len(at_b):
            raise ValueError(f"at_a and at_b must be of one length, got {len(at_a)} and {len(at_b)} bytes")
        a, b = KMES
        half, kept = -(-len(at_a) // (2 * CHUNK_BYTES)) * CHUNK_BYTES, 0
        for master, slave, first, second in (
            (a, b, at_a[:half], at_b[:half]),
            (b, a, at_b[half:], at_a[half:]),
        ):
            self._last = number = max(self._last + 1, time.time_ns())
            whole = len(first) // CHUNK_BYTES * CHUNK_BYTES
            there = self._store(slave).put_block(master, number, "in", second[:whole])
            if there:
                kept += self._store(master).put_block(slave, number, "out", first[: there // 8])
        return kept

    def is_running(self, kme: str) -> bool:
        """Whether a KME's store is open."""
        return self._known(kme) in self._stores

    def kill(self, kme: str) -> None:
        """Close a KME's store."""
        if self.is_running(kme):
            self._stores.pop(kme).close()

    def restart(self, kme: str) -> None:
        """Open a KME's store again."""
        self.kill(kme)
        told = self._settings[kme]
        self._stores[kme] = KeyStore(
            told.database, capacity_bits=told.capacity_bits, ttl_seconds=told.ttl_seconds
        )

    def log(self, kme: str) -> list[dict[str, Any]]:
        """Return what a KME has written down since this was last called: requests, no keys."""
        lines, self._logs[self._known(kme)] = self._logs[self._known(kme)], []
        return lines

    def close(self) -> None:
        """Close both stores and remove them; a second time does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self.start()

    def __repr__(self) -> str:
        return f"PairHere({', '.join(kme for kme in KMES if kme in self._stores) or 'not running'})"

    # ---- what a KME does -----------------------------------------------------------------------------------

    def answer(self, sae: str, method: str, path: str, work: Callable[[], Answer]) -> Answer:
        """Do what an SAE asks of its KME, and write it down; `KmeError` with what the KME would say."""
        kme = self.saes[sae]
        self._store(kme)
        status, told, found = 200, {}, None
        try:
            found = work()
            return found
        except BadRequest as error:
            status, told = 400, {"message": error.message}
        except NotEntitled:
            status, told = 401, {"message": "unauthorized: the caller was not named when a key was made"}
        except KeyNotFound:
            status, told = 400, {"message": KEYS_NOT_FOUND}
        except KeyExhausted:
            status, told = 503, {"message": "not enough key material is stored"}
        except KmeError as error:
            status, told = error.status, {"message": error.message}
        finally:
            keys = found if isinstance(found, tuple) else ()
            line = {"event": "request", "caller": sae, "method": method, "path": path, "status": status}
            self._logs[kme].append(line | told | ({"key_IDs": [key.key_id for key in keys]} if keys else {}))
        raise KmeError(status, told["message"])

    def status(self, master: str, slave: str) -> Status:
        """Return what there is for a master and a slave."""
        own = self.saes[master]
        peer = self._directories[own].route(master, slave).peer
        bits = self._store(own).stored_bits(peer, "out")
        return status_of(self._settings[own], master, slave, peer, bits, {"qkdlab_route_type": "direct"})

    def new_keys(self, master: str, slave: str, request: KeyRequest) -> tuple[DeliveredKey, ...]:
        """Reserve, hold at the other KME, deliver; nothing is told before all of it is in the stores."""
        own = self.saes[master]
        route = self._directories[own].route(master, slave, request.additional_slaves)
        store = self._store(own)
        size, peer = checked_size(self._settings[own], request), route.peer
        for _ in range(TRIES):
            offer = store.reserve(peer, master, route.here, number=request.number, size_bits=size)
            key_ids = [key.key_id for key in offer.keys]
            if peer not in self._stores:
                store.put_back(key_ids)
                raise KmeError(503, f"{NO_KEYS}: {peer} does not answer")
            try:
                self._stores[peer].hold(own, master, list(route.there), offer)
                return _delivered(key_ids, store.deliver(key_ids))
            except ChunksMissing as error:
                store.void_here(key_ids)
                store.skip(peer, error.floor)
        raise KmeError(503, f"{NO_KEYS}: {peer} lacks the bits of every key that was tried")

    def keys_with_ids(self, slave: str, master: str, key_ids: Sequence[str]) -> tuple[DeliveredKey, ...]:
        """Hand out keys by their names, once, to whom they were made for."""
        own = self.saes[slave]
        most = self._settings[own].max_keys_per_request
        if len(key_ids) > most:
            raise BadRequest(f"at most {most} keys per request")
        return _delivered(key_ids, self._store(own).take(slave, master, key_ids))

    def _store(self, kme: str) -> KeyStore:
        if kme not in self._stores:
            raise KmeError(0, f"{kme} does not answer")
        return self._stores[kme]

    def _known(self, kme: str) -> str:
        if kme not in KMES:
            raise ValueError(f"kme must be one of {', '.join(KMES)}, got {shown(kme)}")
        return kme


class ClientHere(Closing):
    """Asks a KME of this process as `KmeClient` asks one over HTTPS, and gets the same answers."""

    def __init__(self, pair: PairHere, sae: str) -> None:
        self._pair, self._sae = pair, sae

    def status(self, slave: str) -> Status:
        """Ask how many keys there are for a slave, and which sizes (5.2)."""
        return self._asked("GET", slave, "status", lambda: self._pair.status(self._sae, slave))

    def get_keys(
        self, slave: str, number: int = 1, size: int | None = None, additional: Sequence[str] = ()
    ) -> tuple[DeliveredKey, ...]:
        """Get new keys as their master (5.3)."""
        request = KeyRequest.asked(number, size, additional)
        return self._asked("POST", slave, "enc_keys", lambda: self._pair.new_keys(self._sae, slave, request))

    def get_keys_with_ids(self, master: str, key_ids: Sequence[str]) -> tuple[DeliveredKey, ...]:
        """Get the keys of these names, as a slave of this master (5.4): all of them or none, and once."""
        names = listed("key_ids", key_ids)
        return self._asked(
            "POST", master, "dec_keys", lambda: self._pair.keys_with_ids(self._sae, master, names)
        )

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _asked(self, method: str, sae: str, what: str, work: Callable[[], Answer]) -> Answer:
        return self._pair.answer(self._sae, method, f"{PATH}/{sae}/{what}", work)


def _delivered(key_ids: Sequence[str], bits: Sequence[bytes]) -> tuple[DeliveredKey, ...]:
    return tuple(
        DeliveredKey(key_id=key_id, key=SecretBytes(key)) for key_id, key in zip(key_ids, bits, strict=True)
    )


def _end(stores: dict[str, KeyStore], folder: Path) -> None:
    while stores:
        stores.popitem()[1].close()
    shutil.rmtree(folder, ignore_errors=True)
