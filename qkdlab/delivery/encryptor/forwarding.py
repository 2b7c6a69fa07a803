"""A TCP port forwarded through two encryptors: an application talks to one, and arrives at the other.

::

    application — plain — entry ═══ encrypted ═══ exit — plain — server

Each connection of an application is a link of its own, with keys of its own: it uses up one key from QKD
when it opens, and one whenever its keys change. Plain text runs on loopback only, where any user of the
machine may connect."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from struct import Struct
from types import TracebackType
from typing import Literal, Self

from ...errors import MessageLost
from ...values import check_choice
from .encrypted_stream import CHUNK_BYTES, EncryptedStream, close_writer
from .end import EncryptorEnd
from .key_source import KeySource

LOOPBACK = "127.0.0.1"
MOST_REMEMBERED = 64
_AT_ONCE = Struct("ii").pack(1, 0)


class PortForward:
    """One side of a forwarded port; use it in ``async with``.

    Parameters
    ----------
    side
        "entry": applications connect here, in plain, and it connects to the exit. "exit": the entry connects
        here, and it connects to the server, in plain.
    make_end
        Makes the end of a new link; the two sides have to make one master and one slave.
    source
        Where keys come from.
    onward
        Host and port to which it connects.
    host, port
        Where it listens; port 0 for any that is free.

    Attributes
    ----------
    ends
        The ends of the last links, the newest last.
    """

    def __init__(
        self,
        side: Literal["entry", "exit"],
        make_end: Callable[[], EncryptorEnd],
        source: KeySource,
        onward: tuple[str, int],
        *,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        self.side = check_choice("side", side, ("entry", "exit"))
        self.ends: deque[EncryptorEnd] = deque(maxlen=MOST_REMEMBERED)
        self._make_end, self._source, self._onward, self._address = make_end, source, onward, (host, port)
        self._keys_lock = asyncio.Lock()
        self._server: asyncio.Server | None = None
        self._links: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def port(self) -> int:
        """The port on which it listens; ``ValueError`` if it does not."""
        if self._server is None:
            raise ValueError("port must be asked for while it is open")
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, *self._address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        links, self._links = self._links, {}
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)
        for writer in links.values():
            writer.transport.abort()
        if server is not None:
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.create_task(self._forward(reader, writer))
        self._links[link] = writer
        link.add_done_callback(lambda link: self._links.pop(link, None))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, in both directions, until both have ended; cut it hard if it broke."""
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._onward)
        except OSError:
            _reset(writer)
            return
        plain, sealed = (reader, writer), (far_reader, far_writer)
        if self.side == "exit":
            plain, sealed = sealed, plain
        end = self._make_end()
        self.ends.append(end)
        stream = EncryptedStream(end, self._source, *sealed, self._keys_lock)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_inwards(plain[0], stream))
                both.create_task(_outwards(stream, plain[1]))
            await close_writer(plain[1])
        except* (MessageLost, OSError):
            _reset(plain[1])
        finally:
            plain[1].transport.abort()
            await stream.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection so that nobody takes what came for the whole: a reset, and no end of file."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


async def _inwards(reader: asyncio.StreamReader, stream: EncryptedStream) -> None:
    """Seal what an application sends."""
    await stream.opened()
    while data := await reader.read(CHUNK_BYTES):
        await stream.send(data)
    await stream.finish()


async def _outwards(stream: EncryptedStream, writer: asyncio.StreamWriter) -> None:
    """Give an application what was opened for it."""
    while data := await stream.receive():
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
