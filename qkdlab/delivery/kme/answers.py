"""Who asks a KME for what, and the answers with their codes.

ETSI GS QKD 014 V1.1.1, 5, has codes 200, 400, 401 and 503. Every error has a JSON body (6.5), a 401 as
well, for which the specification defines none. Besides, there are 404 and 405 for what the specification
does not have, 408 and 413 for requests that take too long, 409 between KMEs, and 500 for a mistake of ours,
whose particulars nobody is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from ...errors import KeyExhausted, KeyNotFound, KeyStoreError, NotEntitled
from ...extras import extra_needed
from ..messages import KEYS_NOT_FOUND, BadRequest, Json, error_object, key_container
from ..parsing import (
    from_base64,
    key_ids_from_json,
    key_ids_from_query,
    key_request_from_json,
    key_request_from_query,
    read_json,
)
from ..sites import Role
from ..store import ChunksMissing
from .access_log import AccessLog
from .directory import Caller, Directory
from .key_service import KeyService
from .kme_settings import KmeSettings
from .listener import json_response
from .openapi import description
from .peer import PeerFailed, hold_from_json, voids_from_json

with extra_needed("delivery"):
    from aiohttp import web

UTF_8 = ("utf-8", "utf8")
"""The charset of a body; the second is no name of it (RFC 3629, 8), and clients say it all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer before it is HTTP."""

    status: int
    body: Json
    key_ids: tuple[str, ...] = ()
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str, details: Mapping[str, str] | None = None, **headers: str) -> Answer:
    """Return an error as an answer (6.5)."""
    body = error_object(message, details)
    return Answer(status=status, body=body, message=message, headers=headers)


class Unauthorised(Exception):
    """The caller is nobody, or not the one who may do this."""


class MethodNotAllowed(Exception):
    """The method is not one of those that there are."""

    def __init__(self, methods: Sequence[str]) -> None:
        super().__init__(*methods)
        self.methods = methods


class Answering:
    """Answers the requests that come to a KME.

    Parameters
    ----------
    settings, directory, service, log
        The KME's.
    """

    def __init__(
        self, settings: KmeSettings, directory: Directory, service: KeyService, log: AccessLog
    ) -> None:
        self._settings, self._directory, self._service, self._log = settings, directory, service, log

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, and write it down."""
        begun = time.monotonic()
        caller = self._directory.caller(request.get_extra_info("peercert"))
        path = request.raw_path.partition("?")[0]
        answer = await self._answer_or_refusal(request, path, caller)
        self._log.request(
            caller=caller.name,
            method=request.method,
            path=path,
            status=answer.status,
            milliseconds=1000 * (time.monotonic() - begun),
            key_ids=answer.key_ids,
            message=answer.message,
        )
        return json_response(answer.status, answer.body, answer.headers)

    async def _answer_or_refusal(self, request: web.BaseRequest, path: str, caller: Caller) -> Answer:
        try:
            return await self._answer(request, path, caller)
        except BadRequest as error:
            return refusal(400, error.message, error.details)
        except MethodNotAllowed as error:
            return refusal(405, "there is no such method here", Allow=", ".join(error.methods))
        except Unauthorised:
            return refusal(401, "unauthorized")
        except NotEntitled:
            return refusal(401, "unauthorized: the caller was not named when a key was made")
        except KeyNotFound as error:
            details = {"key_ID": f"{error.key_ids[0]} is not found"} if error.key_ids else None
            return refusal(400, KEYS_NOT_FOUND, details)
        except ChunksMissing as error:
            body = error_object("bits of a key are not there") | {"floor": list(error.floor)}
            return Answer(status=409, body=body, message="bits of a key are not there")
        except KeyExhausted:
            return refusal(503, "not enough key material is stored")
        except PeerFailed as error:
            return refusal(503, f"no keys are to be had from the other KME: {error}")
        except KeyStoreError as error:
            self._log.event("key store failed", error=str(error))
            return refusal(503, "the key store failed")
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "the body of the request is too long")
        except TimeoutError:
            return refusal(408, "the body of the request took too long", Connection="close")
        except ConnectionError:
            raise  # there is nobody left to answer
        except Exception as error:
            self._log.event("mistake", kind=type(error).__name__, where=_place(error))
            return refusal(500, "internal error")

    async def _answer(self, request: web.BaseRequest, path: str, caller: Caller) -> Answer:
        match [_unquoted(part) for part in path.split("/")[1:]]:
            case ["api", "v1", "keys", sae, "status"]:
                self._allow(request, caller, "sae", "GET")
                status = await self._service.status(caller.name, sae)
                return Answer(status=200, body=status.to_json())
            case ["api", "v1", "keys", slave, "enc_keys"]:
                self._allow(request, caller, "sae", "GET", "POST")
                if request.method == "GET":
                    wanted = key_request_from_query(_query(request))
                else:
                    wanted = key_request_from_json(await self._body(request))
                return _keys(await self._service.new_keys(caller.name, slave, wanted))
            case ["api", "v1", "keys", master, "dec_keys"]:
                self._allow(request, caller, "sae", "GET", "POST")
                if request.method == "GET":
                    key_ids = key_ids_from_query(_query(request))
                else:
                    key_ids = key_ids_from_json(await self._body(request))
                return _keys(await self._service.keys_with_ids(caller.name, master, key_ids))
            case ["peer", "v1", "hold"]:
                self._allow(request, caller, "kme", "POST")
                hold = hold_from_json(await self._body(request))
                await self._service.hold(caller.name, hold)
                return Answer(status=200, body={}, key_ids=tuple(key.key_id for key in hold.offer.keys))
            case ["peer", "v1", "void"]:
                self._allow(request, caller, "kme", "POST")
                voids = voids_from_json(await self._body(request))
                await self._service.void(caller.name, voids)
                return Answer(status=200, body={}, key_ids=tuple(key.key_id for key in voids))
            case ["module", "v1", "blocks"]:
                self._allow(request, caller, "module", "POST")
                return await self._put_block(await self._body(request))
            case ["openapi.json"]:
                self._allow(request, caller, None, "GET")
                return Answer(status=200, body=description(self._settings))
        return refusal(404, "there is nothing here")

    async def _put_block(self, told: Json) -> Answer:
        """Take a block of key from a QKD module."""
        told = told if isinstance(told, dict) else {}
        peer, number, direction = told.get("peer"), told.get("number"), told.get("direction")
        if not isinstance(peer, str) or type(number) is not int or not 0 <= number < 2**63:
            raise BadRequest("a block must have a peer and a number")
        if direction not in ("in", "out"):
            raise BadRequest("direction of a block must be in or out")
        bits = from_base64("bits", told.get("bits"))
        return Answer(
            status=200, body={"kept_bits": await self._service.put_block(peer, number, direction, bits)}
        )

    @staticmethod
    def _allow(request: web.BaseRequest, caller: Caller, role: Role | None, *methods: str) -> None:
        """Let pass who may, with a method that there is."""
        if request.method not in methods:
            raise MethodNotAllowed(methods)
        if role is not None and caller.role != role:
            raise Unauthorised

    async def _body(self, request: web.BaseRequest) -> Json:
        """Return what the body of a request says, if it comes in time and says that it is JSON (5.1)."""
        if request.content_type != "application/json" or (request.charset or UTF_8[0]).lower() not in UTF_8:
            raise BadRequest("the body must have the content type application/json, in UTF-8")
        async with asyncio.timeout(self._settings.request_seconds):
            return read_json(await request.read())


def _keys(keys: Sequence[tuple[str, bytes]]) -> Answer:
    return Answer(status=200, body=key_container(keys), key_ids=tuple(key_id for key_id, _ in keys))


def _unquoted(part: str) -> str:
    """Undo the URL encoding of an SAE ID (table 2)."""
    try:
        return unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest("the path is not UTF-8") from None


def _query(request: web.BaseRequest) -> list[tuple[str, str]]:
    """Return names and values of a query, as they stand there."""
    text = request.raw_path.partition("?")[2]
    try:
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=8
        )
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("the query makes no sense") from None


def _place(error: BaseException) -> str:
    """Where an error was raised, without what it was raised about."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
