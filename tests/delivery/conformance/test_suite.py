"""The suite against our own KMEs, its report, its command, and servers that are no KMEs at all."""

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from qkdlab.delivery.conformance import CHECKS, Level, Outcome, Target, run_suite
from tests.delivery.conformance.targets import target
from tests.delivery.kme.kmes import Kmes

COMPLAINTS = Outcome.FAIL, Outcome.WARN


def test_our_kmes_pass(kmes: Kmes) -> None:
    report = run_suite(target(kmes))
    assert report.named(*COMPLAINTS) == (), str(report)
    assert report.named(Outcome.SKIP) == ("no_multicast",)
    assert report.passed


def test_without_a_third_sae_and_with_one_kme_alone_less_can_be_tried(kmes: Kmes) -> None:
    report = run_suite(target(kmes, other=None))
    assert report.named(*COMPLAINTS) == (), str(report)
    assert report.named(Outcome.SKIP) == ("additional_slaves", "unnamed_caller", "no_multicast")


def test_a_kme_that_allows_little_passes(tmp_path: Path) -> None:
    # one key a request, of one size, for one slave: all of that is allowed
    little = {"max_keys_per_request": 1, "min_key_size": 256, "max_key_size": 256, "max_sae_ids": 0}
    with Kmes(tmp_path, **little) as pair:
        pair.start()
        pair.feed(4_000)
        report = run_suite(target(pair))
        assert report.named(*COMPLAINTS) == (), str(report)
        skipped = {"additional_slaves", "size_no_multiple_of_8", "exhausted"}
        assert set(report.named(Outcome.SKIP)) == skipped


def test_a_kme_without_keys_is_worth_a_warning(tmp_path: Path) -> None:
    with Kmes(tmp_path) as pair:
        pair.start()
        report = run_suite(target(pair))
    assert report.named(*COMPLAINTS) == ("enc_keys_get", "enc_keys_post"), str(report)
    assert report.passed


def test_without_taking_keys(kmes: Kmes) -> None:
    def stored() -> int:
        with kmes.client("SAE-A") as client:
            return client.status("SAE-B").stored_key_count

    before = stored()
    report = run_suite(target(kmes, takes_keys=False))
    assert stored() == before
    assert report.named(*COMPLAINTS) == (), str(report)
    skipped = {name for name, check in CHECKS.items() if check.takes_keys} | {"no_multicast"}
    assert set(report.named(Outcome.SKIP)) == skipped


def test_some_checks_alone(kmes: Kmes) -> None:
    report = run_suite(target(kmes), only=["same_bits", "reachable"])
    assert report.named(Outcome.PASS) == ("reachable", "same_bits")
    with pytest.raises(ValueError, match="only must be names of checks, got 'nothing'"):
        run_suite(target(kmes), only=["nothing"])


def test_every_check_has_its_clause_and_its_rule() -> None:
    for name, check in CHECKS.items():
        assert name == check.name
        assert re.fullmatch(r"[456](\.[1-5])?(, ([56]\.[1-5]|table \d))*", check.clause), check.clause
        assert re.fullmatch(r"[A-Z][^.\n]{10,}(\d\.\d[^.\n]*)?", check.rule), check.rule
    assert {check.level for check in CHECKS.values()} == set(Level)


def test_a_kme_of_another_name_is_not_asked(kmes: Kmes) -> None:
    # the master's KME must be the one whose name its certificate is for (5.1)
    report = run_suite(target(kmes, server_name="KME-X", seconds=5.0))
    assert report.named(Outcome.FAIL) == ("reachable",)
    assert len(report.named(Outcome.SKIP)) == len(CHECKS) - 1


# ---- the command --------------------------------------------------------------------------------------


