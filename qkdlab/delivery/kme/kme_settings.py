"""What one KME is told before it starts, and its JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ...errors import shown
from ...values import check_count

_PATHS = ("database", "certificate", "key", "ca", "port_file", "log_file")
_COUNTS = (
    *("key_size", "min_key_size", "max_key_size", "max_keys_per_request", "capacity_bits"),
    *("max_connections", "max_body_bytes"),
)
_TIMES = ("ttl_seconds", "idle_seconds", "request_seconds", "peer_seconds")


@dataclass(frozen=True, kw_only=True, slots=True)
class KmeSettings:
    """One key management entity: who it is, whom it knows, what it has, and what it allows.

    Parameters
    ----------
    kme_id
        Its name, as in its certificate.
    database, certificate, key, ca
        Paths: the key store (made if it is not there), its certificate and private key, and the certificate
        of the authority that vouches for all others.
    saes
        All SAEs it has heard of, and the KME that each belongs to.
    peers
        The other KMEs it shares keys with, and where they are: a URL that begins with https://, or the path
        of the other's port file on this machine. A port file is read anew for each request, so both may
        start at once.
    modules
        QKD modules that may hand in blocks of key.
    indirect
        Peers whose keys came over trusted nodes; the keys of the others are direct.
    host, port
        Where it listens. Port 0 is the port in the port file, if there is one and it is free, or else any.
    port_file
        Where its port is written, as soon as it listens.
    log_file
        Where its log goes, a JSON object a line; None for standard output.
    key_size, min_key_size, max_key_size
        Bits of a key: when nothing else is asked for, and limits. Multiples of 8.
    max_keys_per_request, max_sae_ids
        How many keys a request may ask for, and how many additional slaves it may name (0: none).
    ttl_seconds
        How long a key waits for its slaves.
    capacity_bits
        How many bits it stores for each peer and direction.
    low_watermark_bits
        Below this the status calls the pool low.
    max_connections
        How many connections it has open at once.
    idle_seconds, request_seconds, peer_seconds
        How long a connection may be silent between requests, or slow with the head of one; how long the
        body of a request may take; how long it waits for another KME.
    max_body_bytes
        How long the body of a request of an SAE may be; KMEs and modules may send more.
    """

    kme_id: str
    database: str
    certificate: str
    key: str
    ca: str
    saes: Mapping[str, str]
    peers: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    indirect: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    port_file: str | None = None
    log_file: str | None = None
    key_size: int = 256
    min_key_size: int = 64
    max_key_size: int = 4096
    max_keys_per_request: int = 128
    max_sae_ids: int = 8
    ttl_seconds: float = 3600.0
    capacity_bits: int = 8_000_000
    low_watermark_bits: int = 16_384
    max_connections: int = 256
    idle_seconds: float = 15.0
    request_seconds: float = 10.0
    peer_seconds: float = 5.0
    max_body_bytes: int = 65_536

    def __post_init__(self) -> None:
        for name in ("kme_id", "database", "certificate", "key", "ca", "host"):
            _check_text(name, getattr(self, name))
        for name in ("port_file", "log_file"):
            if getattr(self, name) is not None:
                _check_text(name, getattr(self, name))
        for name in ("saes", "peers"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        for name in ("modules", "indirect"):
            value = getattr(self, name)
            if not isinstance(value, tuple | list) or not all(
                isinstance(text, str) and text for text in value
            ):
                raise ValueError(f"{name} must be a list of names, got {shown(value)}")
            object.__setattr__(self, name, tuple(value))
        for name in _COUNTS:
            check_count(name, getattr(self, name), minimum=1)
        check_count("port", self.port, maximum=65_535)
        for name in ("max_sae_ids", "low_watermark_bits"):
            check_count(name, getattr(self, name))
        for name in _TIMES:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
                raise ValueError(f"{name} must be a number of seconds above 0, got {shown(value)}")
        for name in ("key_size", "min_key_size", "max_key_size"):
            if getattr(self, name) % 8:
                raise ValueError(f"{name} must be a multiple of 8, got {getattr(self, name)}")
        if not self.min_key_size <= self.key_size <= self.max_key_size:
            told = f"{self.min_key_size}, {self.key_size}, {self.max_key_size}"
            raise ValueError(f"min_key_size, key_size and max_key_size must rise, got {told}")
        self._check_names()

    def _check_names(self) -> None:
        """A name stands for one party in one role: who knows the name knows what its bearer may do."""
        kmes = {self.kme_id, *self.peers}
        roles = [("saes", set(self.saes)), ("modules", set(self.modules)), ("peers", set(self.peers))]
        seen = {self.kme_id}
        for role, names in roles:
            if twice := sorted(names & seen):
                raise ValueError(f"{role} must have names of their own, got {shown(twice[0])} in two roles")
            seen |= names
        for sae, kme in self.saes.items():
            if kme not in kmes:
                raise ValueError(f"saes must belong to this KME or a peer, got {shown(sae)} at {shown(kme)}")
        if strange := sorted(set(self.indirect) - set(self.peers)):
            raise ValueError(f"indirect must be peers, got {shown(strange[0])}")

    def to_json(self) -> str:
        """Return the text of a settings file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> KmeSettings:
        """Read the text of a settings file; ``ValueError`` names what is wrong with it."""
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(f"settings must be JSON, got {shown(text, 60)}") from None
        if not isinstance(told, dict):
            raise ValueError(f"settings must be a JSON object, got {shown(told, 60)}")
        known = {one.name for one in fields(cls)}
        if strange := sorted(set(told) - known):
            raise ValueError(f"settings must have known fields, got {shown(strange[0])}")
        needed = ("kme_id", "database", "certificate", "key", "ca", "saes")
        if missing := [name for name in needed if name not in told]:
            raise ValueError(f"settings must have {missing[0]}")
        return cls(**told)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> KmeSettings:
        """Read a settings file; paths in it are relative to its folder."""
        file = Path(path)
        settings = cls.from_json(file.read_text(encoding="utf-8-sig"))
        folder = file.resolve().parent
        changed: dict[str, Any] = {
            name: str(folder / getattr(settings, name))
            for name in _PATHS
            if getattr(settings, name) is not None
        }
        changed["peers"] = {
            name: where if where.startswith("https://") else str(folder / where)
            for name, where in settings.peers.items()
        }
        return replace(settings, **changed)


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{name} must be a text of at least one character, got {shown(value)}")


def _names(name: str, value: object) -> dict[str, str]:
    """A mapping of names to texts, as a dict of its own."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} must be a mapping of names, got {shown(value)}")
    for key, text in value.items():
        _check_text(name, key)
        _check_text(name, text)
    return dict(value)
