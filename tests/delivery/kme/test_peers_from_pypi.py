"""Clients that others wrote, against our KME: etsi-qkd-014-client, qkdsec with its probe, and curl."""

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from etsi_qkd_014_client import QKD014Client
from qkdsec.client import ETSI014Client
from qkdsec.doctor import ProbeStatus, run_all

from tests.delivery.kme.kmes import SAES, Kmes


def theirs(kmes: Kmes, sae: str) -> QKD014Client:
    own = kmes.credentials[sae]
    where = kmes.url(SAES[sae]).removeprefix("https://")
    return QKD014Client(where, str(own.certificate), str(own.key), str(own.ca))


def test_etsi_qkd_014_client(kmes: Kmes) -> None:
    master, slave = theirs(kmes, "SAE-A"), theirs(kmes, "SAE-B")
    code, status = master.get_status("SAE-B")
    assert (code, status.source_kme_id, status.target_kme_id, status.key_size) == (200, "KME-A", "KME-B", 256)
    for wanted, number, size in (({}, 1, 256), ({"number": 3, "size": 512}, 3, 512)):
        code, made = master.get_key("SAE-B", **wanted)
        assert code == 200
        assert [8 * len(base64.b64decode(key.key)) for key in made.keys] == [size] * number
        code, fetched = slave.get_key_with_key_IDs("SAE-A", [key.key_id for key in made.keys])
        assert code == 200
        assert [(key.key_id, key.key) for key in fetched.keys] == [(key.key_id, key.key) for key in made.keys]
    code, error = slave.get_key_with_key_IDs("SAE-A", [made.keys[0].key_id])
    assert (code, error.message) == (400, "one or more keys specified are not found on KME")


def test_etsi_qkd_014_client_with_all_that_a_request_can_hold(kmes: Kmes) -> None:
    code, made = theirs(kmes, "SAE-A").get_key(
        "SAE-B",
        additional_slave_sae_ids=["SAE-B2", "SAE-A2"],
        extension_mandatory=[{"qkdlab_route_type": "direct"}],
        extension_optional=[{"abc_max_age": 30000}],
    )
    assert code == 200
    for sae in ("SAE-B", "SAE-B2", "SAE-A2"):
        code, fetched = theirs(kmes, sae).get_key_with_key_IDs("SAE-A", [made.keys[0].key_id])
        assert (code, fetched.keys[0].key) == (200, made.keys[0].key)
    code, error = theirs(kmes, "SAE-B3").get_key_with_key_IDs("SAE-A", [made.keys[0].key_id])
    assert code in (400, 401)  # and a body in JSON, or this client would raise
    assert error.message


def test_etsi_qkd_014_client_hears_every_error_in_json(kmes: Kmes) -> None:
    master = theirs(kmes, "SAE-A")
    for code, wanted in (
        (400, {"size": 257}),
        (400, {"extension_mandatory": [{"abc_x": 1}]}),
        (503, {"number": 128, "size": 4096}),
    ):
        got, error = master.get_key("SAE-B", **wanted)
        assert (got, bool(error.message)) == (code, True)
    stranger = kmes.authority.issue("sae", "NOBODY")
    where = kmes.url("KME-A").removeprefix("https://")
    client = QKD014Client(where, str(stranger.certificate), str(stranger.key), str(stranger.ca))
    code, error = client.get_status("SAE-B")
    assert (code, error.message) == (401, "unauthorized")


class TwoEnds(requests.Session):
    """Lets one client of qkdsec be both ends: its probe fetches keys with the master's certificate otherwise.

    A request for dec_keys goes to the slave's KME, with the slave's certificate, and names the master.
    """

    def __init__(self, kmes: Kmes) -> None:
        super().__init__()
        self.kmes = kmes

    def post(self, url: Any, *args: Any, **options: Any) -> requests.Response:
        if str(url).endswith("/dec_keys"):
            own = self.kmes.credentials["SAE-B"]
            options["cert"] = (str(own.certificate), str(own.key))
            url = f"{self.kmes.url('KME-B')}/api/v1/keys/SAE-A/dec_keys"
        return super().post(url, *args, **options)


def test_the_probe_of_qkdsec_has_one_warning_where_it_is_wrong(kmes: Kmes) -> None:
    # it wants 404 for an unknown key ID, where the specification says 400 (6.4)
    own = kmes.credentials["SAE-A"]
    client = ETSI014Client(
        kmes.url("KME-A"),
        client_cert=(str(own.certificate), str(own.key)),
        verify=str(own.ca),
        timeout=30,
        session=TwoEnds(kmes),
    )
    report = run_all(client, "SAE-B", consume_keys=True, latency_samples=5)
    found = {result.name: result.status for result in report.results}
    assert found.pop("error_contract_404") is ProbeStatus.WARN
    assert len(found) == 9
    assert set(found.values()) == {ProbeStatus.PASS}, report.to_dict()
    assert report.passed
    (warning,) = [result for result in report.results if result.status is ProbeStatus.WARN]
    assert warning.details == {"http_status": 400}


def test_the_command_of_the_other_client(kmes: Kmes) -> None:
    command = Path(sys.executable).with_name("qkd014-client")
    own = kmes.credentials["SAE-A"]
    options = [
        "-H",
        kmes.url("KME-A").removeprefix("https://"),
        "-c",
        own.certificate,
        "-k",
        own.key,
        "-r",
        own.ca,
    ]
    ended = subprocess.run(
        [command, *map(str, options), "get_status", "SAE-B"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "KME-B" in ended.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(kmes: Kmes) -> None:
    def curl(sae: str, path: str, *options: str) -> Any:
        own = kmes.credentials[sae]
        command = ["curl", "--silent", "--show-error", "--noproxy", "*"]
        command += ["--cacert", str(own.ca), "--cert", str(own.certificate), "--key", str(own.key), *options]
        url = f"{kmes.url(SAES[sae])}/api/v1/keys/{path}"
        return json.loads(subprocess.run([*command, url], capture_output=True, timeout=60, check=True).stdout)

    assert curl("SAE-A", "SAE-B/status")["target_KME_ID"] == "KME-B"
    made = curl("SAE-A", "SAE-B/enc_keys?number=2")
    names = json.dumps({"key_IDs": [{"key_ID": key["key_ID"]} for key in made["keys"]]})
    body = ("--header", "Content-Type: application/json", "--data", names)
    assert curl("SAE-B", "SAE-A/dec_keys", *body) == made
    assert (
        curl("SAE-B", "SAE-A/dec_keys", *body)["message"] == "one or more keys specified are not found on KME"
    )
