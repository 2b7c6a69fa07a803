"""The client, and reading and writing of messages, without a KME."""

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qkdlab.delivery.messages import (
    BadRequest,
    DeliveredKey,
    KeyRequest,
    SecretBytes,
    Status,
    key_container,
    key_ids_object,
    key_request_object,
)
from qkdlab.delivery.parsing import (
    from_base64,
    key_container_from_json,
    key_ids_from_json,
    key_ids_from_query,
    key_request_from_json,
    key_request_from_query,
    read_json,
    status_from_json,
)

KEY_ID = "bc490419-7d60-487f-adc1-4ddcc177c139"


def test_secret_bytes_are_bytes_and_do_not_show() -> None:
    secret = SecretBytes(b"0123456789abcdef0123456789abcdef")
    delivered = DeliveredKey(key_id=KEY_ID, key=secret)
    for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", repr(delivered), f"{[secret]}"):
        assert "256 bits" in text
        assert "0123" not in text
    assert secret == b"0123456789abcdef0123456789abcdef"
    assert secret[:2] == b"01"


def test_the_examples_of_the_specification_are_read() -> None:
    # 6.1 to 6.4, the objects printed there
    container = {
        "keys": [
            {"key_ID": KEY_ID, "key": "wHHVxRwDJs3/bXd38GHP3oe4svTuRpZS0yCC7x4Ly+s="},
            {
                "key_ID": "0a782fb5-3434-48fe-aa4d-14f41d46cf92",
                "key": "OeGMPxh1+2RpJpNCYixWHFLYRubpOKCw94FcCI7VdJA=",
            },
        ]
    }
    keys = key_container_from_json(container)
    assert [len(key.key) for key in keys] == [32, 32]
    assert key_container([(key.key_id, key.key) for key in keys]) == container
    request = key_request_from_json(
        {
            "number": 20,
            "size": 512,
            "extension_mandatory": [{"abc_route_type": "direct"}, {"abc_transfer_method": "qkd"}],
            "extension_optional": [{"abc_max_age": 30000}],
        }
    )
    assert request.number == 20
    assert request.extension_mandatory == (("abc_route_type", "direct"), ("abc_transfer_method", "qkd"))
    assert request.extension_optional == (("abc_max_age", 30000),)
    named = key_request_from_json(
        {"number": 1, "size": 4096, "additional_slave_SAE_IDs": ["ABCDEFG", "HIJKLMN"]}
    )
    assert named.additional_slaves == ("ABCDEFG", "HIJKLMN")
    assert key_request_from_query([("number", "3"), ("size", "1024")]) == KeyRequest(number=3, size=1024)
    assert key_ids_from_json(key_ids_object([KEY_ID])) == (KEY_ID,)
    told = {
        "source_KME_ID": "AAAABBBBCCCCDDDD",
        "target_KME_ID": "EEEEFFFFGGGGHHHH",
        "master_SAE_ID": "IIIIJJJJKKKKLLLL",
        "slave_SAE_ID": "MMMMNNNNOOOOPPPP",
        "key_size": 352,
        "stored_key_count": 25000,
        "max_key_count": 100000,
        "max_key_per_request": 128,
        "max_key_size": 1024,
        "min_key_size": 64,
        "max_SAE_ID_count": 0,
    }
    status = status_from_json(told)
    assert isinstance(status, Status)
    assert status.to_json() == told


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
requests = st.builds(
    KeyRequest,
    number=st.integers(),
    size=st.none() | st.integers(),
    additional_slaves=st.lists(st.text(), unique=True).map(tuple),
    extension_mandatory=st.lists(st.tuples(st.text(), json_values)).map(tuple),
    extension_optional=st.lists(st.tuples(st.text(), json_values)).map(tuple),
)


@given(requests)
def test_a_request_comes_back_as_it_was_written(request: KeyRequest) -> None:
    body = json.dumps(key_request_object(request)).encode()
    assert key_request_from_json(read_json(body)) == request


@given(
    json_values
    | st.dictionaries(st.sampled_from(["number", "size", "keys", "key_IDs", "key_ID"]), json_values)
)
def test_whatever_json_comes_is_read_or_refused(told: object) -> None:
    for reader in (key_request_from_json, key_ids_from_json, key_container_from_json, status_from_json):
        with suppress(BadRequest):  # and nothing else
            assert reader(told) is not None


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff\xfe", b'{"number": NaN}', b'{"number": 1, "number": 2}', b"[" * 100_000),
        *(b'{"number": ' + b"9" * 5000 + b"}", b"nul", b'{"a": Infinity}', "{}".encode("utf-16")),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_or_reads_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_json(body)


@pytest.mark.parametrize(
    "told",
    [
        *([], 1, None, "number", {"number": "1"}, {"number": True}, {"number": 1.0}, {"size": None}),
        *({"nummer": 1}, {"additional_slave_SAE_IDs": "SAE-B"}, {"additional_slave_SAE_IDs": [1]}),
        *(
            {"additional_slave_SAE_IDs": ["A", "A"]},
            {"extension_mandatory": {}},
            {"extension_optional": ["x"]},
        ),
    ],
    ids=repr,
)
def test_key_requests_that_break_a_rule(told: object) -> None:
    with pytest.raises(BadRequest):
        key_request_from_json(told)


@pytest.mark.parametrize(
    "query",
    [
        *([("number", "x")], [("number", "-1")], [("number", "")], [("number", "1.0")], [("number", "٣")]),
        *([("number", "9" * 10)], [("number", "1"), ("number", "1")], [("extension_mandatory", "")]),
    ],
    ids=repr,
)
def test_queries_that_break_a_rule(query: list[tuple[str, str]]) -> None:
    with pytest.raises(BadRequest):
        key_request_from_query(query)
    with pytest.raises(BadRequest):
        key_ids_from_query(query)


@pytest.mark.parametrize(
    "told",
    [
        *({}, {"key_IDs": []}, {"key_IDs": [KEY_ID]}, {"key_IDs": [{}]}, {"key_IDs": [{"key_ID": 1}]}),
        *({"key_IDs": [{"key_ID": "not-a-uuid"}]}, {"key_IDs": [{"key_ID": KEY_ID}] * 2}),
        *({"key_IDs": [{"key_ID": KEY_ID}, {"key_ID": KEY_ID.upper()}]},),
        *({"key_IDs": [{"key_ID": KEY_ID + "\n"}]}, {"key_IDs": [{"key_ID": KEY_ID, "more": 1}]}),
        *({"key_IDs": [{"key_ID": KEY_ID}], "key_IDs_extension": 1},),
    ],
    ids=repr,
)
def test_key_ids_that_break_a_rule(told: object) -> None:
    with pytest.raises(BadRequest):
        key_ids_from_json(told)


def test_a_key_id_may_be_in_upper_case() -> None:
    assert key_ids_from_query([("key_ID", KEY_ID.upper())]) == (KEY_ID,)


@pytest.mark.parametrize("text", ["A", "AA==\n", "A A=", "é", "AA", None, 7, "AAA=AAA="])
def test_what_is_no_base64(text: object) -> None:
    with pytest.raises(BadRequest, match="key must be in base64"):
        from_base64("key", text)


@given(st.binary())
def test_base64_comes_back(content: bytes) -> None:
    assert from_base64("key", base64.b64encode(content).decode()) == content
