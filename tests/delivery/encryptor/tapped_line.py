"""A line over TCP with somebody on it, who sees whole frames and says what arrives in their place."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Self

from qkdlab.delivery.encryptor.encrypted_stream import close_writer
from qkdlab.delivery.encryptor.frames import FrameReader

Tap = Callable[[str, bytes], Iterable[bytes] | None]
"""Takes the direction ("there" or "back") and a frame; returns what arrives, or None to cut the line."""


class TappedLine:
    """Listens on loopback and passes on to `port` what `tap` lets; use it in ``async with``."""

    def __init__(self, port: int, tap: Tap) -> None:
        self._onward, self._tap = port, tap
        self._links: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.create_task(self._carry(reader, writer))
        self._links.add(link)
        link.add_done_callback(self._links.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._onward)
        there = asyncio.create_task(self._pass("there", reader, far_writer))
        back = asyncio.create_task(self._pass("back", far_reader, writer))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            if not (there.done() and there.result()) and not (back.done() and back.result()):
                await asyncio.wait((there, back))
        finally:
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            for end in (writer, far_writer):
                await close_writer(end)

    async def _pass(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass frames on; return True if the line is to be cut."""
        frames = FrameReader()
        with suppress(OSError):
            while data := await reader.read(1 << 18):
                for frame in frames.feed(data):
                    arriving = self._tap(way, bytes(frame))
                    if arriving is None:
                        return True
                    for one in arriving:
                        writer.write(one)
                await writer.drain()
            writer.write_eof()
        return False
