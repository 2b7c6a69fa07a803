"""Real KMEs, each a process, every two of them joined by a link: keys they serve, and what that takes."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import permutations
from pathlib import Path

from qkdlab.delivery.client import KmeClient
from qkdlab.delivery.kme import KmeSettings
from qkdlab.delivery.pair.handover import Handover
from qkdlab.delivery.pair.kme_process import KmeProcess
from qkdlab.delivery.pki import CertificateAuthority

KEY_BYTES = 32


@contextmanager
def running(folder: Path, n_kmes: int, n_keys: int) -> Iterator[tuple[list[KmeProcess], list[KmeClient]]]:
    """Start KMEs with an SAE each, and hand keys in for `n_keys` from every one to every other."""
    authority = CertificateAuthority(folder / "pki")
    names = [f"KME-{i}" for i in range(n_kmes)]
    saes = {f"SAE-{i}": name for i, name in enumerate(names)}
    module = authority.issue("module", "MODULE")
    kmes = []
    for name in names:
        own = authority.issue("kme", name)
        settings = KmeSettings(
            kme_id=name,
            database=f"{name}.db",
            certificate=str(own.certificate),
            key=str(own.key),
            ca=str(own.ca),
            saes=saes,
            peers={other: f"{other}.port" for other in names if other != name},
            modules=("MODULE",),
            port_file=f"{name}.port",
            log_file=f"{name}.log",
        )
        kmes.append(KmeProcess(folder, settings))
    with ExitStack() as stack:
        for kme in kmes:
            stack.callback(kme.stop)
            kme.launch()
        for kme in kmes:
            kme.wait_until_it_listens()
        where = {kme.name: kme for kme in kmes}
        for a, b in permutations(names, 2):
            if a < b:
                handover = Handover((a, b), {a: module, b: module}, lambda name: where[name].url)
                stack.callback(handover.close)
                bits = secrets.token_bytes(2 * KEY_BYTES * (n_keys + 1))
                handover.share(bits, bits)
        clients = []
        for sae, name in saes.items():
            own = authority.issue("sae", sae)
            client = KmeClient(where[name].url, own.certificate, own.key, own.ca, kme=name)
            clients.append(stack.enter_context(client))
        yield kmes, clients


def processor_seconds(kmes: list[KmeProcess]) -> float:
    """Return the seconds of the processor that KMEs have taken so far; Linux alone tells."""
    ticks = 0
    for kme in kmes:
        stat = Path(f"/proc/{kme.process_id}/stat").read_text(encoding="ascii")
        ticks += sum(map(int, stat.rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def served_by_kmes(folder: Path, n_kmes: int, n_keys: int) -> tuple[int, float]:
    """Ask for keys between all KMEs in turn, and fetch each at the other end.

    Returns
    -------
    How many keys were the same at both ends, and the seconds of the processor of all KMEs and of the clients.
    """
    ways = list(permutations(range(n_kmes), 2))
    with running(folder, n_kmes, -(-n_keys // len(ways))) as (kmes, clients):
        before, start, served = processor_seconds(kmes), time.process_time(), 0
        for number in range(n_keys):
            a, b = ways[number % len(ways)]
            made = clients[a].get_keys(f"SAE-{b}")
            served += clients[b].get_keys_with_ids(f"SAE-{a}", [key.key_id for key in made]) == made
        return served, time.process_time() - start + processor_seconds(kmes) - before
