"""What ETSI GS QKD 014 V1.1.1 sends to and fro (clause 6), as data, and how it is written as JSON.

`parsing` reads it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, Self, SupportsIndex, TypeAlias

from ..errors import shown

Json = Any
"""A value that JSON can hold."""

Extension: TypeAlias = tuple[str, Json]
"""Name and value of a vendor's extension of a request."""

SIZE_NOT_WHOLE_BYTES = "size shall be a multiple of 8"
EXTENSION_UNKNOWN = "not all extension_mandatory parameters are supported"
EXTENSION_NOT_MET = "not all extension_mandatory request options could be met"
KEYS_NOT_FOUND = "one or more keys specified are not found on KME"
"""Fixed messages of clauses 6.2 and 6.4, all with status 400."""


class BadRequest(ValueError):
    """A request that breaks a rule of the specification, or a limit that was announced: status 400.

    Parameters
    ----------
    message
        What is wrong: a fixed message, or our own words.
    details
        Further names and values (clause 6.5).
    """

    def __init__(self, message: str, **details: str) -> None:
        super().__init__(message)
        self.message, self.details = message, details


class SecretBytes(bytes):
    """Bytes of a key. They are bytes in all but this: what is printed or logged shows how many there are.

    >>> SecretBytes(bytes(32))
    SecretBytes(256 bits)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"SecretBytes({8 * len(self)} bits)"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return format(repr(self), specification)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredKey:
    """One key of a key container (clause 6.3): its name, which is no secret, and its bits, which are."""

    key_id: str
    key: SecretBytes


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRequest:
    """What a master asks for (clause 6.2); None where the KME's own value is to hold."""

    number: int = 1
    size: int | None = None
    additional_slaves: tuple[str, ...] = ()
    extension_mandatory: tuple[Extension, ...] = ()
    extension_optional: tuple[Extension, ...] = ()

    @classmethod
    def asked(
        cls, number: int, size: int | None, additional: Sequence[str], **extensions: Sequence[Extension]
    ) -> Self:
        """Return what a caller asks for; ``ValueError`` where that can be no request of any KME.

        Parameters
        ----------
        number, size
            How many keys, and of how many bits each; None for the KME's own size.
        additional
            Further SAEs that are to have the same keys.
        **extensions
            ``extension_mandatory`` and ``extension_optional``, pairs of a name and a value.

        Examples
        --------
        >>> KeyRequest.asked(2, 256, ["SAE-C"]).additional_slaves
        ('SAE-C',)
        """
        return cls(
            number=_whole("number", number),
            size=None if size is None else _whole("size", size),
            additional_slaves=listed("additional", additional),
            **{name: tuple(pairs) for name, pairs in extensions.items()},
        )


def _whole(name: str, value: object) -> int:
    """Return what a caller gives as a number; ``ValueError`` if it is none. The KME says if it will do."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise ValueError(f"{name} must be a whole number, got {shown(value)}")
    return index(value)


def listed(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return names as a tuple; ``ValueError`` for one in place of a list: its letters would be names."""
    if isinstance(values, str):
        raise ValueError(f"{name} must be a list of names, got {shown(values)}")
    return tuple(values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What a KME says of the keys for a pair of SAEs (clause 6.1). Sizes are in bits."""

    source_kme: str
    target_kme: str
    master: str
    slave: str
    key_size: int
    stored_key_count: int
    max_key_count: int
    max_key_per_request: int
    max_key_size: int
    min_key_size: int
    max_sae_id_count: int
    extension: Mapping[str, Json] | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the object of clause 6.1."""
        told = {name: getattr(self, attribute) for attribute, name in STATUS_NAMES.items()}
        return told | ({} if self.extension is None else {"status_extension": dict(self.extension)})


STATUS_NAMES = {
    "source_kme": "source_KME_ID",
    "target_kme": "target_KME_ID",
    "master": "master_SAE_ID",
    "slave": "slave_SAE_ID",
    "key_size": "key_size",
    "stored_key_count": "stored_key_count",
    "max_key_count": "max_key_count",
    "max_key_per_request": "max_key_per_request",
    "max_key_size": "max_key_size",
    "min_key_size": "min_key_size",
    "max_sae_id_count": "max_SAE_ID_count",
}
"""Attributes of `Status`, and what the specification calls them."""


def key_container(keys: Sequence[tuple[str, bytes]]) -> dict[str, Json]:
    """Return the object of clause 6.3 for key IDs and bits."""
    return {"keys": [{"key_ID": key_id, "key": base64.b64encode(bits).decode()} for key_id, bits in keys]}


def key_ids_object(key_ids: Sequence[str]) -> dict[str, Json]:
    """Return the object of clause 6.4."""
    return {"key_IDs": [{"key_ID": key_id} for key_id in key_ids]}


def key_request_object(request: KeyRequest) -> dict[str, Json]:
    """Return the object of clause 6.2, without what has its default."""
    told: dict[str, Json] = {"number": request.number}
    if request.size is not None:
        told["size"] = request.size
    if request.additional_slaves:
        told["additional_slave_SAE_IDs"] = list(request.additional_slaves)
    for name in ("extension_mandatory", "extension_optional"):
        if pairs := getattr(request, name):
            told[name] = [{key: value} for key, value in pairs]
    return told


def error_object(message: str, details: Mapping[str, str] | None = None) -> dict[str, Json]:
    """Return the object of clause 6.5; details are name/value pairs."""
    told: dict[str, Json] = {"message": message}
    return told | {"details": [{name: value} for name, value in details.items()]} if details else told
