"""Copies of our KMEs with a fault each: they pass requests on to the real ones, and spoil what comes back."""

import asyncio
import json
import ssl
import threading
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx
from aiohttp import web

from qkdlab.delivery.client import client_context
from qkdlab.delivery.kme.directory import Directory
from tests.delivery.kme.kmes import Kmes

NAMELESS = "SAE-A"
"""Who a caller without a certificate is taken for."""


@dataclass(frozen=True)
class Asked:
    """A request: whose it is, and what it is."""

    caller: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""

    @property
    def what(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def told(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def with_told(self, told: Any) -> "Asked":
        return replace(self, body=json.dumps(told).encode())


@dataclass(frozen=True)
class Answered:
    """What is answered; `said` is the JSON of the body."""

    status: int
    body: bytes
    content_type: str = "application/json"

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    def with_said(self, said: Any) -> "Answered":
        return replace(self, body=json.dumps(said).encode())


Forward = Callable[[Asked], Awaitable[Answered]]
Fault = Callable[[Asked, Forward], Awaitable[Answered]]


async def faultless(asked: Asked, forward: Forward) -> Answered:
    return await forward(asked)


class FaultyKmes:
    """Both KMEs behind copies; `fault` may be changed between runs."""

    def __init__(self, kmes: Kmes) -> None:
        self.kmes, self.fault = kmes, faultless
        self.nameless_welcome = self.old_tls = False
        self.urls: dict[str, str] = {}
        self._clients: dict[str, httpx.AsyncClient] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners: list[web.AppRunner] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._stop())
        self._do(self._close_clients())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def start(self) -> None:
        """Listen, from anew if the copies did so before: what TLS takes may have changed."""
        self._do(self._stop())
        for name in ("KME-A", "KME-B"):
            self._do(self._listen(name))

    async def _listen(self, name: str) -> None:
        settings = self.kmes.settings[name]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.certificate, settings.key)
        context.load_verify_locations(settings.ca)
        context.verify_mode = ssl.CERT_OPTIONAL if self.nameless_welcome else ssl.CERT_REQUIRED
        if self.old_tls:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1_1
        directory = Directory(settings)

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            certificate = request.get_extra_info("peercert")
            asked = Asked(
                caller=directory.caller(certificate).name if certificate else NAMELESS,
                method=request.method,
                path=request.raw_path.partition("?")[0],
                query=request.raw_path.partition("?")[2],
                body=await request.read(),
            )
            answered = await self.fault(asked, lambda one: self._forward(name, one))
            return web.Response(
                status=answered.status, body=answered.body, content_type=answered.content_type
            )

        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        self._runners.append(runner)  # type: ignore[arg-type]
        self.urls[name] = f"https://127.0.0.1:{runner.addresses[0][1]}"

    async def _stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def _forward(self, name: str, asked: Asked) -> Answered:
        if asked.caller not in self._clients:
            own = self.kmes.credentials[asked.caller]
            self._clients[asked.caller] = httpx.AsyncClient(
                verify=client_context(own.certificate, own.key, own.ca), trust_env=False, timeout=20.0
            )
        where = f"{self.kmes.url(name)}{asked.path}{'?' if asked.query else ''}{asked.query}"
        headers = {"Content-Type": "application/json"} if asked.body else {}
        reply = await self._clients[asked.caller].request(
            asked.method, where, content=asked.body or None, headers=headers
        )
        return Answered(reply.status_code, reply.content, reply.headers["content-type"].partition(";")[0])

    async def _close_clients(self) -> None:
        for client in self._clients.values():
            await client.aclose()
