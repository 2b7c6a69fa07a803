"""A thin client for an SAE: what ETSI GS QKD 014 V1.1.1, clause 5, lets it ask its KME."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from ..errors import KmeError, shown
from ..extras import extra_needed
from .closing import Closing
from .messages import (
    BadRequest,
    DeliveredKey,
    Extension,
    Json,
    KeyRequest,
    Status,
    key_ids_object,
    key_request_object,
    listed,
)
from .parsing import key_container_from_json, read_json, status_from_json
from .pem_files import load_pem

with extra_needed("delivery"):
    import httpx

Told = TypeVar("Told")

LARGEST_ANSWER = 16_000_000
"""Bytes of an answer that a client reads."""


def client_context(
    certificate: str | os.PathLike[str], key: str | os.PathLike[str], ca: str | os.PathLike[str]
) -> ssl.SSLContext:
    """Return what TLS needs of whoever calls: it shows a certificate, and trusts one authority and no other.

    Parameters
    ----------
    certificate, key, ca
        PEM files: the caller's certificate and its private key, and the authority's certificate. Errors are
        those of `load_pem`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which checks names and certificates
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    load_pem(context, ca=ca, certificate=certificate, key=key)
    return context


class KmeClient(Closing):
    """An SAE's way to its KME, over HTTPS with mutual TLS; connections are kept open between requests.

    A request is sent once and never again by itself: a KME may have handed out the keys though its answer was
    lost.

    Parameters
    ----------
    url
        Where the KME is, such as "https://127.0.0.1:9110".
    certificate, key, ca
        PEM files: the SAE's certificate and private key, and the certificate of the authority that vouches
        for the KME.
    kme
        The KME's ID, if its certificate must be for it: it is looked for among the certificate's DNS names in
        place of the host's.
    timeout_seconds
        How long to wait for a connection, and for each part of an answer.

    Raises
    ------
    KmeError
        From each request: the KME said no, with its status and message; or its answer made no sense; or there
        was none, with status 0.
    """

    def __init__(
        self,
        url: str,
        certificate: str | os.PathLike[str],
        key: str | os.PathLike[str],
        ca: str | os.PathLike[str],
        *,
        kme: str | None = None,
        timeout_seconds: float = 30.0,
    ) -> None:
        if not isinstance(url, str) or not url.startswith("https://"):
            raise ValueError(f"url must begin with https://, got {shown(url)}")
        try:
            httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ValueError(f"url must be an address, got {shown(url)}: {error}") from None
        self._base = url.rstrip("/") + "/api/v1/keys/"
        self._extensions = {} if kme is None else {"sni_hostname": kme}
        # trust_env: neither a proxy nor another authority comes in from outside
        self._http = httpx.Client(
            verify=client_context(certificate, key, ca), timeout=timeout_seconds, trust_env=False
        )

    def status(self, slave: str) -> Status:
        """Ask how many keys there are for a slave, and which sizes (5.2)."""
        return _read(status_from_json, self._ask("GET", slave, "status"))

    def get_keys(
        self,
        slave: str,
        number: int = 1,
        size: int | None = None,
        additional: Sequence[str] = (),
        *,
        extension_mandatory: Sequence[Extension] = (),
        extension_optional: Sequence[Extension] = (),
    ) -> tuple[DeliveredKey, ...]:
        """Get new keys as their master (5.3).

        Parameters
        ----------
        slave
            The SAE that is to have the same keys.
        number, size
            How many, and of how many bits each; None for the KME's own size.
        additional
            Further SAEs that are to have the same keys.
        extension_mandatory, extension_optional
            Names and values of extensions that the KME has to know, or may ignore.
        """
        request = KeyRequest.asked(
            number,
            size,
            additional,
            extension_mandatory=extension_mandatory,
            extension_optional=extension_optional,
        )
        answer = self._ask("POST", slave, "enc_keys", key_request_object(request))
        return _read(key_container_from_json, answer)

    def get_keys_with_ids(self, master: str, key_ids: Sequence[str]) -> tuple[DeliveredKey, ...]:
        """Get the keys of these names, as a slave of this master (5.4): all of them or none, and once."""
        body = key_ids_object(listed("key_ids", key_ids))
        return _read(key_container_from_json, self._ask("POST", master, "dec_keys", body))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _ask(self, method: str, sae: str, what: str, body: dict[str, Json] | None = None) -> Json:
        """Send one request and return what the answer says, if it is a 200."""
        url = f"{self._base}{quote(sae, safe='')}/{what}"
        content = bytearray()
        try:
            with self._http.stream(method, url, json=body, extensions=self._extensions) as answer:
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > LARGEST_ANSWER:
                        raise KmeError(0, f"the answer has more than {LARGEST_ANSWER} bytes")
        except httpx.HTTPError as error:
            raise KmeError(0, f"no answer: {type(error).__name__}: {error}") from error
        told = _read(read_json, bytes(content), answer.status_code)
        if answer.status_code != 200:
            raise _error(answer.status_code, told)
        return told


def _read(reader: Callable[[Any], Told], answer: Any, status: int = 200) -> Told:
    """Read an answer; one that breaks the rules is an error of the KME's."""
    try:
        return reader(answer)
    except BadRequest as error:
        raise KmeError(status, f"the answer makes no sense: {error.message}") from None


def _error(status: int, told: Json) -> KmeError:
    """What an error object (6.5) says, however little of it is there."""
    told = told if isinstance(told, dict) else {}
    message, details = told.get("message"), told.get("details")
    pairs = [pair for pair in details if isinstance(pair, dict)] if isinstance(details, list) else []
    return KmeError(
        status,
        message if isinstance(message, str) else "no message",
        tuple(
            (name, value if isinstance(value, str) else shown(value))
            for pair in pairs
            for name, value in pair.items()
        ),
    )
