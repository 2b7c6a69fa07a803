"""Throughput of the encryptor beside AES-256-GCM alone: ``python -m benchmarks.encryptor``.

Both ways encrypt and decrypt the same data in portions of the same size, on one thread, and take turns;
times are the best of several. First without sockets: frames sealed, cut out of the stream and opened, with
at least ten changes of keys on the way. Then a file over TCP on loopback, through a forwarded port, beside
a plain relay of two hops that encrypts and decrypts with one key and no frames but a length: what is lost
there is what keys, order and confirmation cost.
"""

import argparse
import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qkdlab.delivery.encryptor.encrypted_stream import CHUNK_BYTES
from qkdlab.delivery.encryptor.forwarding import PortForward
from qkdlab.delivery.encryptor.frames import FrameReader
from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.local_link import LocalLink
from qkdlab.delivery.encryptor.master_end import MasterEnd
from qkdlab.delivery.encryptor.rotation import EncryptorSettings, Limits, Rotation
from qkdlab.delivery.encryptor.slave_end import SlaveEnd

FILE_BYTES = 100_000_000
N_ROTATIONS = 10


def settings_for(n_bytes: int, portions_late: int = 0) -> EncryptorSettings:
    """Return settings under which keys change at least ten times within a file, and not much more often.

    Over TCP the new keys are there some portions after they were asked for: it asks earlier.
    """
    each = n_bytes // (N_ROTATIONS + 4)  # a frame may go beyond a limit
    soft = Limits(seconds=60, n_bytes=each - portions_late * CHUNK_BYTES, n_frames=1 << 20)
    hard = Limits(seconds=600, n_bytes=each, n_frames=1 << 20)
    return EncryptorSettings(master="alice", slave="bob", rotation=Rotation(soft=soft, hard=hard))


def raw(portions: list[memoryview]) -> None:
    """Encrypt and decrypt with AES-256-GCM and nothing else."""
    cipher, header = AESGCM(token_bytes(32)), bytes(18)
    for number, portion in enumerate(portions):
        nonce = number.to_bytes(12)
        cipher.decrypt(nonce, cipher.encrypt(nonce, portion, header), header)


def through_both_ends(portions: list[memoryview], settings: EncryptorSettings) -> int:
    """Seal at one end and open at the other, with all that belongs to it; return how many epochs it took."""
    keys = SharedKeys(1_000)
    link, reader = LocalLink(settings, keys, keys), FrameReader()
    link.run()
    for portion in portions:
        link.master.send(portion)
        for sealed in link.master.take_frames():
            for frame in reader.feed(sealed):
                link.slave.open(frame)
        link.master.tend()
        if link.master.wish is not None:
            link.run()
    return link.master.epoch


def in_turns(*ways: Callable[[], Any], times: int = 5) -> list[float]:
    """Return the shortest time of each way, seconds."""
    best = [float("inf")] * len(ways)
    for _ in range(times):
        for number, way in enumerate(ways):
            start = time.perf_counter()
            way()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


# ---- over TCP --------------------------------------------------------------------------------------------


async def send_file(data: bytes, port: int) -> bytes:
    """Send a file to a port, and return what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def digest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve: answer with the digest of what came."""
    hashed = hashlib.sha256()
    while data := await reader.read(CHUNK_BYTES):
        hashed.update(data)
    writer.write(hashed.digest())
    await writer.drain()
    writer.close()


async def through_ports(data: bytes, settings: EncryptorSettings) -> tuple[float, int]:
    """Return the seconds of a file through a forwarded port, and the epochs it took."""
    keys = SharedKeys(1_000)
    server = await asyncio.start_server(digest, "127.0.0.1", 0, limit=CHUNK_BYTES)
    onward = ("127.0.0.1", server.sockets[0].getsockname()[1])
    async with PortForward("exit", lambda: SlaveEnd(settings), keys, onward) as far:
        onward = ("127.0.0.1", far.port)
        async with PortForward("entry", lambda: MasterEnd(settings), keys, onward) as near:
            start = time.perf_counter()
            answer = await send_file(data, near.port)
            seconds = time.perf_counter() - start
            epochs = near.ends[0].epoch
    server.close()
    await server.wait_closed()
    if answer != hashlib.sha256(data).digest():
        raise SystemExit("the file did not arrive whole")
    return seconds, epochs


