"""Two KMEs in this process, where no socket can be opened: the same key stores and steps, without HTTP."""

from __future__ import annotations

from collections.abc import Callable

from ....delivery.encryptor.key_source import KeyClient
from ....delivery.pair.pair_here import Answer, PairHere
from .kme_plant import CAPACITY_BITS, KMES, SAES, KmePlant

TTL_SECONDS = 600.0


class _Heard(PairHere):
    """Two KMEs; what one that is not there was asked is written down as well, as without an answer."""

    def answer(self, sae: str, method: str, path: str, work: Callable[[], Answer]) -> Answer:
        kme = self.saes[sae]
        if not self.is_running(kme):
            asked = {"event": "request", "caller": sae, "method": method, "path": path, "status": 0}
            self._logs[kme].append(asked | {"message": f"{kme} does not answer"})
        return super().answer(sae, method, path, work)


class KmesHere(KmePlant):
    """A `PairHere` as the panel sees it."""

    def __init__(self) -> None:
        self._pair = _Heard(saes=SAES, capacity_bits=CAPACITY_BITS, ttl_seconds=TTL_SECONDS).start()

    def client(self, sae: str) -> KeyClient:
        """Return an SAE's way to its KME."""
        return self._pair.client(sae)

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key, half of it for each direction; nothing is kept unless both KMEs are there."""
        return self._pair.share(at_a, at_b) if all(map(self.is_running, KMES)) else 0

    def stored_bits(self) -> int | None:
        """Return the bits for keys that Alice's encryptor asks for."""
        return self._pair.stored_bits[KMES[0]]
