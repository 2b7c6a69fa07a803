"""A file through a forwarded port: whole, or found to be cut, whatever happens to keys and line meanwhile."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from qkdlab.delivery.encryptor.encrypted_stream import EncryptedStream, close_writer
from qkdlab.delivery.encryptor.end import LinkState
from qkdlab.delivery.encryptor.forwarding import PortForward
from qkdlab.delivery.encryptor.frames import HEADER_BYTES, Header, Kind, packed_header
from qkdlab.delivery.encryptor.key_source import SharedKeys
from qkdlab.delivery.encryptor.master_end import MasterEnd
from qkdlab.delivery.encryptor.rotation import EncryptorSettings, Limits, Rotation, Starvation
from qkdlab.delivery.encryptor.slave_end import SlaveEnd
from qkdlab.delivery.hybrid import HybridPolicy
from qkdlab.errors import KmeError, MessageLost
from tests.delivery.encryptor.tapped_line import Tap, TappedLine

MEGABYTE = 1_000_000
FILE = np.random.default_rng(12).bytes(16 * MEGABYTE)
OFTEN = Rotation(
    soft=Limits(seconds=60, n_bytes=400_000, n_frames=10_000),
    hard=Limits(seconds=60, n_bytes=1_100_000, n_frames=10_000),
    retry_seconds=0.25,
)


@dataclass
class Site:
    """What a test sees of a forwarded port."""

    entry: PortForward
    exit: PortForward
    received: bytearray = field(default_factory=bytearray)
    whole: list[bool] = field(default_factory=list)

    async def send_file(self, data: bytes = FILE) -> bytes:
        """Send a file, and return what the server says at its end: the digest of what it got."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.entry.port)
        try:
            writer.write(data)
            await writer.drain()
            writer.write_eof()
            return await reader.read()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def forwarded(keys: Any, tap: Tap | None = None, **changes: Any) -> AsyncIterator[Site]:
    """A port forwarded to a server that answers with the digest of what it got."""
    settings = EncryptorSettings(**({"master": "a", "slave": "b", "rotation": OFTEN} | changes))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 18):
                site.received += data
            site.whole.append(True)
            writer.write(hashlib.sha256(site.received).digest())
            await writer.drain()
            writer.write_eof()
        except OSError:
            site.whole.append(False)
        finally:
            await close_writer(writer)

    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        stack.push_async_callback(server.wait_closed)
        stack.callback(server.close)
        onward = ("127.0.0.1", server.sockets[0].getsockname()[1])
        exit_ = PortForward("exit", lambda: SlaveEnd(settings), keys, onward)
        await stack.enter_async_context(exit_)
        onward = ("127.0.0.1", exit_.port)
        if tap is not None:
            onward = (await stack.enter_async_context(TappedLine(exit_.port, tap))).address
        entry = PortForward("entry", lambda: MasterEnd(settings), keys, onward)
        site = Site(await stack.enter_async_context(entry), exit_)
        yield site


