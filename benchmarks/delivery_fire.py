"""Exactly once, under fire: two KMEs that are killed again and again, and six clients that go on asking.

    python -m benchmarks.delivery_fire            (some minutes: 2,000 keys, 20 kills of each KME)
    python -m benchmarks.delivery_fire --keys 200 --kills 2

Each client is a process. It asks for keys as a master, and then fetches them as each of two slaves, both
times over two connections at once, so that it would get a key twice if that could be had. When there is no
answer it asks again. A KME is killed with SIGKILL at a random moment, and started anew. What every client
got is compared in the end: the same key at all ends, no name and no bit twice for one SAE, nothing in part.
"""

import argparse
import json
import multiprocessing
import random
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import httpx

from qkdlab.delivery.client import KmeClient
from qkdlab.errors import KmeError
from tests.delivery.kme.kmes import OTHERS, SAES, Kmes

CLIENTS = (
    *(("SAE-A", "SAE-B", "SAE-B2"), ("SAE-A2", "SAE-B2", "SAE-B3"), ("SAE-A3", "SAE-B3", "SAE-A")),
    *(("SAE-B", "SAE-A", "SAE-A2"), ("SAE-B2", "SAE-A2", "SAE-A3"), ("SAE-B3", "SAE-A3", "SAE-B")),
)
"""Master, slave and additional slave of each client; two of the additional ones are at their master's KME."""

CHUNK = 8
"""Bytes in which the stores hand out bits."""

BLOCK_BYTES = 16_384


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a client process is told."""

    master: str
    slaves: tuple[str, ...]
    credentials: dict[str, tuple[str, str, str]]
    urls: dict[str, str]
    keys: int
    out: str
    seed: int
    deadline: float

    def client(self, sae: str) -> KmeClient:
        return KmeClient(self.urls[SAES[sae]], *self.credentials[sae], kme=SAES[sae], timeout_seconds=20.0)


def run_client(work: Work, killed_enough: Event) -> None:
    """Ask for keys and fetch them, until there are enough and no more kills to come; write down what came."""
    rng = random.Random(work.seed)
    asked = 0
    with Path(work.out).open("w", encoding="utf-8") as out, ThreadPoolExecutor(2) as pool:
        master = work.client(work.master)
        slaves = {sae: [work.client(sae), work.client(sae)] for sae in work.slaves}

        def write(**told: Any) -> None:
            out.write(json.dumps(told) + "\n")
            out.flush()

        while (asked < work.keys or not killed_enough.is_set()) and time.time() < work.deadline:
            try:
                keys = master.get_keys(work.slaves[0], number=rng.randint(1, 3), additional=work.slaves[1:])
            except KmeError as error:
                write(event="refused", status=error.status, message=error.message)
                time.sleep(rng.uniform(0.02, 0.2))
                continue
            asked += len(keys)
            key_ids = [key.key_id for key in keys]
            write(event="keys", sae=work.master, keys={key.key_id: key.key.hex() for key in keys})
            for sae, clients in slaves.items():
                tries = [pool.submit(fetched, work, client, key_ids) for client in clients]
                for attempt in tries:
                    answer = attempt.result()
                    write(event="keys", sae=sae, asked=key_ids, keys=answer)


def fetched(work: Work, client: KmeClient, key_ids: Sequence[str]) -> dict[str, str]:
    """Fetch keys by their names; when there is no answer, ask again. Nothing if they are not there."""
    while time.time() < work.deadline:
        try:
            return {key.key_id: key.key.hex() for key in client.get_keys_with_ids(work.master, key_ids)}
        except KmeError as error:
            if error.status in (400, 401):
                return {}
            time.sleep(0.05)
    return {}


@dataclass(kw_only=True)
class Fire:
    """The KMEs, who feeds them and who kills them."""

    kmes: Kmes
    kills: int
    rng: random.Random
    over: threading.Event = field(default_factory=threading.Event)
    killed: Counter[str] = field(default_factory=Counter)
    blocks: list[bytes] = field(default_factory=list)

    def feed(self) -> None:
        """Keep both directions supplied, whoever is alive."""
        while not self.over.wait(0.2):
            for name in OTHERS:
                bits = secrets.token_bytes(BLOCK_BYTES)
                self.blocks.append(bits)  # it may be there although nobody has said so
                with suppress(OSError, ValueError, httpx.HTTPError, AssertionError):
                    self.kmes.feed(bits, name)

    def kill(self) -> None:
        """Kill each KME as often as it should be, at random, and start it again."""
        while min(self.killed[name] for name in OTHERS) < self.kills:
            time.sleep(self.rng.uniform(0.1, 1.2))
            least = min(self.killed[name] for name in OTHERS)
            name = self.rng.choice([name for name in OTHERS if self.killed[name] <= least + 1])
            names = [name] if self.rng.random() < 0.8 else list(OTHERS)
            for one in names:
                self.kmes.kill(one)
                self.killed[one] += 1
            time.sleep(self.rng.choice([0.0, 0.3]))
            self.kmes.start(*names)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What came of it. All faults must be 0; `lost` keys reached their master and not a slave."""

    masters_keys: int
    slaves_keys: int
    lost: int
    killed: dict[str, int]
    refused: dict[str, int]
    seconds: float
    unequal: int
    id_twice: int
    bits_twice: int
    not_fed: int
    split: int

    @property
    def faults(self) -> int:
        return self.unequal + self.id_twice + self.bits_twice + self.not_fed + self.split


