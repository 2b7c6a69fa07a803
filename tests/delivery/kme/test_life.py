"""How a KME starts, stops, starts anew, and what it writes down meanwhile."""

import base64
import json
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from qkdlab.delivery.client import KmeClient, client_context
from qkdlab.delivery.kme.__main__ import main
from qkdlab.delivery.messages import DeliveredKey
from qkdlab.errors import KmeError
from tests.delivery.kme.kmes import Kmes, wait_for


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Kmes]:
    """A pair of KMEs for one test."""
    with Kmes(tmp_path, max_connections=16) as pair:
        pair.start()
        yield pair


def exchange(kmes: Kmes, number: int = 4) -> tuple[DeliveredKey, ...]:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        keys = master.get_keys("SAE-B", number=number)
        assert slave.get_keys_with_ids("SAE-A", [key.key_id for key in keys]) == keys
    return keys


def test_a_key_leaves_no_trace_in_any_file_once_it_is_delivered(mortal: Kmes) -> None:
    block = mortal.feed(4096)
    keys = list(exchange(mortal))
    with mortal.client("SAE-A") as master, mortal.client("SAE-B") as slave:
        held = master.get_keys("SAE-B", number=2, additional=["SAE-A2", "SAE-B2"])
        for key_id in ("00000000-0000-4000-8000-000000000000", held[0].key_id.replace("-", "+")):
            with pytest.raises(KmeError):
                slave.get_keys_with_ids("SAE-A", [held[0].key_id, key_id])
        for sae in ("SAE-B", "SAE-A2", "SAE-B2"):
            with mortal.client(sae) as client:
                keys += client.get_keys_with_ids("SAE-A", [key.key_id for key in held])
        with mortal.http(mortal.module) as http:  # a block that is not taken, and one that is no JSON
            text = base64.b64encode(block[:64]).decode()
            http.post(
                "/module/v1/blocks", json={"peer": "KME-X", "number": 1, "direction": "in", "bits": text}
            )
            http.post("/module/v1/blocks", content=b'{"bits": "' + text.encode() + b'"')
    logs = "".join(
        (mortal.folder / f"{name}.{kind}").read_text() for name in mortal.settings for kind in ("log", "err")
    )
    assert all(key.key_id in logs for key in keys)  # names are written down
    hidden = [bytes(key.key) for key in keys] + [block[start : start + 32] for start in range(0, 4096, 32)]
    for secret in hidden:
        for text in (
            base64.b64encode(secret).decode()[:20],
            secret.hex()[:16],
            repr(secret)[:20],
            str(secret[0:9]),
        ):
            assert text not in logs
    for name in list(mortal.processes):
        assert mortal.stop(name) == 0
    for path in mortal.folder.glob("KME*"):
        content = path.read_bytes()
        assert not [key for key in keys if bytes(key.key)[:16] in content], path.name


def test_the_log_is_json_and_says_who_asked_for_what(mortal: Kmes) -> None:
    mortal.feed(64)
    (key,) = exchange(mortal, 1)
    with mortal.client("SAE-A") as master, pytest.raises(KmeError, match="^503"):
        master.get_keys("SAE-B", number=9)
    with mortal.http(mortal.credentials["SAE-A"]) as http:
        http.get("/api/v1/keys/SAE-B/enc_keys", params={"number": "secret?"})
    lines = [line for line in mortal.log("KME-A") if line["event"] == "request" and line["caller"] == "SAE-A"]
    path = "/api/v1/keys/SAE-B/enc_keys"
    assert [(line["method"], line["path"], line["status"], line.get("key_IDs")) for line in lines] == [
        ("POST", path, 200, [key.key_id]),
        ("POST", path, 503, None),
        ("GET", path, 400, None),
    ]
    assert lines[1]["message"] == "not enough key material is stored"
    assert all(line["time"].endswith("+00:00") and line["ms"] >= 0 for line in lines)


