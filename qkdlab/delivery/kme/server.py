"""The HTTPS server of a KME: it listens, and it stops."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from pathlib import Path
from typing import Self

from .access_log import AccessLog
from .answers import Answering
from .directory import Directory
from .key_service import KeyService
from .kme_settings import KmeSettings
from .listener import Listener, server_context
from .peer import Peers

SECONDS_FOR_A_HANDSHAKE = 5.0
SECONDS_TO_FINISH = 5.0
"""How long requests that are under way may take when the KME is told to stop."""


class KmeServer:
    """One KME at work, in the loop that runs.

    Parameters
    ----------
    settings
        The KME's.
    log
        Where it writes down what it does.

    Examples
    --------
    ::

        async with KmeServer(settings, log) as server:
            await until_told_to_stop(server.port)
    """

    def __init__(self, settings: KmeSettings, log: AccessLog) -> None:
        self.settings, self._log = settings, log
        self.port = 0
        directory = Directory(settings)
        self._peers = Peers(settings)
        self._service = KeyService(settings, directory, self._peers, log)
        self._answering = Answering(settings, directory, self._service, log)
        self._tasks: list[asyncio.Task[None]] = []
        self._listener: Listener | None = None
        self._accepting: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        context = server_context(self.settings)
        await self._service.open()
        try:
            listening = _listening_socket(self.settings)
            self._listener = Listener(self._answering.handle, self.settings, self._malformed)
            self._accepting = await asyncio.get_running_loop().create_server(
                self._listener,
                sock=listening,
                ssl=context,
                ssl_handshake_timeout=SECONDS_FOR_A_HANDSHAKE,
                ssl_shutdown_timeout=1.0,
            )
        except BaseException:
            await self._service.close()
            raise
        self.port = listening.getsockname()[1]
        if self.settings.port_file is not None:
            _write_port(Path(self.settings.port_file), self.port)
        self._tasks = [
            asyncio.create_task(self._listener.end_idle_connections()),
            asyncio.create_task(self._service.keep_house()),
        ]
        self._log.event("listening", kme=self.settings.kme_id, host=self.settings.host, port=self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more connections, let requests that are under way end, and close the key store."""
        if self._accepting is not None and self._listener is not None:
            self._accepting.close()
            await self._listener.finish(SECONDS_TO_FINISH)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._peers.close()
        await self._service.close()
        self._log.event("stopped", kme=self.settings.kme_id)

    def _malformed(self, status: int) -> None:
        self._log.event("malformed request", status=status)


def _listening_socket(settings: KmeSettings) -> socket.socket:
    """Return a socket that listens. Port 0 is that of an earlier run, so that clients find a KME again."""
    ports = [settings.port]
    if settings.port == 0 and settings.port_file is not None:
        with suppress(OSError, ValueError):
            ports.insert(0, int(Path(settings.port_file).read_text(encoding="ascii")))
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in ports[:-1]:
        with suppress(OSError, OverflowError):
            return socket.create_server((settings.host, port), family=family, backlog=128)
    return socket.create_server((settings.host, ports[-1]), family=family, backlog=128)


def _write_port(path: Path, port: int) -> None:
    """Write a port file that is never half written."""
    new = path.with_name(path.name + ".new")
    new.write_text(f"{port}\n", encoding="ascii")
    new.replace(path)
