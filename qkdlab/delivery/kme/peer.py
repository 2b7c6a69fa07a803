"""What two KMEs say to each other: which bits are set aside for which key, and which keys are void.

No bit of a key is ever sent. Both KMEs have the same blocks of bits; a message names a key and the places
of its bits in the blocks. The messages are ours (ETSI GS QKD 014 leaves this to the makers of KMEs) and go
over TLS, both sides with their certificates:

- ``POST /peer/v1/hold`` sets keys aside for slaves of the KME that is asked. 200: they are set aside; 409:
some of
  the bits are not there, no key is set aside, and what there was of the bits is destroyed; ``floor`` says
  where the bits begin that are there. 400: refused.
- ``POST /peer/v1/void`` gives keys up. 200: they will never be handed out, not even if their hold comes
later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...extras import extra_needed
from ..client import client_context
from ..messages import BadRequest, Json
from ..parsing import read_json
from ..store import Offer, Reservation
from .kme_settings import KmeSettings

with extra_needed("delivery"):
    import aiohttp


LONGEST_ANSWER = 65_536
"""Bytes of another KME's answer that are read."""


class PeerFailed(Exception):
    """The other KME gave no answer that we understand: it may have done what it was asked, or not."""


class PeerUnreachable(PeerFailed):
    """The other KME cannot be reached: nothing was sent."""


class PeerLacksBits(PeerFailed):
    """The other KME does not have all the bits; it has destroyed those it had.

    Parameters
    ----------
    floor
        Block and place where the bits begin that it may have.
    """

    def __init__(self, peer: str, floor: tuple[int, int]) -> None:
        super().__init__(f"{peer} lacks bits of a key")
        self.floor = floor


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldRequest:
    """Keys that a peer asks to set aside: their master, slaves at this KME, and the places of their bits."""

    master: str
    slaves: tuple[str, ...]
    offer: Offer


def hold_object(request: HoldRequest) -> dict[str, Json]:
    """Return the JSON object of a hold."""
    return {
        "master_SAE_ID": request.master,
        "slave_SAE_IDs": list(request.slaves),
        "offer": request.offer.to_dict(),
    }


def hold_from_json(told: Json) -> HoldRequest:
    """Read the JSON object of a hold; raises `BadRequest`."""
    try:
        master, slaves = told["master_SAE_ID"], told["slave_SAE_IDs"]
        offer = Offer.from_dict(told["offer"])
    except (LookupError, TypeError, ValueError):
        raise BadRequest("bad request format: no hold of keys") from None
    names = [master, *slaves] if isinstance(slaves, list) else []
    if len(names) < 2 or not all(isinstance(name, str) for name in names):
        raise BadRequest("bad request format: names of a hold must be texts")
    return HoldRequest(master=master, slaves=tuple(slaves), offer=offer)


def voids_object(keys: Sequence[Reservation]) -> dict[str, Json]:
    """Return the JSON object that gives keys up."""
    return {"keys": [key.to_dict() for key in keys]}


def voids_from_json(told: Json) -> list[Reservation]:
    """Read the JSON object that gives keys up; raises `BadRequest`."""
    try:
        return [Reservation.from_dict(key) for key in told["keys"]]
    except (LookupError, TypeError, ValueError):
        raise BadRequest("bad request format: no keys to give up") from None


class Peers:
    """The way to the other KMEs.

    TLS checks that the certificate of who answers is for the name of the KME that was meant, so a KME
    cannot stand in for another one.

    Parameters
    ----------
    settings
        Where the peers are, and the certificate to show them.
    """

    def __init__(self, settings: KmeSettings) -> None:
        self._where, self._seconds = dict(settings.peers), settings.peer_seconds
        self._context = client_context(settings.certificate, settings.key, settings.ca)
        self._http: aiohttp.ClientSession | None = None

    async def hold(self, peer: str, request: HoldRequest) -> None:
        """Have a peer set keys aside; returns when it has.

        Raises
        ------
        PeerUnreachable, PeerLacksBits
            If it has not.
        PeerFailed
            If it will not, or if nobody knows.
        """
        status, told = await self._post(peer, "hold", hold_object(request))
        if status == 409:
            raise PeerLacksBits(peer, _floor(peer, told))
        if status != 200:
            raise PeerFailed(f"{peer} answered {status}")

    async def void(self, peer: str, keys: Sequence[Reservation]) -> None:
        """Have a peer give keys up; `PeerFailed` if it has not said that it has."""
        status, _ = await self._post(peer, "void", voids_object(keys))
        if status != 200:
            raise PeerFailed(f"{peer} answered {status}")

    async def _post(self, peer: str, what: str, told: Json) -> tuple[int, Json]:
        """Send one message and return the status of the answer, and what it says."""
        if self._http is None:
            connector = aiohttp.TCPConnector(ssl=self._context, limit_per_host=16)
            limit = aiohttp.ClientTimeout(total=self._seconds)
            self._http = aiohttp.ClientSession(connector=connector, timeout=limit)
        try:
            url = f"{self._url(peer)}/peer/v1/{what}"
            async with self._http.post(url, json=told, server_hostname=peer, allow_redirects=False) as answer:
                content = await answer.content.read(LONGEST_ANSWER)
                return answer.status, read_json(content)
        except aiohttp.ClientConnectorCertificateError as error:
            raise PeerUnreachable(f"the certificate shown for {peer} is not accepted") from error
        except (FileNotFoundError, aiohttp.ClientConnectorError) as error:
            raise PeerUnreachable(f"{peer} does not answer") from error
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise PeerFailed(f"{peer} gave no answer that can be read") from error

    def _url(self, peer: str) -> str:
        """Where a peer is now: it may have started anew on another port."""
        where = self._where[peer]
        if where.startswith("https://"):
            return where.rstrip("/")
        return f"https://127.0.0.1:{int(Path(where).read_text(encoding='ascii'))}"

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()


def _floor(peer: str, told: Json) -> tuple[int, int]:
    """Where a peer's bits begin, as its answer says."""
    floor = told.get("floor") if isinstance(told, dict) else None
    if not isinstance(floor, list) or len(floor) != 2 or not all(type(number) is int for number in floor):
        raise PeerFailed(f"{peer} did not say where its bits begin")
    return floor[0], floor[1]