def test_it_stops_when_it_is_told_to_and_ends_what_is_under_way(mortal: Kmes) -> None:
    mortal.feed(1024)
    own = mortal.credentials["SAE-A"]
    context = client_context(own.certificate, own.key, own.ca)
    port = int(mortal.url("KME-A").rpartition(":")[2])
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost"
    ) as link:
        link.sendall(
            b"POST /api/v1/keys/SAE-B/enc_keys HTTP/1.1\r\nHost: kme\r\nContent-Type: application/json\r\n"
        )
        link.sendall(b"Content-Length: 15\r\n\r\n")
        idle = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost"
        )
        time.sleep(1.0)  # the head of the request has come, wherever the machine is busy
        process = mortal.processes["KME-A"]
        process.terminate()
        with idle:
            assert idle.recv(1) == b""  # who asked nothing is let go at once
        with pytest.raises(ConnectionError):  # and nobody new comes in
            socket.create_connection(("127.0.0.1", port), 1)
        link.sendall(b'{"number":   2}')
        head, _, body = link.recv(65536).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert len(json.loads(body)["keys"]) == 2
    assert process.wait(timeout=10) == 0
    assert mortal.log("KME-A")[-1]["event"] == "stopped"
    assert mortal.errors("KME-A") == ""


def test_ctrl_c_stops_it_too(mortal: Kmes) -> None:
    process = mortal.processes.pop("KME-A")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    assert mortal.errors("KME-A") == ""


def test_it_comes_back_at_the_same_port_with_the_same_keys(mortal: Kmes) -> None:
    mortal.feed(1024)
    with mortal.client("SAE-A") as master, mortal.client("SAE-B") as slave:
        (key,) = master.get_keys("SAE-B")
        stored, url = master.status("SAE-B").stored_key_count, mortal.url("KME-A")
        mortal.kill("KME-A")
        mortal.kill("KME-B")
        with pytest.raises(KmeError, match="^0: no answer"):
            master.status("SAE-B")
        mortal.start()
        assert mortal.url("KME-A") == url
        assert master.status("SAE-B").stored_key_count == stored
        assert slave.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)
        with pytest.raises(KmeError, match="^400"):
            slave.get_keys_with_ids("SAE-A", [key.key_id])


def test_without_the_other_kme_there_are_no_keys_and_none_is_lost(mortal: Kmes) -> None:
    mortal.feed(1024)
    mortal.kill("KME-B")
    with mortal.client("SAE-A") as master:
        stored = master.status("SAE-B").stored_key_count
        for _ in range(3):
            with pytest.raises(KmeError, match="^503: no keys are to be had from the other KME"):
                master.get_keys("SAE-B", number=4)
        assert master.status("SAE-B").stored_key_count == stored
    mortal.start("KME-B")
    exchange(mortal)


def test_a_kme_does_not_stand_in_for_another(mortal: Kmes) -> None:
    mortal.feed(1024)
    assert mortal.stop("KME-B") == 0
    path = mortal.folder / "KME-B.json"
    third = mortal.authority.issue("kme", "KME-C")
    changed = {"certificate": str(third.certificate), "key": str(third.key)}
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    mortal.start("KME-B")
    with mortal.client("SAE-A") as master:
        with pytest.raises(KmeError, match="^503: no keys are to be had from the other KME: the certificate"):
            master.get_keys("SAE-B")
        assert master.status("SAE-B").stored_key_count == 32
    own = mortal.credentials["SAE-B"]
    client = KmeClient(mortal.url("KME-B"), own.certificate, own.key, own.ca, kme="KME-B")
    with client, pytest.raises(KmeError, match="^0: no answer"):
        client.status("SAE-A")


def test_no_answer_from_the_other_kme_voids_the_key_at_both_ends(tmp_path: Path) -> None:
    with Kmes(tmp_path, peer_seconds=0.5) as pair:
        pair.start()
        pair.feed(1024)
        exchange(pair, 1)  # which opens the connection between the two
        pair.processes["KME-B"].send_signal(signal.SIGSTOP)
        with pair.client("SAE-A") as master:
            with pytest.raises(KmeError, match="^503: no keys are to be had from the other KME"):
                master.get_keys("SAE-B", number=4)
            pair.processes["KME-B"].send_signal(signal.SIGCONT)
            wait_for("the other KME to hear of it", lambda: pair.count("KME-A", "voided") == 1)
            assert master.status("SAE-B").stored_key_count == 32 - 1 - 4
        exchange(pair, 27)  # all that is left is good at both ends
        with pair.client("SAE-A") as master, pytest.raises(KmeError, match="^503: not enough"):
            master.get_keys("SAE-B")


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the files of a process that runs")
def test_a_disk_that_is_full(mortal: Kmes) -> None:
    import resource

    mortal.feed(4096)
    keys = list(exchange(mortal))
    process = mortal.processes["KME-A"].pid
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    with mortal.client("SAE-A") as master:
        stored = master.status("SAE-B").stored_key_count
        resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, before[1]))
        for _ in range(5):
            with pytest.raises(KmeError, match="^503: the key store failed"):
                master.get_keys("SAE-B")
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
        wait_for("the store to be well again", lambda: _has_keys(master))
        assert master.status("SAE-B").stored_key_count >= stored - 10
    for _ in range(5):
        keys += exchange(mortal)
    assert len({bytes(key.key)[:8] for key in keys}) == len({key.key_id for key in keys}) == len(keys)
    assert mortal.errors("KME-A") == ""


