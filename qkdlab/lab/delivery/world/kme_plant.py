"""What the panel asks of two KMEs, wherever they run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....delivery.encryptor.key_source import KeyClient
from ....delivery.sites import KME_A, KME_B
from ..delivery_settings import ALICE, BOB, CAROL

if TYPE_CHECKING:
    from ....delivery.pair.pair import KmePair
    from ....delivery.pair.pair_here import PairHere

KMES = (KME_A, KME_B)
SAES = {ALICE: KME_A, BOB: KME_B, CAROL: KME_B}
KEY_BITS = 256
CAPACITY_KEYS = 12
CAPACITY_BITS = CAPACITY_KEYS * KEY_BITS
"""Of each KME, for each direction: few, so that a learner sees them run out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request that a KME has answered, or would have.

    Parameters
    ----------
    kme, caller
        Who was asked, by whom.
    method, path, status
        As in HTTP (ETSI GS QKD 014 V1.1.1, 5); status 0 if there was no answer.
    note
        What was said: names of keys, or what was wrong. Never a bit of a key.
    """

    kme: str
    caller: str
    method: str
    path: str
    status: int
    note: str = ""


class KmePlant(ABC):
    """Two KMEs that are fed by a link, wherever they run. Used from one thread at a time."""

    _pair: PairHere | KmePair

    @abstractmethod
    def client(self, sae: str) -> KeyClient:
        """Return an SAE's way to its KME as it is now."""

    @abstractmethod
    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key as both ends have it, half for each direction; return how many bits are kept."""

    @abstractmethod
    def stored_bits(self) -> int | None:
        """Return the bits for keys that Alice's encryptor asks for; None if its KME does not answer."""

    def is_running(self, kme: str) -> bool:
        """Return whether a KME is there."""
        return self._pair.is_running(kme)

    def kill(self, kme: str) -> None:
        """End a KME at once, as ``kill -9`` does."""
        self._pair.kill(kme)

    def restart(self, kme: str) -> None:
        """Start a KME again."""
        self._pair.restart(kme)

    def asked(self) -> list[Asked]:
        """Return the requests since the last time; asking how full a KME is, is none."""
        return [_asked(kme, line) for kme in KMES for line in self._pair.log(kme) if _tells(line)]

    def close(self) -> None:
        """End both, and leave nothing behind."""
        self._pair.close()


def _tells(line: dict[str, Any]) -> bool:
    path = str(line.get("path", ""))
    return line.get("event") == "request" and not path.endswith("/status") and "/module/" not in path


def _asked(kme: str, line: dict[str, Any]) -> Asked:
    note = line.get("message") or ", ".join(line.get("key_IDs", ()))
    return Asked(
        kme=kme,
        caller=str(line["caller"]),
        method=str(line["method"]),
        path=str(line["path"]),
        status=int(line["status"]),
        note=str(note),
    )