def tally(lines: Sequence[dict[str, Any]], blocks: Sequence[bytes], **told: Any) -> Tally:
    """Compare what all clients got with each other, and with what was fed."""
    values: dict[str, str] = {}
    masters: set[str] = set()
    got: Counter[tuple[str, str]] = Counter()
    asked: dict[tuple[str, str], bool] = {}
    unequal = split = 0
    for line in lines:
        if line["event"] != "keys":
            continue
        if "asked" in line:
            split += bool(line["keys"]) and set(line["keys"]) != set(line["asked"])
            for key_id in line["asked"]:
                asked[line["sae"], key_id] = asked.get((line["sae"], key_id), False) or bool(line["keys"])
        else:
            masters |= set(line["keys"])
        for key_id, key in line["keys"].items():
            unequal += values.setdefault(key_id, key) != key
            got[line["sae"], key_id] += 1
    fed = Counter(block[start : start + CHUNK] for block in blocks for start in range(0, len(block), CHUNK))
    used = Counter(
        bytes.fromhex(key)[start : start + CHUNK]
        for key in values.values()
        for start in range(0, len(key) // 2, CHUNK)
    )
    return Tally(
        masters_keys=len(masters),
        slaves_keys=sum(asked.values()),
        lost=sum(not came for came in asked.values()),
        refused=dict(Counter(f"{line['status']}" for line in lines if line["event"] == "refused")),
        unequal=unequal,
        id_twice=sum(count - 1 for count in got.values()),
        bits_twice=sum(count - 1 for count in used.values()),
        not_fed=sum(chunk not in fed for chunk in used),
        split=split,
        **told,
    )


def run(folder: Path, *, keys: int, kills: int, seed: int, most_seconds: float) -> Tally:
    """Run KMEs, clients, feeder and killer; returns when all is over."""
    begun = time.monotonic()
    context = multiprocessing.get_context("spawn")
    killed_enough = context.Event()
    with Kmes(folder, peer_seconds=2.0, idle_seconds=60.0) as kmes:
        kmes.start()
        fire = Fire(kmes=kmes, kills=kills, rng=random.Random(seed))
        fire.blocks += [kmes.feed(secrets.token_bytes(4 * BLOCK_BYTES), name) for name in OTHERS]
        works = [
            Work(
                master=master,
                slaves=tuple(slaves),
                credentials={
                    sae: (str(own.certificate), str(own.key), str(own.ca))
                    for sae, own in kmes.credentials.items()
                },
                urls={name: kmes.url(name) for name in OTHERS},
                keys=-(-keys // len(CLIENTS)),
                out=str(folder / f"client-{number}.jsonl"),
                seed=seed + number,
                deadline=time.time() + most_seconds,
            )
            for number, (master, *slaves) in enumerate(CLIENTS)
        ]
        clients = [context.Process(target=run_client, args=(work, killed_enough)) for work in works]
        feeder = threading.Thread(target=fire.feed)
        try:
            for client in clients:
                client.start()
            feeder.start()
            while (
                not all(Path(work.out).exists() for work in works) and time.monotonic() - begun < most_seconds
            ):
                time.sleep(0.05)
            fire.kill()
            killed_enough.set()
            for client in clients:
                client.join(most_seconds)
            ended = [client.exitcode for client in clients]
        finally:
            fire.over.set()
            feeder.join()
            for client in clients:
                if client.is_alive():
                    client.kill()
                    client.join()
        if ended != [0] * len(clients):
            raise RuntimeError(f"clients ended with {ended}")
    lines = [json.loads(line) for work in works for line in Path(work.out).read_text().splitlines()]
    seconds = time.monotonic() - begun
    return tally(lines, fire.blocks, killed=dict(fire.killed), seconds=seconds)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=20, help="of each KME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1_800.0, help="give up after this long")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(
            Path(folder), keys=told.keys, kills=told.kills, seed=told.seed, most_seconds=told.seconds
        )
    for name in Tally.__slots__:
        print(f"{name:>14}: {getattr(result, name)}")
    return min(result.faults, 1)


if __name__ == "__main__":
    sys.exit(main())
