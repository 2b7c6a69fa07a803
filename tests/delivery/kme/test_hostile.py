"""Requests that are too long, too slow, too many, or no HTTP: an answer in JSON or none, and a KME alive."""

import gzip
import json
import re
import socket
import ssl
import time
from contextlib import suppress

import pytest

from qkdlab.delivery.client import client_context
from tests.delivery.kme.kmes import Kmes

HEAD = b"POST /api/v1/keys/SAE-B/enc_keys HTTP/1.1\r\nHost: kme\r\nContent-Type: application/json\r\n"


def connection(kmes: Kmes, sae: str = "SAE-A") -> ssl.SSLSocket:
    own = kmes.credentials[sae]
    context = client_context(own.certificate, own.key, own.ca)
    port = int(kmes.url("KME-A").rpartition(":")[2])
    plain = socket.create_connection(("127.0.0.1", port), timeout=15)
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def heard(link: ssl.SSLSocket) -> bytes:
    """All that comes until the other end closes, however it does that."""
    content = b""
    try:
        while part := link.recv(65536):
            content += part
    except (ConnectionError, ssl.SSLError):
        pass
    return content


def said(content: bytes) -> tuple[int, str]:
    """Status and message of an answer, which must be JSON and tell nothing of the inside."""
    head, _, body = content.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head.lower()
    for inside in (b"Traceback", b'File "', b"aiohttp", b"Python/", b"sqlite"):
        assert inside not in content
    told = json.loads(body)
    assert isinstance(told["message"], str)
    return int(head.split()[1]), told["message"]


@pytest.fixture(autouse=True)
def _alive_afterwards(kmes: Kmes):  # type: ignore[no-untyped-def]
    yield
    with kmes.client("SAE-A") as client:
        assert client.status("SAE-B").key_size == 256
    assert kmes.errors("KME-A") == ""
    assert not [line for line in kmes.log("KME-A") if line["event"] == "mistake" or line.get("status") == 500]


@pytest.mark.parametrize(
    "request_",
    [
        *(
            b"\r\n\r\n\r\n",
            b"HELLO\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x00\x01\x02\r\n\r\n",
            b"GET\r\n\r\n",
        ),
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"A%d: a\r\n" % place for place in range(20_000)) + b"\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
        b"GET /api/v1/keys/SAE-B/status HTTP/1.1\r\nHost: a\r\nHost : b\r\n\r\n",
        b"GET /api/v1/keys/SAE-B/\xff\xfe HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda content: repr(content[:40]),
)
def test_what_is_no_http(kmes: Kmes, request_: bytes) -> None:
    with connection(kmes) as link:
        with suppress(ConnectionError, ssl.SSLError):
            link.sendall(request_ + b"GET / HTTP/1.1\r\nHost: kme\r\nConnection: close\r\n\r\n")
        content = heard(link)
    for answer in re.split(rb"(?=HTTP/1\.[01] )", content)[1:]:
        assert said(answer)[0] in (400, 404)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long(kmes: Kmes, chunked: bool) -> None:
    body = b'{"x": "' + b"a" * 70_000 + b'"}'
    with connection(kmes) as link:
        if chunked:
            link.sendall(
                HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            )
        else:
            link.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        link.settimeout(5)
        assert said(link.recv(65536))[0] == 413


def test_a_body_that_only_says_it_is_too_long(kmes: Kmes) -> None:
    with connection(kmes) as link:
        link.sendall(HEAD + b"Content-Length: 999999999999\r\n\r\n" + b"a" * 70_000)
        assert said(heard(link))[0] == 413


def test_a_small_body_that_unpacks_to_a_large_one(kmes: Kmes) -> None:
    body = gzip.compress(b" " * 50_000_000)
    with connection(kmes) as link:
        link.sendall(
            HEAD + b"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        link.sendall(body)
        assert said(heard(link)) == (400, "the body is not JSON in UTF-8")


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 10_000, b'{"number":' + b"1" * 60_000 + b"}"])
def test_a_body_that_nests_or_counts_without_end(kmes: Kmes, body: bytes) -> None:
    with connection(kmes) as link:
        link.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        assert said(heard(link))[0] == 400


def test_a_body_that_takes_too_long(kmes: Kmes) -> None:
    # request_seconds is 1 here
    with connection(kmes) as link:
        link.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        assert said(heard(link)) == (408, "the body of the request took too long")


def test_a_body_that_stops_in_the_middle(kmes: Kmes) -> None:
    with connection(kmes) as link:
        assert link.send(HEAD + b"Content-Length: 100\r\n\r\n{")  # and the KME is alive afterwards


def test_a_head_that_trickles(kmes: Kmes) -> None:
    # idle_seconds is 2 here: neither silence nor a byte now and then keeps a connection
    with connection(kmes) as link:
        begun = time.monotonic()
        with pytest.raises((ConnectionError, ssl.SSLError)):  # noqa: PT012
            for letter in HEAD + b"X-Long: " + b"a" * 1000:
                link.sendall(bytes([letter]))
                time.sleep(0.05)
        assert time.monotonic() - begun < 6


def test_silence(kmes: Kmes) -> None:
    with connection(kmes) as link:
        begun = time.monotonic()
        assert heard(link) == b""
        assert 1 < time.monotonic() - begun < 6


def test_silence_after_a_request(kmes: Kmes) -> None:
    with connection(kmes) as link:
        link.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: kme\r\n\r\n")
        begun = time.monotonic()
        assert said(heard(link).split(b"\r\n\r\n")[0] + b'\r\n\r\n{"message": ""}')[0] == 200
        assert 1 < time.monotonic() - begun < 6


def test_silence_before_tls(kmes: Kmes) -> None:
    port = int(kmes.url("KME-A").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=15) as link:
        begun = time.monotonic()
        assert link.recv(1) == b""
        assert time.monotonic() - begun < 8
