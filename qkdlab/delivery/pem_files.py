"""Certificates and keys out of files, into what TLS needs; errors say which file is to blame."""

from __future__ import annotations

import os
import ssl

from ..errors import shown

Named = str | os.PathLike[str]


def load_pem(
    context: ssl.SSLContext, *, ca: Named, certificate: Named | None = None, key: Named | None = None
) -> None:
    """Load the certificate of an authority, and one's own with its private key, if there is one.

    Parameters
    ----------
    context
        Gets them.
    ca, certificate, key
        PEM files. The key has no password: nobody is asked for one.

    Raises
    ------
    OSError
        If a file cannot be read, with its name.
    ValueError
        If it holds something else, or the key belongs to another certificate.
    """
    for path in (ca, certificate, key):
        if path is not None:
            with open(path, "rb"):  # the errors of `ssl` do not name the file
                pass
    try:
        context.load_verify_locations(os.fspath(ca))
    except ssl.SSLError:
        raise ValueError(f"ca must be a file with a certificate in PEM, got {_shown(ca)}") from None
    if certificate is None or key is None:
        return
    try:
        context.load_cert_chain(os.fspath(certificate), os.fspath(key), password=lambda: "")
    except ssl.SSLError:
        rule = "be PEM files of a certificate and of its own private key, without a password"
        told = f"{_shown(certificate)} and {_shown(key)}"
        raise ValueError(f"certificate and key must {rule}, got {told}") from None


def _shown(path: Named) -> str:
    return shown(os.fspath(path))
