"""Two KMEs as processes of their own, asked over HTTPS with mutual TLS."""

from __future__ import annotations

from ....delivery.client import KmeClient
from ....delivery.encryptor.key_source import KeyClient
from ....delivery.pair.pair import KmePair
from ....errors import KmeError
from ..delivery_settings import ALICE, BOB
from .kme_plant import CAPACITY_BITS, KMES, SAES, KmePlant

SECONDS_TO_ANSWER = 5.0


class KmesBeside(KmePlant):
    """A `KmePair` as the panel sees it; `start` it before it is used."""

    _pair: KmePair

    def __init__(self) -> None:
        self._pair = KmePair(saes=SAES, capacity_bits=CAPACITY_BITS, peer_seconds=2.0)
        self._clients: dict[str, KmeClient] = {}

    def start(self) -> None:
        """Start both processes and wait until both answer; `KmeError` or ``OSError`` if they do not."""
        self._pair.start()

    @property
    def where(self) -> str:
        """Where they are."""
        return " and ".join(self._pair.url(kme).removeprefix("https://") for kme in KMES)

    def client(self, sae: str) -> KeyClient:
        """Return an SAE's way to its KME."""
        return self._client(sae)

    def _client(self, sae: str) -> KmeClient:
        if sae not in self._clients:
            self._clients[sae] = self._pair.client(sae, timeout_seconds=SECONDS_TO_ANSWER)
        return self._clients[sae]

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key, half of it for each direction."""
        try:
            return self._pair.share(at_a, at_b)
        except KmeError:
            return 0

    def stored_bits(self) -> int | None:
        """Return the bits for keys that Alice's encryptor asks for."""
        if not self.is_running(KMES[0]):
            return None
        try:
            status = self._client(ALICE).status(BOB)
        except KmeError:
            return None
        return status.stored_key_count * status.key_size

    def restart(self, kme: str) -> None:
        """Start it again; it may listen on another port."""
        super().restart(kme)
        for sae in [sae for sae in self._clients if SAES[sae] == kme]:
            self._clients.pop(sae).close()

    def close(self) -> None:
        """Stop both processes and remove their files."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        super().close()
