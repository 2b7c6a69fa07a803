"""Clients of ETSI GS QKD 014, each asking our KMEs: processor time of the client alone."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.task import OURS, Side, Task, Work, scaled
from tests.delivery.kme.kmes import SAES, Kmes

Pair = list[tuple[str, bytes]]
"""IDs and keys."""

Ask = Callable[[], tuple[Pair, Pair]]
"""Gets a key as master, and the same as slave."""


def ours(kmes: Kmes, open_clients: ExitStack) -> Ask:
    master, slave = (open_clients.enter_context(kmes.client(sae)) for sae in ("SAE-A", "SAE-B"))

    def ask() -> tuple[Pair, Pair]:
        made = master.get_keys("SAE-B")
        fetched = slave.get_keys_with_ids("SAE-A", [key.key_id for key in made])
        return [(key.key_id, key.key) for key in made], [(key.key_id, key.key) for key in fetched]

    return ask


def etsi_qkd_014_client(kmes: Kmes, _: ExitStack) -> Ask:
    from etsi_qkd_014_client import QKD014Client  # noqa: PLC0415 - there or not

    def client(sae: str) -> Any:
        own, where = kmes.credentials[sae], kmes.url(SAES[sae]).removeprefix("https://")
        return QKD014Client(where, str(own.certificate), str(own.key), str(own.ca))

    master, slave = client("SAE-A"), client("SAE-B")

    def ask() -> tuple[Pair, Pair]:
        made = master.get_key("SAE-B")[1].keys
        fetched = slave.get_key_with_key_IDs("SAE-A", [key.key_id for key in made])[1].keys
        return tuple([(key.key_id, base64.b64decode(key.key)) for key in keys] for keys in (made, fetched))

    return ask


def qkdsec(kmes: Kmes, _: ExitStack) -> Ask:
    from qkdsec.client import ETSI014Client  # noqa: PLC0415

    def client(sae: str) -> Any:
        own = kmes.credentials[sae]
        pair = str(own.certificate), str(own.key)
        return ETSI014Client(kmes.url(SAES[sae]), client_cert=pair, verify=str(own.ca), timeout=30)

    master, slave = client("SAE-A"), client("SAE-B")

    def ask() -> tuple[Pair, Pair]:
        made = master.get_enc_keys("SAE-B", number=1, size=256)
        fetched = slave.get_dec_keys("SAE-A", key_ids=[key.key_id for key in made])
        return tuple([(key.key_id, key.key) for key in keys] for keys in (made, fetched))

    return ask


def side(connect: Callable[[Kmes, ExitStack], Ask]) -> Side:
    """A client beside two KMEs, which are processes of their own."""

    @contextmanager
    def running(scale: float) -> Iterator[Work]:
        n = scaled(100, scale, 5)
        with tempfile.TemporaryDirectory() as folder, Kmes(Path(folder)) as kmes, ExitStack() as open_clients:
            kmes.start()
            kmes.feed(400_000)
            ask = connect(kmes, open_clients)
            yield lambda: [ask() for _ in range(n)]

    return running


def judge(answers: list[tuple[Pair, Pair]], scale: float) -> tuple[bool, str]:
    same = sum(made == fetched and len(made[0][1]) == 32 for made, fetched in answers)
    new = len({made[0][0] for made, _ in answers})
    right = same == new == len(answers) == scaled(100, scale, 5)
    return right, f"{same} keys the same at both ends, {new} of them different"


CLIENTS = Task(
    title="100 keys of 256 bits over ETSI GS QKD 014: ask as master, fetch as slave",
    truth="the key of the other end; no key comes twice",
    sides={OURS: side(ours), "etsi-qkd-014-client": side(etsi_qkd_014_client), "qkdsec": side(qkdsec)},
    judge=judge,
)
