"""Certificates for a demonstration: an authority of its own, and who it vouches for.

ETSI GS QKD 014 V1.1.1, 5.1, wants mutual authentication: a KME knows an SAE, and an SAE a KME, by the
certificate. Here the name is the subject's common name, and a URI beside it says in which role it may be
used, so that the certificate of an SAE opens no door meant for KMEs. All of it passes strict checks of X.509
(RFC 5280, as OpenSSL's ``X509_STRICT`` and Python 3.13 make them).

An authority whose key lies in a file beside the keys it vouches for is good for a laboratory, and for nothing
else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import get_args

from ..errors import shown
from ..extras import extra_needed
from ..values import check_between
from .sites import Role, role_uri

with extra_needed("delivery"):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Where the KMEs of a demonstration are found."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
MOST_DAYS = 36_500
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Files that one end needs for TLS: its certificate, its private key, and the authority's certificate."""

    certificate: Path
    key: Path
    ca: Path


class CertificateAuthority:
    """An authority for a demonstration, in a folder of its own.

    Parameters
    ----------
    folder
        Where ``ca.crt`` and ``ca.key`` lie. What is missing is made; only its owner can read it (0600).

    Raises
    ------
    ValueError
        If a certificate lies there without its own key, or one that is none or has expired.
    OSError
        If the folder cannot be read or written.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.certificate_path, key_path = self.folder / "ca.crt", self.folder / "ca.key"
        if self.certificate_path.exists():
            if not key_path.exists():
                raise ValueError(f"folder must have the key of its ca.crt, got none in {shown(str(folder))}")
            self._certificate, self._key = _authority(self.certificate_path, key_path)
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._self_signed()
            _write(key_path, _pem_of_key(self._key))
            _write(self.certificate_path, self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        role: Role,
        name: str,
        *,
        hosts: Sequence[str] = LOOPBACK,
        days: float = 30,
        valid_from: datetime | None = None,
    ) -> Credentials:
        """Make a key and a certificate for one name, and write both; an earlier pair is replaced.

        Parameters
        ----------
        role
            "kme" serves and calls other KMEs; "sae" and "module" call only.
        name
            Letters, digits and hyphens, at most 63: the common name, and for a KME a DNS name as well, so
            that its peers can ask TLS for exactly this KME.
        hosts
            Names or addresses under which a KME is reached. SAEs and modules serve nobody, and have none.
        days
            How long it is valid, at most a hundred years.
        valid_from
            When it begins to be valid: five minutes ago by default, as clocks differ.

        Returns
        -------
        Credentials
            ``ROLE-NAME.crt`` and ``ROLE-NAME.key``, and the authority's certificate.
        """
        if role not in get_args(Role):
            raise ValueError(f"role must be one of {', '.join(get_args(Role))}, got {shown(role)}")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"name must be at most 63 letters, digits and hyphens, got {shown(name)}")
        if isinstance(hosts, str):
            raise ValueError(f"hosts must be a list of names or addresses, got {shown(hosts)}")
        check_between("days", days, 0, MOST_DAYS)
        key = ec.generate_private_key(ec.SECP256R1())
        begin = valid_from or datetime.now(UTC) - _CLOCKS_DIFFER
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(role_uri(role, name))]
        if role == "kme":
            usages.insert(0, ExtendedKeyUsageOID.SERVER_AUTH)
            names += [x509.DNSName(name), *map(_host, hosts)]
        certificate = (
            _builder(name, self._certificate.subject, key, begin, timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        paths = Credentials(
            certificate=self.folder / f"{role}-{name}.crt",
            key=self.folder / f"{role}-{name}.key",
            ca=self.certificate_path,
        )
        _write(paths.key, _pem_of_key(key))
        _write(paths.certificate, certificate.public_bytes(serialization.Encoding.PEM))
        return paths

    def _self_signed(self) -> x509.Certificate:
        """The authority's own certificate: it may sign those of others, and no further authority."""
        title = "qkdlab demonstration CA"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
        begin = datetime.now(UTC) - timedelta(days=1)
        return (
            _builder(title, subject, self._key, begin, timedelta(days=366))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )


def _authority(certificate_path: Path, key_path: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Read an authority that was made before; ``ValueError`` if nobody would trust what it signs."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    except (TypeError, ValueError) as error:
        where = shown(str(certificate_path.parent))
        raise ValueError(f"ca.crt and ca.key must be PEM without a password in {where}: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"ca.key must be a key on an elliptic curve, got {type(key).__name__}")
    if key.public_key() != certificate.public_key():
        raise ValueError(f"ca.key must be the key of ca.crt, got another in {shown(str(key_path.parent))}")
    if (end := certificate.not_valid_after_utc) < datetime.now(UTC):
        rule = "not have expired: delete it and its key, and an authority is made anew"
        raise ValueError(f"{certificate_path} must {rule}, got one until {end:%Y-%m-%d}")
    return certificate, key


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    """What all certificates have."""
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    """An address as an address, all else as a DNS name: TLS looks for 127.0.0.1 among addresses alone."""
    if not isinstance(host, str) or not _HOST.fullmatch(host):
        raise ValueError(f"hosts must be names or addresses, got {shown(host)}")
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, not even for a moment others, and never half of it."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)
