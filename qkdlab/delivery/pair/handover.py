"""Blocks of key on their way from QKD modules into the two KMEs.

A block is for one direction, and goes to the KME that has it as "in" first; the other is then given as much
of it as the first has kept. One block is finished at both ends, or given up, before the next begins, and no
number is used again. That is what the key stores rest on (`qkdlab.delivery.store`): whatever fails in
between loses bits, and never makes keys that differ.
"""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import Literal

from ...errors import KmeError
from ...extras import extra_needed
from ..client import client_context
from ..pki import Credentials

with extra_needed("delivery"):
    import httpx

LARGEST_BLOCK = 1 << 20
"""Bytes of a block; a longer key goes in several."""

CHUNK_BYTES = 8
"""What the key stores cut blocks into."""

TRIES = 2
"""How often a block is sent whose answer did not come. A KME that has it already says so, and keeps one."""

SECONDS_FOR_A_BLOCK = 10.0
"""How long a KME may take to answer."""


class Handover:
    """Hands keys in at both ends of a link, in the name of the QKD module that stands there.

    Parameters
    ----------
    kmes
        The two KMEs; the first is at Alice's end.
    modules
        The certificate of the module at each KME.
    url
        Tells where a KME is now; it may have started anew on another port.
    """

    def __init__(
        self, kmes: tuple[str, str], modules: Mapping[str, Credentials], url: Callable[[str], str]
    ) -> None:
        self._kmes, self._url = kmes, url
        self._last, self._lock = 0, threading.Lock()
        self._http = {name: _client(modules[name]) for name in kmes}

    def share(self, at_a: bytes, at_b: bytes) -> int:
        """Hand in a key as the two ends hold it: half for each direction.

        Returns
        -------
        How many bits both ends have kept.

        Raises
        ------
        KmeError
            If a KME does not answer, or will not have a block. What is left of the key is given up.
        """
        if len(at_a) != len(at_b):
            raise ValueError(f"at_a and at_b must be of one length, got {len(at_a)} and {len(at_b)} bytes")
        a, b = self._kmes
        half = -(-len(at_a) // (2 * CHUNK_BYTES)) * CHUNK_BYTES
        with self._lock:
            kept = self._blocks(a, b, at_a[:half], at_b[:half])
            return kept + self._blocks(b, a, at_b[half:], at_a[half:])

    def _blocks(self, master: str, slave: str, at_master: bytes, at_slave: bytes) -> int:
        """Hand in bits of which `master` is to make keys."""
        total = 0
        for start in range(0, len(at_master) // CHUNK_BYTES * CHUNK_BYTES, LARGEST_BLOCK):
            self._last = number = max(self._last + 1, time.time_ns())
            part = slice(start, start + LARGEST_BLOCK)
            kept = self._put(slave, master, number, "in", at_slave[part])
            total += self._put(master, slave, number, "out", at_master[part][: kept // 8]) if kept else 0
        return total

    def _put(self, kme: str, peer: str, number: int, direction: Literal["in", "out"], bits: bytes) -> int:
        """Give one end of a block to a KME; how many bits it has kept."""
        told = {"peer": peer, "number": number, "direction": direction}
        block = {**told, "bits": base64.b64encode(bits).decode()}
        for tries_left in reversed(range(TRIES)):
            try:
                answer = self._http[kme].post(
                    f"{self._url(kme)}/module/v1/blocks",
                    json=block,
                    extensions={"sni_hostname": kme},  # and no other KME will do
                )
                return _kept_bits(kme, answer)
            except httpx.HTTPError as error:
                if not tries_left:
                    raise KmeError(0, f"{kme} does not answer: {type(error).__name__}") from error
        raise AssertionError("there is at least one try")

    def close(self) -> None:
        """Close the connections."""
        for http in self._http.values():
            http.close()


def _client(module: Credentials) -> httpx.Client:
    context: ssl.SSLContext = client_context(module.certificate, module.key, module.ca)
    return httpx.Client(verify=context, timeout=SECONDS_FOR_A_BLOCK, trust_env=False)


def _kept_bits(kme: str, answer: httpx.Response) -> int:
    """Read what a KME says to a block."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    told = told if isinstance(told, dict) else {}
    if answer.status_code != 200:
        raise KmeError(
            answer.status_code, f"{kme} will not have a block: {told.get('message', 'no message')}"
        )
    kept = told.get("kept_bits")
    if type(kept) is not int or kept < 0:
        raise KmeError(200, f"{kme} did not say how many bits it has kept")
    return kept
