"""How the suite speaks to a KME: over HTTPS with mutual TLS, ready for every answer and for none.

Nothing that a KME does raises an error here: no answer, a slow one, a closed connection and a body that is no
JSON are all replies, which say what they are.
"""

from __future__ import annotations

import base64
import binascii
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...errors import shown
from ...extras import extra_needed
from ..messages import Json
from ..pem_files import load_pem

with extra_needed("delivery"):
    import httpx

MOST_BYTES = 4_000_000
"""Bytes of an answer that are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sae:
    """Somebody who asks: the SAE ID, the PEM files of its certificate and key, and the URL of its KME."""

    name: str
    certificate: str
    key: str = field(repr=False)
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The KME or the two KMEs that are looked at.

    Parameters
    ----------
    master, slave
        The two SAEs, each with the KME that it belongs to.
    ca
        PEM file of the authority that vouches for the KMEs.
    other
        A third SAE that the KMEs know; None if there is none.
    server_name
        Name in the KMEs' certificates, if it is not the host of their URLs.
    seconds
        How long to wait for an answer.
    takes_keys
        Whether keys may be used up.
    """

    master: Sae
    slave: Sae
    ca: str
    other: Sae | None = None
    server_name: str | None = None
    seconds: float = 10.0
    takes_keys: bool = True


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a key container as it came: its name, its text, and its bytes if the text is base64."""

    key_id: Json
    text: Json = field(repr=False)
    bits: bytes | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back.

    Parameters
    ----------
    asked
        The request in a few words.
    status
        The HTTP status; 0 if there was no answer, and then `problem` says why.
    content_type
        Media type as stated.
    body
        As it came.
    said
        What the body says if it is JSON, else None.
    """

    asked: str
    status: int = 0
    problem: str = ""
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    said: Json = field(default=None, repr=False)

    @property
    def message(self) -> str | None:
        """The message of an error object (6.5), if there is one."""
        message = self.said.get("message") if isinstance(self.said, dict) else None
        return message if isinstance(message, str) else None

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of a key container (6.3), as far as there are any."""
        entries = self.said.get("keys") if self.status == 200 and isinstance(self.said, dict) else None
        entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return tuple(Key(entry.get("key_ID"), entry.get("key"), _bits(entry.get("key"))) for entry in entries)

    @property
    def told(self) -> str:
        """The answer in a few words, without keys."""
        if not self.status:
            return f"{self.asked}: no answer ({self.problem})"
        if self.status == 200:
            return f"{self.asked}: 200"
        said = "" if self.message is None else f" {shown(self.message, 80)}"
        return f"{self.asked}: {self.status}{said}"


def _bits(text: Json) -> bytes | None:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True) if isinstance(text, str) else None
    except (binascii.Error, UnicodeEncodeError):
        return None


class Prober:
    """Asks, and keeps all replies.

    Parameters
    ----------
    target
        Whom.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.replies: list[Reply] = []
        self._clients: dict[Sae, httpx.Client] = {}
        for sae in (target.master, target.slave, target.other):
            if sae is not None:
                self._clients[sae] = self._client(sae.url, (sae.certificate, sae.key))

    def _client(self, url: str, pair: tuple[str, str] | None) -> httpx.Client:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        certificate, key = pair or (None, None)
        load_pem(context, ca=self.target.ca, certificate=certificate, key=key)
        return httpx.Client(
            base_url=url.rstrip("/"), verify=context, timeout=self.target.seconds, trust_env=False
        )

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.close()

    def ask(
        self,
        sae: Sae,
        method: str,
        about: str,
        what: str,
        *,
        query: Mapping[str, str | int] | None = None,
        told: Json = None,
        body: bytes | None = None,
    ) -> Reply:
        """Send one request and return what comes back.

        Parameters
        ----------
        sae
            Who asks, at its own KME.
        method, about, what
            Such as "GET", the SAE ID in the path, and "status".
        query
            What stands behind the question mark.
        told, body
            What the body says, as JSON; or the body as it is to be sent.
        """
        path = f"/api/v1/keys/{quote(about, safe='')}/{what}"
        reply = self._send(self._clients[sae], method, path, f"{method} {what}", query, told, body)
        self.replies.append(reply)
        return reply

    def ask_as(self, pair: tuple[str, str] | None, about: str) -> Reply:
        """Ask the master's KME for a status with another certificate, or with none."""
        client = self._client(self.target.master.url, pair)
        try:
            path = f"/api/v1/keys/{quote(about, safe='')}/status"
            return self._send(client, "GET", path, "GET status", None, None, None)
        finally:
            client.close()

    def _send(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        asked: str,
        query: Mapping[str, str | int] | None,
        told: Json,
        body: bytes | None,
    ) -> Reply:
        name = self.target.server_name
        options: dict[str, Any] = {"extensions": {} if name is None else {"sni_hostname": name}}
        if told is not None:
            body = json.dumps(told).encode()
        if body is not None:
            options |= {"content": body, "headers": {"Content-Type": "application/json"}}
        end, content = time.monotonic() + self.target.seconds, bytearray()
        try:
            with client.stream(method, path, params=query, **options) as answer:
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES or time.monotonic() > end:
                        return Reply(asked=asked, problem="the answer is too long, or too slow")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Reply(asked=asked, problem=f"{type(error).__name__}: {shown(str(error), 120)}")
        return Reply(
            asked=asked,
            status=answer.status_code,
            content_type=answer.headers.get("content-type", ""),
            body=bytes(content),
            said=_said(bytes(content)),
        )


def _said(body: bytes) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
