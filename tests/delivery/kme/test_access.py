"""Who gets in: each kind of stranger, one by one, over real TLS."""

import shutil
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from qkdlab.delivery.client import KmeClient
from qkdlab.delivery.pki import CertificateAuthority, Credentials
from qkdlab.errors import KmeError
from tests.delivery.kme.kmes import Kmes, wait_for


def gets_in(kmes: Kmes, credentials: Credentials) -> bool:
    """TLS 1.3 tells a client that its certificate is refused with the first answer, or not at all."""
    try:
        with kmes.http(credentials) as http:
            return http.get("/api/v1/keys/SAE-B/status").status_code == 200
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        return False


def test_a_good_certificate(kmes: Kmes) -> None:
    assert gets_in(kmes, kmes.credentials["SAE-A"])


def test_no_certificate(kmes: Kmes) -> None:
    context = ssl.create_default_context(cafile=kmes.authority.certificate_path)
    http = httpx.Client(base_url=kmes.url("KME-A"), verify=context, trust_env=False)
    with http, pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        http.get("/openapi.json")


def test_no_tls(kmes: Kmes) -> None:
    with httpx.Client(trust_env=False) as http, pytest.raises(httpx.TransportError):
        http.get(kmes.url("KME-A").replace("https", "http") + "/openapi.json")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_from_1_2_on(kmes: Kmes, version: ssl.TLSVersion) -> None:
    own = kmes.credentials["SAE-A"]
    context = ssl.create_default_context(cafile=own.ca)
    context.load_cert_chain(own.certificate, own.key)
    context.minimum_version = context.maximum_version = version
    with httpx.Client(base_url=kmes.url("KME-A"), verify=context, trust_env=False) as http:
        assert http.get("/api/v1/keys/SAE-B/status").status_code == 200


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(("version", "welcome"), [("-tls1", False), ("-tls1_1", False), ("-tls1_2", True)])
def test_tls_before_1_2(kmes: Kmes, version: str, welcome: bool) -> None:
    own = kmes.credentials["SAE-A"]
    port = kmes.url("KME-A").rpartition(":")[2]
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", version, "-cipher", "ALL:@SECLEVEL=0"]
    command += ["-cert", str(own.certificate), "-key", str(own.key)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
    assert (ended.returncode == 0) == welcome, ended.stderr


def test_a_foreign_authority(kmes: Kmes, tmp_path: Path) -> None:
    foreign = CertificateAuthority(tmp_path).issue("sae", "SAE-A")
    trusting = Credentials(
        certificate=foreign.certificate, key=foreign.key, ca=kmes.authority.certificate_path
    )
    assert not gets_in(kmes, trusting)


@pytest.mark.parametrize("begin", [timedelta(days=-3), timedelta(days=1)], ids=["expired", "not yet valid"])
def test_out_of_its_time(kmes: Kmes, tmp_path: Path, begin: timedelta) -> None:
    shutil.copytree(kmes.authority.folder, tmp_path / "pki")
    authority = CertificateAuthority(tmp_path / "pki")
    assert not gets_in(kmes, authority.issue("sae", "SAE-A", days=2, valid_from=datetime.now(UTC) + begin))


def unauthorised(kmes: Kmes, credentials: Credentials, method: str, path: str) -> bool:
    with kmes.http(credentials) as http:
        answer = http.request(method, path, json=None if method == "GET" else {})
    return answer.status_code == 401 and answer.json() == {"message": "unauthorized"}


def test_a_good_certificate_of_nobody(kmes: Kmes) -> None:
    for path in ("status", "enc_keys", "dec_keys"):
        assert unauthorised(kmes, kmes.authority.issue("sae", "NOBODY"), "GET", f"/api/v1/keys/SAE-B/{path}")


def test_an_sae_of_another_kme(kmes: Kmes) -> None:
    assert unauthorised(kmes, kmes.credentials["SAE-B"], "GET", "/api/v1/keys/SAE-A/status")
    assert unauthorised(kmes, kmes.credentials["SAE-C"], "GET", "/api/v1/keys/SAE-B/enc_keys")


def test_another_saes_certificate_gets_another_saes_keys_alone(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master:
        (key,) = master.get_keys("SAE-B")
    with kmes.client("SAE-B2") as thief, pytest.raises(KmeError, match="^401"):
        thief.get_keys_with_ids("SAE-A", [key.key_id])
    with kmes.client("SAE-B") as slave:
        assert slave.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)


@pytest.mark.parametrize("path", ["/peer/v1/hold", "/peer/v1/void", "/module/v1/blocks"])
def test_an_sae_is_no_kme_and_no_module(kmes: Kmes, path: str) -> None:
    assert unauthorised(kmes, kmes.credentials["SAE-A"], "POST", path)


def test_a_kme_and_a_module_are_no_saes(kmes: Kmes) -> None:
    for credentials in (kmes.module, kmes.authority.issue("kme", "KME-C")):
        assert unauthorised(kmes, credentials, "GET", "/api/v1/keys/SAE-B/enc_keys")
    assert unauthorised(kmes, kmes.module, "POST", "/peer/v1/hold")
    assert unauthorised(kmes, kmes.authority.issue("kme", "KME-C"), "POST", "/module/v1/blocks")


def test_the_name_of_a_kme_in_an_saes_certificate(kmes: Kmes) -> None:
    # an authority that lets SAEs choose their names: the role in the certificate says what it is for
    assert unauthorised(kmes, kmes.authority.issue("sae", "KME-C"), "POST", "/peer/v1/hold")
    assert unauthorised(kmes, kmes.authority.issue("kme", "SAE-A3"), "GET", "/api/v1/keys/SAE-B/status")


def test_a_client_finds_out_who_is_not_its_kme(kmes: Kmes) -> None:
    own = kmes.credentials["SAE-A"]
    client = KmeClient(kmes.url("KME-A"), own.certificate, own.key, own.ca, kme="KME-B")
    with client, pytest.raises(KmeError, match=r"^0: no answer: ConnectError.*(mismatch|not valid)"):
        client.status("SAE-B")


def test_a_caller_without_an_answer_does_not_stop_the_kme(kmes: Kmes) -> None:
    port = int(kmes.url("KME-A").rpartition(":")[2])
    for content in (b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(content)
    with kmes.client("SAE-A") as client:
        wait_for("an answer", lambda: client.status("SAE-B").key_size == 256)
    assert kmes.errors("KME-A") == ""
