"""Checks of the connection (5.1) and of Get status (5.2, 6.1)."""

from __future__ import annotations

import socket
import ssl
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from ...errors import shown
from ..messages import STATUS_NAMES
from ..pki import CertificateAuthority
from .conversation import Probe
from .rules import Level, Seen, bad, check, good, untried

TEXTS = ("source_KME_ID", "target_KME_ID", "master_SAE_ID", "slave_SAE_ID")
"""Fields of a status that are texts; the others are whole numbers."""


@check("5.2, 6.1", Level.SHALL)
def reachable(probe: Probe) -> Seen:
    """Get status answers 200 with a JSON object."""
    reply = probe.status
    if reply.status == 200 and isinstance(reply.said, dict):
        return good(reply.told)
    return bad(reply.told if reply.status != 200 else f"{reply.told}, and no JSON object")


@check("5.1", Level.SHALL)
def tls_version(probe: Probe) -> Seen:
    """TLS is of version 1.2 or higher."""
    where = urlsplit(probe.target.master.url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is said on this connection
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(probe.target.master.certificate, probe.target.master.key)
    address = (where.hostname or "", where.port or 443)
    try:
        with socket.create_connection(address, timeout=probe.target.seconds) as bare:
            try:
                with context.wrap_socket(bare, server_hostname=where.hostname) as secured:
                    return bad(f"the KME takes {secured.version()}")
            except ssl.SSLError as error:
                if "NO_PROTOCOLS_AVAILABLE" in str(error):
                    return untried("this computer speaks no older version")
                return good(f"1.1 is refused: {error.reason}")
    except OSError as error:
        return good(f"1.1 is refused: {type(error).__name__}")


@check("5.1", Level.SHALL)
def client_certificate(probe: Probe) -> Seen:
    """A caller without a certificate is rejected."""
    return _rejected(probe, None)


@check("5.1", Level.SHALL)
def foreign_certificate(probe: Probe) -> Seen:
    """A certificate of an unknown authority is rejected, whatever name is in it."""
    with _own_certificate(probe.target.master.name) as pair:
        return _rejected(probe, pair)


def _rejected(probe: Probe, pair: tuple[str, str] | None) -> Seen:
    if probe.status.status == 0:
        return untried("there was no answer to the master either")
    reply = probe.prober.ask_as(pair, probe.target.slave.name)
    if "Timeout" in reply.problem:
        return untried(reply.told)
    if reply.status == 0:
        return good(f"rejected: {reply.problem}")
    if reply.status in (401, 403):
        return bad(f"the connection is made, and then refused: {reply.told}", mild=True)
    return bad(reply.told)


@contextmanager
def _own_certificate(name: str) -> Iterator[tuple[str, str]]:
    """A certificate of this name, or another if it is an odd one, by an authority made for the moment."""
    with tempfile.TemporaryDirectory() as folder:
        authority = CertificateAuthority(folder)
        try:
            made = authority.issue("sae", name)
        except ValueError:
            made = authority.issue("sae", "qkdlabtest")
        yield str(made.certificate), str(made.key)


@check("6.1", Level.SHALL)
def status_fields(probe: Probe) -> Seen:
    """A status has all fields, numbers as integers and names as texts."""
    told = probe.status.said
    if not isinstance(told, dict):
        return untried("there is no status")
    missing = [name for name in STATUS_NAMES.values() if name not in told]
    wrong = [
        name
        for name in STATUS_NAMES.values()
        if name in told and type(told[name]) is not (str if name in TEXTS else int)
    ]
    if not isinstance(told.get("status_extension", {}), dict):
        wrong.append("status_extension")
    if missing or wrong:
        parts = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"of another type: {', '.join(wrong)}"]
        return bad("; ".join(parts[: 1 + bool(wrong)] if missing else parts))
    return good(f"{len(STATUS_NAMES)} fields")


@check("6.1", Level.SHALL)
def status_names(probe: Probe) -> Seen:
    """The caller is master_SAE_ID of a status, and the SAE asked about is slave_SAE_ID."""
    told = probe.status.said if isinstance(probe.status.said, dict) else {}
    pairs = (("master_SAE_ID", probe.target.master.name), ("slave_SAE_ID", probe.target.slave.name))
    named = [(name, told[name], wanted) for name, wanted in pairs if isinstance(told.get(name), str)]
    if not named:
        return untried("the status names nobody")
    for name, value, wanted in named:
        if value != wanted:
            return bad(f"{name} is {shown(value, 60)}, not {shown(wanted, 60)}")
    return good(" and ".join(value for _, value, _ in named))


@check("6.1", Level.READING)
def status_limits(probe: Probe) -> Seen:
    """The numbers of a status fit together."""
    names = ("min_key_size", "key_size", "max_key_size", "stored_key_count", "max_key_count")
    least, usual, most, stored, room = map(probe.limit, names)
    if least is None or usual is None or most is None:
        return untried("the status does not say all sizes")
    if not 0 < least <= usual <= most:
        return bad(f"min_key_size {least}, key_size {usual}, max_key_size {most}")
    if stored is not None and room is not None and stored > room:
        return bad(f"stored_key_count {stored} is above max_key_count {room}")
    if probe.limit("max_key_per_request") == 0:
        return bad("max_key_per_request is 0")
    return good(f"sizes {least} … {usual} … {most} bits")


@check("6.1", Level.READING)
def status_own_fields(probe: Probe) -> Seen:
    """A status has no fields of its own but in status_extension."""
    if not isinstance(probe.status.said, dict):
        return untried("there is no status")
    known = (*STATUS_NAMES.values(), "status_extension")
    strange = [name for name in probe.status.said if name not in known]
    return bad(f"further fields: {shown(strange, 100)}") if strange else good("none")