def _has_keys(client: KmeClient) -> bool:
    try:
        return bool(client.get_keys("SAE-B"))
    except KmeError:
        return False


@pytest.mark.long
def test_a_store_that_is_spoilt_under_way(mortal: Kmes) -> None:
    mortal.feed(4096)
    keys = list(exchange(mortal))
    for path in mortal.folder.glob("KME-A.db*"):
        path.write_bytes(secrets.token_bytes(8192))
    with mortal.client("SAE-A") as master:
        for _ in range(5):  # what SQLite still has in memory is good
            try:
                keys += master.get_keys("SAE-B")
            except KmeError as error:
                assert error.status == 503  # noqa: PT017
    assert len({bytes(key.key) for key in keys}) == len({key.key_id for key in keys}) == len(keys)
    assert mortal.errors("KME-A") == ""
    mortal.kill("KME-A")
    command = [sys.executable, "-m", "qkdlab.delivery.kme", str(mortal.folder / "KME-A.json")]
    again = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 1
    assert "KME-A.db" in again.stderr
    assert "Traceback" not in again.stderr


def test_one_caller_cannot_take_all_connections(mortal: Kmes) -> None:
    # 4 of 16 are for one caller
    own = mortal.credentials["SAE-A"]
    context = client_context(own.certificate, own.key, own.ca)
    port = int(mortal.url("KME-A").rpartition(":")[2])
    answered = []
    with ExitStack() as stack:
        for _ in range(7):
            plain = socket.create_connection(("127.0.0.1", port), 10)
            link = stack.enter_context(context.wrap_socket(plain, server_hostname="localhost"))
            try:
                link.sendall(b"GET /api/v1/keys/SAE-B/status HTTP/1.1\r\nHost: kme\r\n\r\n")
                answered.append(link.recv(4096).startswith(b"HTTP/1.1 200"))
            except (ConnectionError, ssl.SSLError):
                answered.append(False)
        assert answered == [True] * 4 + [False] * 3
        with mortal.client("SAE-A2") as other:
            assert other.status("SAE-B").key_size == 256


def test_settings_that_make_no_kme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Kmes(tmp_path) as pair:
        good = json.loads((tmp_path / "KME-A.json").read_text())
        for change, message in (
            ({"host": "not a host"}, ""),
            ({"certificate": "missing.crt"}, "No such file"),
            ({"ca": "KME-A.json"}, ""),
            ({"database": "KME-A.json"}, ""),
            ({"database": "missing/KME-A.db"}, ""),
            ({"port": -1}, "port must be at least 0"),
            ({"unknown": 1}, "settings must have known fields, got 'unknown'"),
        ):
            (tmp_path / "bad.json").write_text(json.dumps(good | change))
            assert main([str(tmp_path / "bad.json")]) == 1, change
            error = capsys.readouterr().err
            assert message in error
            assert "bad.json: " in error
            assert "Traceback" not in error
        assert main([str(tmp_path / "none.json")]) == 1
        assert not pair.processes


@pytest.mark.long
def test_a_store_that_is_open_already(mortal: Kmes) -> None:
    command = [sys.executable, "-m", "qkdlab.delivery.kme", str(mortal.folder / "KME-A.json")]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert "Traceback" not in second.stderr
    assert "KME-A" in second.stderr
    mortal.feed(64)
    exchange(mortal, 1)


def test_log_to_standard_output(tmp_path: Path) -> None:
    with Kmes(tmp_path, low_watermark_bits=0) as pair:
        settings = json.loads((tmp_path / "KME-A.json").read_text()) | {"log_file": None}
        (tmp_path / "KME-A.json").write_text(json.dumps(settings))
        command = [sys.executable, "-m", "qkdlab.delivery.kme", str(tmp_path / "KME-A.json")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            pair.processes["KME-A"] = process  # type: ignore[assignment]
            assert process.stdout is not None
            first = json.loads(process.stdout.readline())
            assert first["event"] == "listening"
            assert pair.url("KME-A").endswith(f":{first['port']}")
            pair.stop("KME-A")
