"""Requests drawn from our own OpenAPI description, right and wrong ones: the KME has an answer for each."""

import re
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from qkdlab.delivery.kme import KmeSettings
from qkdlab.delivery.kme.openapi import description
from tests.delivery.kme.kmes import SAES, Kmes

SETTINGS = KmeSettings(
    kme_id="KME-A", database="-", certificate="-", key="-", ca="-", saes=dict.fromkeys(SAES, "KME-A")
)
SCHEMA = schemathesis.openapi.from_dict(description(SETTINGS))
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}

load_all_checks()
SHAPE = [CHECKS.get_one(name) for name in ("content_type_conformance", "response_schema_conformance")]

EXAMPLES = 40

NOTHING_TO_BREAK = ("GET /{slave_SAE_ID}/status", GenerationMode.NEGATIVE)
"""A status has nothing but its path, and any text can be a name."""


def test_the_description_of_a_running_kme_is_the_one_tried_here(kmes: Kmes) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        assert http.get("/openapi.json").json()["components"] == description(SETTINGS)["components"]


@pytest.mark.parametrize(
    ("label", "mode"),
    [(label, mode) for label in OPERATIONS for mode in GenerationMode if (label, mode) != NOTHING_TO_BREAK],
)
def test_no_request_is_too_strange(kmes: Kmes, label: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[label]
    cases = operation.as_strategy(mode)
    cases |= operation.as_strategy(mode, path_parameters={"slave_SAE_ID": "SAE-B", "master_SAE_ID": "SAE-A"})
    own = kmes.credentials["SAE-A"]
    session = requests.Session()
    session.trust_env = False
    tls = {"verify": str(own.ca), "cert": (str(own.certificate), str(own.key))}
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def try_it(case: Any) -> None:
        answer = case.call(base_url=f"{kmes.url('KME-A')}/api/v1/keys", session=session, **tls)
        seen.add(answer.status_code)
        assert answer.status_code in (200, 400, 401, 404, 405, 413, 503), answer.content
        assert answer.headers["content-type"] == ["application/json"]
        assert b"Traceback" not in answer.content
        if answer.status_code == 503:  # or the other KME did not answer in time, where the machine is busy
            assert re.match(
                "not enough key material is stored$|no keys are to be had", answer.json()["message"]
            )
        if answer.status_code in (200, 400, 401, 503):
            case.validate_response(answer, checks=SHAPE)

    try_it()
    assert seen & {200, 400}
    if mode is GenerationMode.POSITIVE and "dec_keys" not in label:
        assert 200 in seen
    with kmes.client("SAE-A") as client:
        assert client.status("SAE-B").key_size == 256
    assert kmes.errors("KME-A") == ""
    assert not [line for line in kmes.log("KME-A") if line["event"] == "mistake"]
