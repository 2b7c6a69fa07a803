"""Keys of a KME over kept connections with mutual TLS, beside a bare handler of aiohttp that knows no keys.

    python -m benchmarks.delivery_kme             (half a minute)
    python -m benchmarks.delivery_kme --scale 0.1

All servers are processes of their own, and one client asks, one request after the other. The bare handler
answers each request with the same key, checks nothing but the certificate, and stores nothing. A KME writes
each key to its disk three times (reserved, delivered; at the other KME: held) and asks the other KME over
TLS before it answers.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

from qkdlab.delivery.client import KmeClient
from qkdlab.delivery.kme import KmeSettings
from qkdlab.delivery.kme.listener import server_context
from tests.delivery.kme.kmes import Kmes


def serve_bare(settings: KmeSettings, told: Connection) -> None:
    """Answer everything with one key, until killed."""
    key = {"key_ID": "bc490419-7d60-487f-adc1-4ddcc177c139", "key": base64.b64encode(bytes(32)).decode()}
    body = json.dumps({"keys": [key]}).encode()

    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(
            web.Server(handle), "127.0.0.1", 0, ssl=server_context(settings)
        )
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def per_second(ask: Callable[[], int], n: int) -> float:
    """How many keys a second come of `n` requests, the first aside."""
    ask()
    begun = time.perf_counter()
    return sum(ask() for _ in range(n)) / (time.perf_counter() - begun)


def measure(folder: Path, n: int) -> list[tuple[str, float]]:
    """Keys a second by what is asked; the bare handler first."""
    context = multiprocessing.get_context("spawn")
    ours, other = context.Pipe()
    with Kmes(folder) as kmes:
        kmes.start()
        kmes.feed(100_000 + 2_000 * n)
        bare = context.Process(target=serve_bare, args=(kmes.settings["KME-A"], other), daemon=True)
        bare.start()
        own = kmes.credentials["SAE-A"]
        try:
            url = f"https://127.0.0.1:{ours.recv()}"
            with (
                KmeClient(url, own.certificate, own.key, own.ca) as plain,
                kmes.client("SAE-A") as master,
                kmes.client("SAE-B") as slave,
            ):

                def both(number: int) -> int:
                    keys = master.get_keys("SAE-B", number=number)
                    return len(slave.get_keys_with_ids("SAE-A", [key.key_id for key in keys]))

                return [
                    ("bare handler, one key a request", per_second(lambda: len(plain.get_keys("SAE-B")), n)),
                    ("KME, status", per_second(lambda: bool(master.status("SAE-B")), n)),
                    (
                        "KME, enc_keys, one key a request",
                        per_second(lambda: len(master.get_keys("SAE-B")), n),
                    ),
                    ("KME, enc_keys and dec_keys, one key", per_second(lambda: both(1), n)),
                    ("KME, enc_keys and dec_keys, 32 keys", per_second(lambda: both(32), max(1, n // 8))),
                ]
        finally:
            bare.kill()
            bare.join()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0)
    n = max(4, round(400 * parser.parse_args().scale))
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), n)
    print(f"Keys a second over mutual TLS, {n} requests on one connection")
    for name, rate in rows:
        print(f"  {name:38} {rate:8,.0f} /s   {rate / rows[0][1]:6.2f} ×")


if __name__ == "__main__":
    main()
