"""Two KMEs on this machine, one at each end of a link, with all that they need to work."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from ...errors import KmeError, shown
from ..client import KmeClient
from ..closing import Closing
from ..sites import KME_A, KMES, TWO_SAES
from .handover import Handover
from .kme_process import KmeProcess
from .outfit import fit_out


class KmePair(Closing):
    """KME-A and KME-B as two processes on loopback, which know each other.

    Each has a key store, a certificate of an authority made for the occasion, and a port that was free. They
    end when `close` is called, at the end of a ``with``, when this object is forgotten, and with the process
    that made it, however that ends.

    Parameters
    ----------
    folder
        Where certificates, key stores and logs lie: for its owner alone, and made if it is not there. What is
        in it is used again: the authority, the key stores, and the ports if they are free. None for a
        temporary folder, which is removed in the end.
    saes
        The applications that may ask for keys, and the KME that each belongs to; at least one at each.
    address
        A name or an address of this machine, if SAEs on others are to reach the KMEs: their certificates are
        for it as well, and they listen on all interfaces. None for loopback alone.
    indirect
        Whether their keys come over trusted nodes; the status of a KME says so.
    **settings
        Further fields of `KmeSettings` for both, such as `capacity_bits` and `ttl_seconds`.

    Attributes
    ----------
    closing
        Set as soon as the pair is being closed.

    Raises
    ------
    ValueError
        If the folder can be read by others, or a name or a setting is none.

    Examples
    --------
    ::

        with KmePair() as pair, LinkFeed(pair, link_settings(25)), pair.client("SAE-A") as alice:
            (key,) = alice.get_keys("SAE-B")
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        saes: Mapping[str, str] = TWO_SAES,
        address: str | None = None,
        indirect: bool = False,
        **settings: Any,
    ) -> None:
        self.saes, self.address = dict(saes), address
        own = tempfile.mkdtemp(prefix="qkdlab-kmes-") if folder is None else None
        self.folder = Path(own or folder or "").absolute()
        kmes: dict[str, KmeProcess] = {}
        self._kmes, self._connections = kmes, dict[str, KmeClient | Handover]()
        self._lock = threading.RLock()
        self.closing = threading.Event()
        self._end = weakref.finalize(self, _end, os.getpid(), kmes, self._connections, self.closing, own)
        try:
            outfit = fit_out(self.folder, self.saes, address=address, indirect=indirect, options=settings)
            for kme, told in outfit.settings.items():
                kmes[kme] = KmeProcess(self.folder, told, temporary=folder is None)
        except BaseException:
            self._end()
            raise
        self.credentials = outfit.saes
        self.capacity_bits = outfit.settings[KME_A].capacity_bits
        # which asks `kmes`, and not self, that could not be forgotten then
        self._handover = Handover(KMES, outfit.modules, lambda kme: kmes[kme].url)
        self._connections["modules"] = self._handover

    def start(self) -> Self:
        """Start both KMEs, and return when both answer.

        Raises
        ------
        KmeError
            If one does not start, with what it said last. Neither is left running then.
        """
        with self._lock:
            self._check_open()
            try:
                for kme in self._kmes.values():
                    kme.launch()
                for kme in self._kmes.values():
                    kme.wait_until_it_listens()
                for name in KMES:
                    self._ask(name)
            except BaseException:
                self.close()
                raise
        return self

    # ---- for SAEs ------------------------------------------------------------------------------------------

    def client(self, sae: str, **options: Any) -> KmeClient:
        """Return an SAE's way to its own KME; `options` are further arguments of `KmeClient`."""
        if sae not in self.saes:
            raise ValueError(f"sae must be one of {', '.join(self.saes)}, got {shown(sae)}")
        kme, own = self.saes[sae], self.credentials[sae]
        return KmeClient(self.url(kme), own.certificate, own.key, own.ca, **{"kme": kme} | options)

    def url(self, kme: str) -> str:
        """Where a KME listens on this machine; `KmeError` if it never has."""
        return self._kme(kme).url

    def public_url(self, kme: str) -> str:
        """Where SAEs on other machines find a KME, if they may; or else its `url`."""
        if self.address is None:
            return self.url(kme)
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"https://{host}:{self.url(kme).rpartition(':')[2]}"

    @property
    def stored_bits(self) -> dict[str, int | None]:
        """Bits that each KME has for keys its own SAEs ask for as masters; None if it does not answer."""
        stored: dict[str, int | None] = {}
        for kme in KMES:
            try:
                stored[kme] = self._ask(kme)
            except KmeError:
                stored[kme] = None
        return stored

    def _ask(self, kme: str) -> int:
        """Ask a KME how many bits it has; asking changes nothing, so it may be done again."""
        own, other = (
            next(sae for sae, at in self.saes.items() if (at == kme) is same) for same in (True, False)
        )
        client = self._connections.get(kme)
        try:
            if not isinstance(client, KmeClient):
                raise KmeError(0, "there is no connection yet")
            status = client.status(other)
        except KmeError:  # it may have started anew, on another port
            if client is not None:
                client.close()
            client = self._connections[kme] = self.client(own, timeout_seconds=5.0)
            status = client.status(other)
        return status.stored_key_count * status.key_size

    # ---- for the link --------------------------------------------------------------------------------------

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key, as each of the two ends holds it, and return how many bits both KMEs have kept.

        Half of it is for keys that SAEs of KME-A ask for, half for those of KME-B.

        Raises
        ------
        KmeError
            If a KME does not answer, or will not have it. What is left of the key is given up.
        """
        self._check_open()
        return self._handover.share(at_a, at_b)

    # ---- what happens to KMEs ------------------------------------------------------------------------------

    def is_running(self, kme: str) -> bool:
        """Whether a KME's process is there."""
        return self._kme(kme).is_running

    def process_id(self, kme: str) -> int | None:
        """Return the number of a KME's process; None if it is not running."""
        return self._kme(kme).process_id

    def kill(self, kme: str) -> None:
        """End a KME at once, as a power cut does."""
        with self._lock:
            self._kme(kme).kill()

    def restart(self, kme: str) -> None:
        """Start a KME that was killed, or stop and start one that runs; returns when it answers.

        Raises
        ------
        KmeError
            If it does not start, with what it said last.
        """
        with self._lock:
            self._check_open()
            process = self._kme(kme)
            process.stop()
            process.launch()
            process.wait_until_it_listens()
            self._ask(kme)

    def log(self, kme: str) -> list[dict[str, Any]]:
        """Return what a KME has written down since this was last called: requests and events, no keys."""
        return self._kme(kme).new_log_lines()

    def close(self) -> None:
        """Stop both KMEs, and remove the folder if it is a temporary one; a second time does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self.start()

    def __repr__(self) -> str:
        running = [name for name, kme in self._kmes.items() if kme.is_running]
        return f"KmePair({', '.join(running) or 'not running'})"

    def _kme(self, name: str) -> KmeProcess:
        if name not in self._kmes:
            raise ValueError(f"kme must be one of {', '.join(KMES)}, got {shown(name)}")
        return self._kmes[name]

    def _check_open(self) -> None:
        if self.closing.is_set():
            raise ValueError("pair must not be closed to be used")


def _end(
    maker: int,
    kmes: Mapping[str, KmeProcess],
    connections: Mapping[str, KmeClient | Handover],
    closing: threading.Event,
    folder: str | None,
) -> None:
    """Stop what is running: both at once first, so that they take their time together."""
    closing.set()
    if os.getpid() != maker:  # a fork comes to its end, and the pair is not its own
        return
    for connection in connections.values():
        connection.close()
    for wait in (False, True):
        for kme in kmes.values():
            kme.stop(wait=wait)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
