"""The open connections of a KME: how many, how idle, and what they hear when they speak no HTTP."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from ...extras import extra_needed
from ..messages import Json, error_object
from ..pem_files import load_pem
from .kme_settings import KmeSettings

with extra_needed("delivery"):
    from aiohttp import web

SHARE_OF_ONE_CALLER = 0.25
"""How many of all connections one caller may have."""

KME_BODY_BYTES = 4_194_304
"""How long the body of a request of a KME or a module may be."""


def server_context(settings: KmeSettings) -> ssl.SSLContext:
    """Return what TLS needs of a KME: nobody comes in without a certificate of its authority (5.1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    load_pem(context, ca=settings.ca, certificate=settings.certificate, key=settings.key)
    return context


def json_response(status: int, told: Json, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer in JSON, which nobody may keep and which does not say what the server is made of."""
    fixed = {"Cache-Control": "no-store", "Server": "qkdlab", "X-Content-Type-Options": "nosniff"}
    return web.Response(
        status=status,
        body=json.dumps(told).encode(),
        content_type="application/json",
        headers=fixed | dict(headers or {}),
    )


class _Connection(web.RequestHandler):
    """One connection, which answers in JSON even what cannot be read as HTTP."""

    __slots__ = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        listener: Any = self._manager
        if listener is not None and not listener.admits(self):
            transport.abort()  # type: ignore[attr-defined]

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        # neither `exc` nor `message` is told or logged: both quote what was sent
        listener: Any = self._manager
        if listener is None or request.writer.output_size > 0:
            raise ConnectionError("the connection has gone, or an answer was begun already")
        listener.malformed(status)
        response = json_response(status, error_object(f"bad request format: {HTTPStatus(status).phrase}"))
        response.force_close()
        return response


class Listener(web.Server):
    """Takes connections, and ends those that are too many, or do not come to the point.

    A connection has `idle_seconds` to send the whole head of a request, from its beginning or from the end
    of the request before. How long a request may take after that is the handler's business.

    Parameters
    ----------
    handler
        Answers a request; raises nothing.
    settings
        Limits.
    malformed
        Is told the status of each answer to what was no HTTP.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        settings: KmeSettings,
        malformed: Callable[[int], None],
    ) -> None:
        self._settings, self.malformed = settings, malformed
        self._idle_since: dict[Any, float] = {}
        self._busy: set[Any] = set()
        self._answer = handler
        super().__init__(self._handle, request_factory=self._request)

    def __call__(self) -> web.RequestHandler:
        options: dict[str, Any] = {
            "access_log": None,
            "lingering_time": 1.0,
            "auto_decompress": False,  # a small body stays a small body
        }
        return _Connection(self, loop=asyncio.get_running_loop(), **options)

    def admits(self, connection: Any) -> bool:
        """Whether one more connection fits, among all and among those of its caller."""
        most = self._settings.max_connections
        mine = _certificate(connection)
        same = sum(_certificate(other) == mine for other in self.connections)
        return len(self.connections) <= most and same <= max(1, SHARE_OF_ONE_CALLER * most)

    async def end_idle_connections(self) -> None:
        """Look again and again for connections that are silent or slow, and cut them off.

        Newer versions of aiohttp end idle connections too; here it does not depend on the version.
        """
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(1.0, self._settings.idle_seconds / 4))
            now, open_now = loop.time(), set(self.connections)
            self._idle_since = {one: since for one, since in self._idle_since.items() if one in open_now}
            for connection in open_now - self._busy:
                idle = now - self._idle_since.setdefault(connection, now)
                if idle > self._settings.idle_seconds and connection.transport is not None:
                    connection.transport.abort()

    async def finish(self, seconds: float) -> None:
        """Let requests that are under way end, and close their connections; what takes longer is cut off."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            await asyncio.sleep(0.05)  # what was sent already is read first
            for connection in set(self.connections) - self._busy:
                connection.force_close()
            if not self._busy or loop.time() > end:
                break
        await self.shutdown(0.1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        self._busy.add(connection)
        try:
            return await self._answer(request)
        finally:
            self._busy.discard(connection)
            self._idle_since[connection] = asyncio.get_running_loop().time()

    def _request(
        self, message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]
    ) -> web.BaseRequest:
        most = self._settings.max_body_bytes if message.path.startswith("/api/") else KME_BODY_BYTES
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=most)


def _certificate(connection: Any) -> object:
    """The certificate that a connection came with, to tell whether two are of the same caller."""
    transport = connection.transport
    return None if transport is None else (transport.get_extra_info("peercert") or {}).get("subject")
