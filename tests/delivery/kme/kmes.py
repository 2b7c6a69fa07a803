"""Two KMEs as processes, with certificates of their own, for the tests of this folder."""

import base64
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from qkdlab.delivery.client import KmeClient, client_context
from qkdlab.delivery.kme.kme_settings import KmeSettings
from qkdlab.delivery.pki import CertificateAuthority, Credentials

SAES = {
    **{"SAE-A": "KME-A", "SAE-A2": "KME-A", "SAE-A3": "KME-A"},
    **{"SAE-B": "KME-B", "SAE-B2": "KME-B", "SAE-B3": "KME-B", "SAE-C": "KME-C"},
}
"""SAE-C belongs to a KME that is known by name, and never there."""

OTHERS = {"KME-A": "KME-B", "KME-B": "KME-A"}


def wait_for(what: str, happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


class Kmes:
    """KME-A and KME-B in a folder; whatever is still running is killed at the end."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.authority = CertificateAuthority(folder / "pki")
        self.credentials = {name: self.authority.issue("sae", name) for name in SAES}
        self.module = self.authority.issue("module", "MODULE")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.next_block = time.time_ns()
        self.settings = {name: self._settings(name, changes) for name in OTHERS}

    def _settings(self, name: str, changes: dict[str, Any]) -> KmeSettings:
        own = self.authority.issue("kme", name)
        settings = KmeSettings(
            kme_id=name,
            database=f"{name}.db",
            certificate=str(own.certificate),
            key=str(own.key),
            ca=str(own.ca),
            saes=SAES,
            peers={OTHERS[name]: f"{OTHERS[name]}.port", "KME-C": "KME-C.port"},
            modules=("MODULE",),
            indirect=("KME-C",),
            port_file=f"{name}.port",
            log_file=f"{name}.log",
            **changes,
        )
        path = self.folder / f"{name}.json"
        path.write_text(settings.to_json(), encoding="utf-8")
        return KmeSettings.load(path)

    def launch(self, *names: str) -> None:
        """Start KMEs, without waiting for them."""
        for name in names or OTHERS:
            command = [sys.executable, "-m", "qkdlab.delivery.kme", str(self.folder / f"{name}.json")]
            with (self.folder / f"{name}.err").open("ab") as errors:
                self.processes[name] = subprocess.Popen(command, stdout=errors, stderr=errors)

    def start(self, *names: str) -> None:
        """Start KMEs, and wait until they listen."""
        before = {name: self.count(name, "listening") for name in names or OTHERS}
        self.launch(*before)
        for name, number in before.items():
            wait_for(f"{name} to listen", lambda name=name, number=number: self.listens(name, number))

    def listens(self, name: str, before: int) -> bool:
        assert self.processes[name].poll() is None, self.errors(name)
        return self.count(name, "listening") > before

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str) -> int:
        """SIGTERM; the exit status."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout=20)

    def url(self, name: str) -> str:
        port = int((self.folder / f"{name}.port").read_text(encoding="ascii"))
        return f"https://127.0.0.1:{port}"

    def client(self, sae: str, **changes: Any) -> KmeClient:
        """A client of an SAE, at the KME that it belongs to."""
        own = self.credentials[sae]
        return KmeClient(self.url(SAES[sae]), own.certificate, own.key, own.ca, kme=SAES[sae], **changes)

    def http(self, credentials: Credentials, kme: str = "KME-A") -> httpx.Client:
        """A bare client, with any certificate."""
        context = client_context(credentials.certificate, credentials.key, credentials.ca)
        return httpx.Client(base_url=self.url(kme), verify=context, trust_env=False, timeout=20.0)

    def feed(self, bits: bytes | int, kme: str = "KME-A") -> bytes:
        """Hand a block in at both ends, for keys that masters of `kme` ask for: first at the other end."""
        bits = secrets.token_bytes(bits) if isinstance(bits, int) else bits
        self.next_block += 1
        number, kept = self.next_block, len(bits)
        for name, peer, direction in ((OTHERS[kme], kme, "in"), (kme, OTHERS[kme], "out")):
            block = {"peer": peer, "number": number, "direction": direction}
            with self.http(self.module, name) as http:
                text = base64.b64encode(bits[:kept]).decode()
                answer = http.post("/module/v1/blocks", json={**block, "bits": text})
            assert answer.status_code == 200, answer.text
            kept = answer.json()["kept_bits"] // 8
        return bits[:kept]

    def log(self, name: str) -> list[dict[str, Any]]:
        """What a KME wrote down; its last line may be half written."""
        path = self.folder / f"{name}.log"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def count(self, name: str, event: str) -> int:
        return sum(line["event"] == event for line in self.log(name))

    def errors(self, name: str) -> str:
        """What a process wrote to its standard error."""
        return (self.folder / f"{name}.err").read_text(encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.processes):
            self.kill(name)