def command(told: Target, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [told.master.url, "--slave-url", told.slave.url, "--ca", told.ca]
    for role, sae in (("master", told.master), ("slave", told.slave), ("other", told.other)):
        if sae is not None:
            arguments += [f"--{role}", sae.name, f"--{role}-cert", sae.certificate, f"--{role}-key", sae.key]
    return subprocess.run(
        [sys.executable, "-m", "qkdlab.delivery.conformance", *arguments, *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command(kmes: Kmes, tmp_path: Path) -> None:
    ended = command(target(kmes), "--json", str(tmp_path / "report.json"))
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert "PASS  same_bits (5.4, table 7, shall)" in lines
    assert lines[-1].endswith("0 FAIL, 0 WARN, 1 SKIP: conformant")
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (told["passed"], told["counts"]["FAIL"], told["master"]) == (True, 0, "SAE-A")
    assert [check["name"] for check in told["checks"]] == list(CHECKS)
    assert {*told["checks"][0]} == {"name", "clause", "level", "rule", "result", "seen"}


def test_the_exit_status_of_a_kme_that_fails(kmes: Kmes) -> None:
    with server(kmes, answers(b"{}")) as url:
        ended = command(target(kmes, {"KME-A": url, "KME-B": url}), "--only", "status_fields")
    assert ended.returncode == 1
    assert "      missing: source_KME_ID, target_KME_ID" in ended.stdout
    assert ended.stdout.endswith("0 PASS, 1 FAIL, 0 WARN, 0 SKIP: not conformant\n")


def test_the_command_shows_no_key(kmes: Kmes) -> None:
    ended = command(target(kmes), "--json", "-", "--no-consume")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["passed"]
    whole = command(target(kmes)).stdout
    assert not re.search(r"[A-Za-z0-9+/]{43}", whole)  # 256 bits in base64 have 43 signs


@pytest.mark.long
def test_the_command_says_what_it_lacks(kmes: Kmes, tmp_path: Path) -> None:
    main = [sys.executable, "-m", "qkdlab.delivery.conformance"]
    ended = subprocess.run([*main, "https://x"], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "missing: --ca, --master, --master-cert" in ended.stderr
    ended = command(target(kmes, ca=str(tmp_path / "no.crt")))
    assert ended.returncode == 2
    assert ended.stderr.startswith("the suite cannot be run: ")
    ended = subprocess.run([*main, "--list"], capture_output=True, text=True, timeout=60, check=True)
    assert len(ended.stdout.splitlines()) == len(CHECKS)


# ---- what is no KME -----------------------------------------------------------------------------------


@contextmanager
def server(kmes: Kmes, behave: Callable[[ssl.SSLSocket], None]) -> Iterator[str]:
    """A server with the certificate of KME-A that does with each connection what it is told."""
    settings = kmes.settings["KME-A"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(settings.certificate, settings.key)
    context.load_verify_locations(settings.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(bare: socket.socket) -> None:
        with suppress(OSError), bare:
            bare.settimeout(20)
            with context.wrap_socket(bare, server_side=True) as secured:
                behave(secured)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def closes(_: ssl.SSLSocket) -> None:
    """Says nothing."""


def babbles(secured: ssl.SSLSocket) -> None:
    secured.recv(4096)
    secured.sendall(b"\x00\xff good morning\r\n\r\n")


def stalls(secured: ssl.SSLSocket) -> None:
    while secured.recv(4096):
        pass


def drips(secured: ssl.SSLSocket) -> None:
    secured.recv(4096)
    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n")
    for _ in range(24):  # each wait is short, all of them together are not
        secured.sendall(b"{")
        time.sleep(0.5)


def answers(body: bytes, status: str = "200 OK") -> Callable[[ssl.SSLSocket], None]:
    def behave(secured: ssl.SSLSocket) -> None:
        while secured.recv(65536):
            head = (
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            secured.sendall(head.encode() + body)

    return behave


STATUS = b'{"key_size": 256, "min_key_size": 0, "max_key_size": 10e400, "stored_key_count": -1, "x": []}'
ODD = {
    "no JSON": b"<html>",
    "null": b"null",
    "a list": b"[[]]",
    "keys that are none": b'{"keys": [1, {"key_ID": [], "key": {}}, {"key": "\\ud800"}]}',
    "keys as text": b'{"keys": "x", "message": {}}',
    "nested without end": b"[" * 100_000,
    "odd numbers": STATUS,
    "a huge number": b'{"key_size": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("behave", [closes, babbles, stalls])
def test_a_server_that_does_not_answer_is_soon_given_up(kmes: Kmes, behave) -> None:
    begun = time.monotonic()
    with server(kmes, behave) as url:
        report = run_suite(target(kmes, {"KME-A": url, "KME-B": url}, seconds=1.0))
    assert report.named(Outcome.FAIL) == ("reachable",)
    assert len(report.named(Outcome.SKIP)) == len(CHECKS) - 1
    assert time.monotonic() - begun < 10


def test_an_answer_that_drips_is_soon_given_up(kmes: Kmes) -> None:
    begun = time.monotonic()
    with server(kmes, drips) as url:
        told = target(kmes, {"KME-A": url, "KME-B": url}, seconds=1.0, takes_keys=False)
        report = run_suite(told, only=["reachable"])
    assert report.named(Outcome.FAIL) == ("reachable",)
    assert "too slow" in str(report)
    assert time.monotonic() - begun < 10


@pytest.mark.long
@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.parametrize("status", ["200 OK", "500 Oops"])
def test_odd_answers_break_no_check(kmes: Kmes, body: bytes, status: str) -> None:
    with server(kmes, answers(body, status)) as url:
        report = run_suite(target(kmes, {"KME-A": url, "KME-B": url}, seconds=5.0))
    assert not report.passed
    assert "cannot cope" not in str(report)
    json.dumps(report.to_json())
