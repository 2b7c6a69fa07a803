"""Reading what ETSI GS QKD 014 V1.1.1 sends to and fro (clause 6).

What comes from outside is checked whole before anything is done with it. Numbers are whole numbers and no
text, names stand once, fields are those of the specification, and nothing nests without end. A request that
breaks a rule raises `BadRequest`, whose message is the fixed one of the specification where there is one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ..errors import shown
from .messages import STATUS_NAMES, BadRequest, DeliveredKey, Extension, Json, KeyRequest, SecretBytes, Status

MOST_DIGITS = 9
"""Digits of a number in a query: more keys or bits than that nobody has."""

_KEY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def read_json(body: bytes) -> Json:
    """Return what a body says, if every reader would read it alike: UTF-8, no name twice, no NaN."""
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_names_once,
            parse_constant=lambda name: _bad(f"{name} is no JSON"),
        )
    except RecursionError:
        raise BadRequest("the body nests too deeply") from None
    except BadRequest:
        raise
    except ValueError:  # broken UTF-8, broken JSON, or a number of thousands of digits
        raise BadRequest("the body is not JSON in UTF-8") from None


def key_request_from_json(told: Json) -> KeyRequest:
    """Read a key request (clause 6.2): all of its fields are optional."""
    told = _object("the key request", told, _REQUEST_FIELDS)
    return KeyRequest(
        number=_whole_number("number", told.get("number", 1)),
        size=_whole_number("size", told["size"]) if "size" in told else None,
        additional_slaves=_texts("additional_slave_SAE_IDs", told.get("additional_slave_SAE_IDs", [])),
        extension_mandatory=_extensions("extension_mandatory", told.get("extension_mandatory", [])),
        extension_optional=_extensions("extension_optional", told.get("extension_optional", [])),
    )


_REQUEST_FIELDS = ("number", "size", "additional_slave_SAE_IDs", "extension_mandatory", "extension_optional")


def key_request_from_query(query: Sequence[tuple[str, str]]) -> KeyRequest:
    """Read the query of a GET, which may have ``number`` and ``size`` alone (clause 5.3)."""
    fields = _query(query, ("number", "size"))
    numbers = {}
    for name, text in fields.items():
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            _bad(f"{name} must be a whole number", **{name: shown(text, 40)})
        numbers[name] = int(text)
    return KeyRequest(number=numbers.get("number", 1), size=numbers.get("size"))


def key_ids_from_json(told: Json) -> tuple[str, ...]:
    """Read key IDs (clause 6.4); of extensions, which are for future use, the type alone is checked."""
    told = _object("the request", told, ("key_IDs", "key_IDs_extension"))
    _optional_object("key_IDs_extension", told)
    named = told.get("key_IDs")
    if not isinstance(named, list) or not named:
        _bad("key_IDs must be a list of at least one key ID")
    ids = []
    for item in named:
        entry = _object("an entry of key_IDs", item, ("key_ID", "key_ID_extension"))
        _optional_object("key_ID_extension", entry)
        ids.append(_key_id(entry.get("key_ID")))
    return _once("key_ID", ids)


def key_ids_from_query(query: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Read the query of a GET for one key (clause 5.4)."""
    fields = _query(query, ("key_ID",))
    if "key_ID" not in fields:
        _bad("the query must name a key_ID")
    return (_key_id(fields["key_ID"]),)


def status_from_json(told: Json) -> Status:
    """Read a status (clause 6.1); raises `BadRequest` if a required field is missing or of another type."""
    if not isinstance(told, dict):
        _bad("the status is no JSON object")
    fields: dict[str, Any] = {}
    for attribute, name in STATUS_NAMES.items():
        wanted = str if attribute in ("source_kme", "target_kme", "master", "slave") else int
        if type(told.get(name)) is not wanted:
            _bad(f"{name} of the status is not there, or no {wanted.__name__}")
        fields[attribute] = told[name]
    extension = told.get("status_extension")
    return Status(**fields, extension=extension if isinstance(extension, dict) else None)


def key_container_from_json(told: Json) -> tuple[DeliveredKey, ...]:
    """Read a key container (clause 6.3), as a client gets it; fields for future use are left aside."""
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        _bad("the answer has no list of keys")
    return tuple(_delivered(key) for key in keys)


def _delivered(told: Json) -> DeliveredKey:
    if not isinstance(told, dict) or not isinstance(told.get("key"), str):
        _bad("an entry of keys has no key")
    return DeliveredKey(key_id=_key_id(told.get("key_ID")), key=SecretBytes(from_base64("key", told["key"])))


def from_base64(name: str, text: Json) -> bytes:
    """Return the bytes of a text in base64 (RFC 4648, 4), which must be as it would be written."""
    try:
        if isinstance(text, str):
            return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        pass
    _bad(f"{name} must be in base64")


# ---- checks -------------------------------------------------------------------------------------------


def _bad(message: str, **details: str) -> NoReturn:
    raise BadRequest(message, **details)


def _names_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _bad("a name stands twice in an object")
    return found


def _object(what: str, told: Json, names: Sequence[str]) -> dict[str, Json]:
    if not isinstance(told, dict):
        _bad(f"{what} must be a JSON object")
    for name in told:
        if name not in names:
            _bad(f"{what} has a field that the specification does not have", field=shown(name, 60))
    return told


def _optional_object(name: str, told: Mapping[str, Json]) -> None:
    if name in told and not isinstance(told[name], dict):
        _bad(f"{name} must be a JSON object")


def _query(query: Sequence[tuple[str, str]], names: Sequence[str]) -> dict[str, str]:
    found = dict(query)
    if len(found) < len(query):
        _bad("a name stands twice in the query")
    for name in found:
        if name not in names:
            _bad(f"a GET may have {' and '.join(names)} alone, else use POST", field=shown(name, 60))
    return found


def _whole_number(name: str, value: Json) -> int:
    if type(value) is not int:
        _bad(f"{name} must be a whole number", **{name: shown(value, 40)})
    return value


def _texts(name: str, value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        _bad(f"{name} must be a list of texts")
    return _once(name, value)


def _once(name: str, values: Sequence[str]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        _bad(f"the same {name} stands there twice")
    return tuple(values)


def _extensions(name: str, value: Json) -> tuple[Extension, ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        _bad(f"{name} must be a list of objects")
    return tuple((key, item[key]) for item in value for key in item)


def _key_id(value: Json) -> str:
    """A key ID is a UUID (clause 6.3), and upper case is as good as lower case (RFC 4122, 3)."""
    if not isinstance(value, str) or not _KEY_ID.fullmatch(value):
        _bad("a key_ID must be a UUID", key_ID=shown(value, 60))
    return value.lower()