async def through_bare_relays(data: bytes) -> float:
    """Return the seconds of a file through two relays that encrypt and decrypt, and check nothing else."""
    cipher = AESGCM(token_bytes(32))

    def relay(port: int, encrypts: bool) -> Callable[..., Any]:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            number = 0
            with suppress(asyncio.IncompleteReadError):
                while True:
                    nonce = number.to_bytes(12)
                    number += 1
                    if encrypts:
                        portion = await reader.read(CHUNK_BYTES)
                        if not portion:
                            break
                        sealed = cipher.encrypt(nonce, portion, None)
                        far_writer.write(len(sealed).to_bytes(4) + sealed)
                    else:
                        length = int.from_bytes(await reader.readexactly(4))
                        far_writer.write(cipher.decrypt(nonce, await reader.readexactly(length), None))
                    await far_writer.drain()
            far_writer.write_eof()
            writer.write(await far_reader.read())
            for end in (writer, far_writer):
                end.close()
                await end.wait_closed()

        return carry

    servers = [await asyncio.start_server(digest, "127.0.0.1", 0)]
    for encrypts in (False, True):
        port = servers[-1].sockets[0].getsockname()[1]
        servers.append(await asyncio.start_server(relay(port, encrypts), "127.0.0.1", 0))
    start = time.perf_counter()
    answer = await send_file(data, servers[-1].sockets[0].getsockname()[1])
    seconds = time.perf_counter() - start
    for server in servers:
        server.close()
        await server.wait_closed()
    if answer != hashlib.sha256(data).digest():
        raise SystemExit("the file did not arrive whole")
    return seconds


def main(scale: float = 1.0) -> None:
    """Print the ratios."""
    n_bytes = max(int(FILE_BYTES * scale), 60 * CHUNK_BYTES)
    data = token_bytes(n_bytes)
    view, megabytes = memoryview(data), n_bytes / 1e6
    portions = [view[at : at + CHUNK_BYTES] for at in range(0, n_bytes, CHUNK_BYTES)]
    once, often = EncryptorSettings(master="alice", slave="bob"), settings_for(n_bytes)
    n_changes = through_both_ends(portions, often) - 1
    alone, steady, changing = in_turns(
        lambda: raw(portions),
        lambda: through_both_ends(portions, once),
        lambda: through_both_ends(portions, often),
    )
    print(f"\nEncryptor, {megabytes:.0f} MB in portions of {CHUNK_BYTES // 1024} KiB, sealed and opened")
    print(f"  AES-256-GCM alone         {megabytes / alone:8,.0f} MB/s (baseline)")
    print(f"  frames under one key      {megabytes / steady:8,.0f} MB/s  {alone / steady:.2f} ×")
    print(f"  with {n_changes} changes of keys {megabytes / changing:8,.0f} MB/s  {alone / changing:.2f} ×")
    late = settings_for(n_bytes, portions_late=4)
    seconds, epochs = min(asyncio.run(through_ports(data, late)) for _ in range(3))
    bare = min(asyncio.run(through_bare_relays(data)) for _ in range(3))
    print(f"A file of {megabytes:.0f} MB over TCP on loopback, arrived whole, {epochs - 1} changes of keys")
    print(f"  bare relays               {megabytes / bare:8,.0f} MB/s (baseline)")
    print(f"  forwarded port            {megabytes / seconds:8,.0f} MB/s  {bare / seconds:.2f} ×")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the file of 100 MB")
    main(parser.parse_args().scale)