async def bounded(test: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        await test()


def run(test: Callable[[], Any]) -> None:
    asyncio.run(bounded(test))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_file_arrives_whole_with_at_least_ten_rotations() -> None:
    async def test() -> None:
        keys = SharedKeys(100)
        async with forwarded(keys) as site:
            assert await site.send_file() == hashlib.sha256(FILE).digest()
            await until(lambda: site.exit.ends[0].state is LinkState.CLOSED)
            for end in (site.entry.ends[0], site.exit.ends[0]):
                assert end.epoch >= 11
                assert not end.rejected
            assert keys.n_left == 100 - site.entry.ends[0].epoch

    run(test)


def test_repeated_and_forged_frames_do_no_harm_and_are_counted() -> None:
    seen: list[bytes] = []

    def tap(way: str, frame: bytes) -> list[bytes]:
        header = Header.decoded(frame)
        if header.epoch == 0 or way == "back":
            return [frame]
        seen.append(frame)
        forged = packed_header(Kind.DATA, header.epoch, header.counter, 40) + bytes(40)
        changed = frame[:-1] + bytes([frame[-1] ^ 1])
        unknown = packed_header(Kind.DATA, header.epoch + 9, header.counter, 40) + bytes(40)
        return [forged, changed, unknown, frame, seen[len(seen) // 2]]

    async def test() -> None:
        async with forwarded(SharedKeys(100), tap) as site:
            assert await site.send_file(FILE[: 4 * MEGABYTE]) == hashlib.sha256(FILE[: 4 * MEGABYTE]).digest()
            rejected = site.exit.ends[0].rejected
            assert rejected["replayed"] + rejected["unknown epoch"] >= 2 * len(seen) - 1
            assert rejected["tampered"] >= 2 * len(seen) - 2 * site.exit.ends[0].epoch
            assert set(rejected) == {"tampered", "replayed", "unknown epoch"}

    run(test)


def drop(frame: bytes) -> list[bytes] | None:
    return []


def tamper(frame: bytes) -> list[bytes] | None:
    return [frame[:-1] + bytes([frame[-1] ^ 1])]


def lengthen(frame: bytes) -> list[bytes] | None:
    header = Header.decoded(frame)
    return [
        packed_header(header.kind, header.epoch, header.counter, header.length + 9) + frame[HEADER_BYTES:]
    ]


def cut(frame: bytes) -> list[bytes] | None:
    return None


@pytest.mark.parametrize("how", [drop, tamper, lengthen, cut, "swap"])
def test_a_stream_that_was_changed_is_cut_and_no_wrong_byte_arrives(how: Any) -> None:
    kept: list[bytes] = []
    n_data = 0

    def tap(way: str, frame: bytes) -> list[bytes] | None:
        nonlocal n_data
        if way == "back" or Header.decoded(frame).kind is not Kind.DATA:
            return [frame]
        n_data += 1
        if how == "swap" and n_data in (5, 6):
            kept.append(frame)
            return [] if n_data == 5 else kept[::-1]
        return how(frame) if how != "swap" and n_data == 5 else [frame]

    async def test() -> None:
        async with forwarded(SharedKeys(100), tap) as site:
            try:
                answer = await site.send_file()
            except OSError:
                answer = b""
            assert answer == b""
            await until(lambda: bool(site.whole))
            assert site.whole == [False]  # a reset, and no end of file
            assert FILE.startswith(site.received)
            assert len(site.received) < len(FILE)
            if how is not cut:
                assert sum(site.exit.ends[0].rejected.values()) >= 1

    run(test)


class DryAtHalfTime(SharedKeys):
    """A source that Eve cuts off from its quantum link when eight keys were handed out."""

    def __init__(self) -> None:
        super().__init__(8)


def test_dry_at_half_time_hold_waits_and_ends_whole_when_keys_come_again() -> None:
    async def test() -> None:
        keys = DryAtHalfTime()
        async with forwarded(keys) as site:
            sending = asyncio.create_task(site.send_file())
            await until(
                lambda: [event.what for end in site.entry.ends for event in end.events][-1:] == ["no key"]
            )
            await until(lambda: site.entry.ends[0].state is LinkState.HELD)
            await asyncio.sleep(0.3)  # what was under way arrives
            stood = len(site.received)
            await asyncio.sleep(0.2)
            assert not sending.done()
            assert len(site.received) == stood
            assert len(site.received) <= 8 * (1_100_000 + (1 << 18))  # eight hard limits, and a frame each
            assert site.entry.ends[0].epoch == 8
            keys.add(50)
            assert await sending == hashlib.sha256(FILE).digest()

    run(test)


def test_dry_at_half_time_pqc_only_goes_on() -> None:
    async def test() -> None:
        async with forwarded(
            DryAtHalfTime(), hybrid=HybridPolicy.AT_LEAST_PQC, starvation=Starvation.PQC_ONLY
        ) as site:
            assert await site.send_file() == hashlib.sha256(FILE).digest()
            made = [event.detail for event in site.entry.ends[0].events if event.what == "epoch"]
            assert all("QKD" in text for text in made[:8])
            assert made[8:]
            assert not [text for text in made[8:] if "QKD" in text]

    run(test)


def test_dry_at_half_time_stop_cuts_the_file() -> None:
    async def test() -> None:
        async with forwarded(DryAtHalfTime(), starvation=Starvation.STOP) as site:
            try:
                answer = await site.send_file()
            except OSError:
                answer = b""
            assert answer == b""
            await until(lambda: bool(site.whole))
            assert site.whole == [False]
            assert FILE.startswith(site.received)
            assert 2 * MEGABYTE < len(site.received) < 12 * MEGABYTE
            assert site.entry.ends[0].why_stopped == "there is no key from QKD"

    run(test)


def test_without_a_server_behind_it_the_application_is_cut_off() -> None:
    async def test() -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        async with PortForward("entry", lambda: None, SharedKeys(1), ("127.0.0.1", port)) as entry:  # type: ignore
            reader, writer = await asyncio.open_connection("127.0.0.1", entry.port)
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
            await close_writer(writer)
            assert not entry.ends

    run(test)


class Refusing(SharedKeys):
    """A KME that says that this SAE may not ask it."""

    def new_key(self) -> tuple[str, bytes]:
        raise KmeError(401, "who are you?")


def test_a_kme_that_says_no_ends_the_session_and_is_quoted() -> None:
    async def test() -> None:
        async with forwarded(Refusing()) as site:
            with pytest.raises(ConnectionError):
                await site.send_file(b"x" * MEGABYTE)
            assert site.entry.ends[0].why_stopped == "401: who are you?"

    run(test)


def test_a_chat_over_a_stream_of_its_own_and_its_polite_end() -> None:
    async def test() -> None:
        keys, settings = SharedKeys(5), EncryptorSettings(master="a", slave="b")
        served: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            bob = EncryptedStream(SlaveEnd(settings), keys, reader, writer)
            while data := await bob.receive():
                served.append(data)
                await bob.send(b"you said " + data)
            await bob.finish()
            await bob.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        alice = EncryptedStream(MasterEnd(settings), keys, *await asyncio.open_connection("127.0.0.1", port))
        for word in (b"hello", b"bye"):
            await alice.send(word)
            assert await alice.receive() == b"you said " + word
        await alice.finish()
        assert await alice.receive() == b""
        assert await alice.receive() == b""
        await alice.close()
        for going_on in (alice.send(b"more"), alice.receive()):
            with pytest.raises(MessageLost):
                await going_on
        server.close()
        await server.wait_closed()
        assert served == [b"hello", b"bye"]

    run(test)


def test_a_stream_needs_its_frames_in_order() -> None:
    settings = EncryptorSettings(master="a", slave="b", window=8)
    with pytest.raises(ValueError, match="window must be 0 for a stream, got 8"):
        EncryptedStream(MasterEnd(settings), SharedKeys(), None, None)  # type: ignore[arg-type]


def test_a_port_is_known_only_while_it_is_open() -> None:
    with pytest.raises(ValueError, match="port must be asked for while it is open"):
        _ = PortForward("entry", lambda: None, SharedKeys(), ("127.0.0.1", 1)).port  # type: ignore
    with pytest.raises(ValueError, match="side must be one of"):
        PortForward("middle", lambda: None, SharedKeys(), ("127.0.0.1", 1))  # type: ignore
