"""Certificates of the demonstration: strict X.509, roles, and files that nobody else can read."""

import ssl
import stat
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from qkdlab.delivery.client import client_context
from qkdlab.delivery.pki import CertificateAuthority, Credentials, role_uri


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("pki"))


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def handshake(server: Credentials, client: Credentials, host: str) -> str:
    """TLS between two contexts in memory, both strict; what the server sees as the client's common name."""
    accepting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    accepting.verify_mode = ssl.CERT_REQUIRED
    accepting.verify_flags |= ssl.VERIFY_X509_STRICT
    accepting.load_verify_locations(server.ca)
    accepting.load_cert_chain(server.certificate, server.key)
    calling = client_context(client.certificate, client.key, client.ca)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        calling.wrap_bio(back, there, server_hostname=host),
        accepting.wrap_bio(there, back, server_side=True),
    ]
    done: set[int] = set()
    for turn in range(20):
        try:
            ends[turn % 2].do_handshake()
            done.add(turn % 2)
        except ssl.SSLWantReadError:
            continue
    assert done == {0, 1}
    seen = ends[1].getpeercert()
    assert seen is not None
    subject: tuple[tuple[tuple[str, str], ...], ...] = seen["subject"]  # type: ignore[assignment]
    return dict(pair for part in subject for pair in part)["commonName"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "KME-A"])
def test_strict_tls_takes_a_kme_at_its_hosts_and_its_name(authority: CertificateAuthority, host: str) -> None:
    assert handshake(authority.issue("kme", "KME-A"), authority.issue("sae", "SAE-A"), host) == "SAE-A"


def test_another_host_or_another_kme_is_refused(authority: CertificateAuthority) -> None:
    sae = authority.issue("sae", "SAE-A")
    for host in ("example.org", "KME-B", "127.0.0.2"):
        with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
            handshake(authority.issue("kme", "KME-A"), sae, host)


def test_another_verifier_than_openssl_agrees(authority: CertificateAuthority) -> None:
    # cryptography's own verifier follows the web's baseline, which wants a DNS name or an address
    kme = read(authority.issue("kme", "KME-A").certificate)
    policy = PolicyBuilder().store(Store([read(authority.certificate_path)]))
    chain = policy.build_server_verifier(x509.DNSName("localhost")).verify(kme, [])
    assert [certificate.subject for certificate in chain] == [kme.subject, kme.issuer]


def test_each_role_has_the_usages_and_names_that_belong_to_it(authority: CertificateAuthority) -> None:
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    for role, name, usages in (("kme", "K", both), ("sae", "S", both[1:]), ("module", "M", both[1:])):
        certificate = read(authority.issue(role, name).certificate)  # type: ignore[arg-type]
        extensions = certificate.extensions
        assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == usages
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        assert uris == [role_uri(role, name)]  # type: ignore[arg-type]
        assert bool(names.get_values_for_type(x509.DNSName)) == (role == "kme")
        assert [part.value for part in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [
            name
        ]
        assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_what_a_client_may_not_do_a_server_refuses(authority: CertificateAuthority) -> None:
    sae = authority.issue("sae", "SAE-A")
    with pytest.raises(ssl.SSLCertVerificationError, match="(?i)purpose|mismatch"):
        handshake(sae, sae, "localhost")  # an SAE cannot stand in for a KME


def test_the_authority_signs_no_further_authority(authority: CertificateAuthority) -> None:
    constraints = read(authority.certificate_path).extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


def test_an_expired_certificate_and_one_of_another_authority_are_refused(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    kme = authority.issue("kme", "KME-A")
    old = authority.issue("sae", "OLD", days=1, valid_from=datetime.now(UTC) - timedelta(days=3))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        handshake(kme, old, "localhost")
    foreign = CertificateAuthority(tmp_path / "foreign").issue("sae", "SAE-A")
    trusting = Credentials(certificate=foreign.certificate, key=foreign.key, ca=kme.ca)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(kme, trusting, "localhost")


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pki"
    CertificateAuthority(folder).issue("sae", "SAE-A")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"ca.crt", "ca.key", "sae-SAE-A.crt", "sae-SAE-A.key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_folder_is_taken_up_again(tmp_path: Path) -> None:
    first = CertificateAuthority(tmp_path)
    kme = first.issue("kme", "KME-A")
    assert handshake(kme, CertificateAuthority(tmp_path).issue("sae", "SAE-A"), "localhost") == "SAE-A"
    (tmp_path / "ca.key").unlink()
    with pytest.raises(ValueError, match="folder must have the key of its ca.crt"):
        CertificateAuthority(tmp_path)


@pytest.mark.parametrize("name", ["", "a" * 64, "-a", "a b", "../x", "a/b", "a\n", "Zoë"])
def test_names_that_no_certificate_should_have(authority: CertificateAuthority, name: str) -> None:
    with pytest.raises(ValueError, match="name must be at most 63 letters"):
        authority.issue("sae", name)


def test_an_unknown_role(authority: CertificateAuthority) -> None:
    with pytest.raises(ValueError, match="role must be one of kme, sae, module, got 'root'"):
        authority.issue("root", "A")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hosts": "localhost"}, "hosts must be a list of names or addresses, got 'localhost'"),
        ({"hosts": ["https://kme:9110"]}, "hosts must be names or addresses, got 'https://kme:9110'"),
        ({"hosts": [""]}, "hosts must be names or addresses"),
        ({"hosts": [5]}, "hosts must be names or addresses, got 5"),
        ({"days": float("nan")}, "days must lie between 0 and 36500, got nan"),
        ({"days": -1}, "days must lie between 0 and 36500, got -1"),
        ({"days": "30"}, "days must be a number, got '30'"),
    ],
)
def test_what_no_certificate_can_say(
    authority: CertificateAuthority, wrong: dict[str, object], told: str
) -> None:
    # would catch: a text of hosts taken for the names of its letters
    with pytest.raises(ValueError, match=f"^{told}"):
        authority.issue("kme", "KME-A", **wrong)  # type: ignore[arg-type]


def test_an_authority_that_nobody_would_trust_signs_nothing(tmp_path: Path) -> None:
    # before: certificates that every other end refused, without a word why
    for name in ("one", "other"):
        CertificateAuthority(tmp_path / name)
    own, other = (tmp_path / name / "ca.key" for name in ("one", "other"))
    own.write_bytes(other.read_bytes())
    with pytest.raises(ValueError, match="^ca.key must be the key of ca.crt"):
        CertificateAuthority(tmp_path / "one")
    key = serialization.load_pem_private_key(other.read_bytes(), password=None)
    secret = serialization.BestAvailableEncryption(b"word")
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    for content in (key.private_bytes(pem, form, secret), b"none"):
        own.write_bytes(content)
        with pytest.raises(ValueError, match="^ca.crt and ca.key must be PEM without a password"):
            CertificateAuthority(tmp_path / "one")


def test_an_authority_that_has_expired_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(days=400)

    monkeypatch.setattr("qkdlab.delivery.pki.datetime", Earlier)
    CertificateAuthority(tmp_path)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"ca.crt must not have expired: .* got one until \d{4}-\d\d-\d\d$"):
        CertificateAuthority(tmp_path)
