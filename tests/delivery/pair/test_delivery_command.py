"""``python -m qkdlab.delivery`` as a user starts it, and the curl commands that it prints, to the letter."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from qkdlab.delivery.__main__ import main
from qkdlab.network import METRO_LINK, Fibre, Node, Topology, save_topology

pytestmark = pytest.mark.long


ADDRESS = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
"""An address of this machine that is in no certificate unless it is asked for."""


class Started:
    """The command, running, and what it says."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qkdlab.delivery", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def read_until(self, pattern: str) -> str:
        """Read on until a line is found that has a pattern, and return the line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if re.search(pattern, line):
                return self.lines[-1]
        raise AssertionError(f"no {pattern!r} in {self.lines}")

    def after(self, what: str) -> str:
        """The line after one that ends like this: a command."""
        return self.lines[next(i for i, line in enumerate(self.lines) if line.endswith(what)) + 1]

    def ports(self) -> list[int]:
        return [
            int(port)
            for line in self.lines
            if line.startswith("KME-")
            for port in re.findall(r":(\d+)/", line)
        ]


@contextmanager
def started(*arguments: str) -> Iterator[Started]:
    command = Started(arguments)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.wait()
        if command.process.stdout is not None:
            command.process.stdout.close()


def pasted(*commands: str) -> list[dict[str, object]]:
    """What a shell answers to commands that are pasted into it, one after the other."""
    told = subprocess.run(
        ["sh", "-c", "; echo; ".join(line.strip() for line in commands)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | {"https_proxy": "http://127.0.0.1:9"},  # a proxy is no way to loopback
    )
    assert told.stderr == ""
    return [json.loads(line) for line in told.stdout.split("\n") if line]


def listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_curl_commands_work_as_they_are_printed(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"  # whose name has to be quoted
    arguments = (
        "--folder",
        str(folder),
        "--address",
        ADDRESS,
        "--sae",
        "SAE-C",
        "--sae",
        "SAE-D@KME-A",
        "--speed",
        "20",
        "--length-km",
        "5",
    )
    with started(*arguments) as command:
        accepted = command.read_until(r"^session 1: accepted, [\d,]+ bits, QBER")
        assert int(accepted.split()[3].replace(",", "")) > 10_000
        status, new, same = (
            command.after(f"{what}:")
            for what in (
                "KME-A: what is there for SAE-A and SAE-B",
                "KME-A: a new key for SAE-A, to share with SAE-B",
                "KME-B: the same key for SAE-B",
            )
        )
        told, key, again = pasted(status, new, same)
        assert told["source_KME_ID"] == "KME-A"
        assert told["slave_SAE_ID"] == "SAE-B"
        assert isinstance(told["stored_key_count"], int)
        assert told["stored_key_count"] > 20
        assert told["status_extension"] == {"qkdlab_pool": "good", "qkdlab_route_type": "direct"}
        assert key == again
        assert f"https://{ADDRESS}:" in new
        assert isinstance(key["keys"], list)
        assert len(key["keys"]) == 1
        assert any(line.endswith("for SAE-A, SAE-D") for line in command.lines)
        assert any(line.endswith("for SAE-B, SAE-C") for line in command.lines)
        ports = command.ports()
        assert len(ports) == 2
        assert all(map(listens, ports))
        os.killpg(command.process.pid, signal.SIGINT)  # Ctrl+C
        command.read_until("^stopped$")
        assert command.process.wait(60) == 0
        assert not any(map(listens, ports))
    assert folder.exists()


def test_eve_on_the_first_fibre_of_a_network(tmp_path: Path) -> None:
    fibres = (Fibre(a="West", b="Mill", link=METRO_LINK), Fibre(a="Mill", b="East", link=METRO_LINK))
    path = tmp_path / "three.json"
    save_topology(
        Topology(name="three", nodes=tuple(map(_node, ("West", "Mill", "East"))), fibres=fibres), path
    )
    arguments = ("--topology", str(path), "--from", "West", "--to", "East", "--eve", "--speed", "20")
    with started(*arguments) as command:
        command.read_until("^link West–Mill: changed, sessions abort: QBER too high$")
        command.read_until("^relay West – East: waiting, ")
        assert not [line for line in command.lines if "accepted" in line]
        command.process.send_signal(signal.SIGTERM)
        command.read_until("^stopped$")
        assert command.process.wait(60) == 0


def _node(name: str) -> Node:
    return Node(name=name)


def test_the_rate_of_keys_follows_the_clock_that_is_asked_for() -> None:
    # a tenth of the pulses a second: a session of as many pulses takes ten times as long
    seconds = []
    for clock in ("5e7", "5e6"):
        with started("--pulse-rate-hz", clock, "--length-km", "5", "--seed", "1") as command:
            command.read_until("^session 1: accepted")
            first = time.monotonic()
            command.read_until("^session 2: accepted")
            seconds.append(time.monotonic() - first)
    assert seconds[1] > 3.5  # of 4 s; a busy machine may be slower, but no faster than the clock
    assert seconds[0] < seconds[1]


def test_it_stops_by_itself_after_so_many_seconds() -> None:
    with started("--seconds", "10", "--eve", "--speed", "20") as command:
        begun = time.monotonic()
        rejected = command.read_until("^session 1: ")
        assert re.fullmatch(r"session 1: rejected, QBER 2\d\.\d %, QBER too high", rejected)
        command.read_until("^stopped$")
        assert command.process.wait(60) == 0
        assert 10 <= time.monotonic() - begun < 90


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--topology", "x.json"], "--topology, --from and --to go together"),
        (["--from", "A", "--to", "B"], "--topology, --from and --to go together"),
        (["--topology", "x.json", "--from", "A"], "--topology, --from and --to go together"),
        (["--topology", "no-such-file.json", "--from", "A", "--to", "B"], "no-such-file.json"),
        (["--sae", "SAE-C@KME-C"], "--sae must name KME-A or KME-B after its @, got 'SAE-C@KME-C'"),
        (["--sae", "no name"], "name must be at most 63 letters"),
        (["--length-km", "-1"], "length_km must"),
        (["--speed", "0"], "speed must"),
        (["--pulse-rate-hz", "0"], "pulse_rate_hz must"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(SystemExit, match="^2$"):  # argparse raises it by itself
            sys.exit(main(arguments))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
