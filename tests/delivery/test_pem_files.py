"""Files for TLS that are missing, or hold something else: the error names the file, and nobody is asked."""

from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization

from qkdlab.delivery.client import KmeClient, client_context
from qkdlab.delivery.pair.pair_here import PairHere
from qkdlab.delivery.pki import CertificateAuthority, Credentials

URL = "https://127.0.0.1:9"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return CertificateAuthority(tmp_path_factory.mktemp("pem")).issue("sae", "SAE-A")


@pytest.mark.parametrize("name", ["certificate", "key", "ca"])
def test_a_file_that_is_missing_is_named(name: str, own: Credentials) -> None:
    # before: "[Errno 2] No such file or directory"
    files = {one: getattr(own, one) for one in ("certificate", "key", "ca")}
    with pytest.raises(FileNotFoundError, match="nowhere.pem"):
        client_context(**files | {name: "nowhere.pem"})


def test_files_that_hold_something_else_are_told(own: Credentials, tmp_path: Path) -> None:
    # before: "[SSL] PEM lib (_ssl.c:3905)", and with a password the terminal asked for it
    key = serialization.load_pem_private_key(own.key.read_bytes(), password=None)
    locked = tmp_path / "locked.key"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    locked.write_bytes(key.private_bytes(*form, serialization.BestAvailableEncryption(b"word")))
    for certificate, private in (
        (own.key, own.certificate),
        (own.certificate, own.ca.with_suffix(".key")),
        (own.certificate, locked),
    ):
        with pytest.raises(ValueError, match="^certificate and key must be PEM files .*, without a password"):
            client_context(certificate, private, own.ca)
    with pytest.raises(ValueError, match="^ca must be a file with a certificate in PEM, got "):
        client_context(own.certificate, own.key, own.key)


@pytest.mark.parametrize("url", [None, "http://127.0.0.1", "https://127.0.0.1:port"])
def test_an_address_that_is_none(url: object, own: Credentials) -> None:
    with pytest.raises(ValueError, match="^url must b"):
        KmeClient(url, own.certificate, own.key, own.ca)  # type: ignore[arg-type]


def test_what_a_client_cannot_ask(own: Credentials) -> None:
    with KmeClient(URL, own.certificate, own.key, own.ca) as far, PairHere() as pair:
        for client in (far, pair.client("SAE-A")):
            for wrong in ({"number": "5"}, {"number": 1.5}, {"size": True}):
                with pytest.raises(ValueError, match="must be a whole number, got "):
                    client.get_keys("SAE-B", **wrong)
            # would catch: one name taken for those of its letters
            with pytest.raises(ValueError, match="^additional must be a list of names, got 'SAE-B2'$"):
                client.get_keys("SAE-B", additional="SAE-B2")
            with pytest.raises(ValueError, match="^key_ids must be a list of names, got 'key'$"):
                client.get_keys_with_ids("SAE-A", "key")


def test_numbers_out_of_an_array_are_numbers() -> None:
    with PairHere() as pair, pair.client("SAE-A") as client:
        pair.share(bytes(1024), bytes(1024))
        keys = client.get_keys("SAE-B", number=np.int64(2), size=np.int32(128))
        assert [len(one.key) for one in keys] == [16, 16]
