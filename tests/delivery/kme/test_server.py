"""What a KME answers, endpoint by endpoint, over real TLS between real processes."""

import base64
from typing import Any

import httpx
import pytest

from qkdlab import KeyExhausted
from qkdlab.delivery.messages import SecretBytes
from qkdlab.errors import KmeError
from tests.delivery.kme.kmes import Kmes

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def refused(status: int, message: str) -> Any:
    return pytest.raises(KmeError, match=rf"^{status}: {message}")


# ---- status, 5.2 and 6.1 -------------------------------------------------------------------------------


def test_status_has_every_field(kmes: Kmes) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        answer = http.get("/api/v1/keys/SAE-B/status")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    stored = told.pop("stored_key_count")
    assert 0 < stored < told["max_key_count"]
    assert told == {
        "source_KME_ID": "KME-A",
        "target_KME_ID": "KME-B",
        "master_SAE_ID": "SAE-A",
        "slave_SAE_ID": "SAE-B",
        "key_size": 256,
        "max_key_count": 31_250,
        "max_key_per_request": 128,
        "max_key_size": 4096,
        "min_key_size": 64,
        "max_SAE_ID_count": 8,
        "status_extension": {"qkdlab_pool": "good", "qkdlab_route_type": "direct"},
    }


def test_status_counts_what_was_taken(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as client:
        before = client.status("SAE-B").stored_key_count
        client.get_keys("SAE-B", number=5)
        assert client.status("SAE-B").stored_key_count == before - 5


def test_a_pool_that_is_empty_says_so(kmes: Kmes) -> None:
    with kmes.client("SAE-B") as client:  # nothing was fed for this direction
        status = client.status("SAE-A")
        assert status.stored_key_count == 0
        assert status.extension is not None
        assert status.extension["qkdlab_pool"] == "empty"
        with refused(503, "not enough key material"):
            client.get_keys("SAE-A")


# ---- new keys, 5.3 and 6.2 -----------------------------------------------------------------------------


def test_both_ends_get_the_same_keys_once(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        keys = master.get_keys("SAE-B", number=3)
        assert len({key.key_id for key in keys}) == len({bytes(key.key) for key in keys}) == 3
        assert {len(key.key) for key in keys} == {32}
        assert all(isinstance(key.key, SecretBytes) for key in keys)
        again = [key.key_id for key in reversed(keys)]
        assert slave.get_keys_with_ids("SAE-A", again) == tuple(reversed(keys))
        with refused(400, "one or more keys specified are not found on KME"):
            slave.get_keys_with_ids("SAE-A", again)


def test_get_and_post_are_the_same_method(kmes: Kmes) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http, kmes.http(kmes.credentials["SAE-B"], "KME-B") as slave:
        for answer, number, size in (
            (http.get("/api/v1/keys/SAE-B/enc_keys"), 1, 256),
            (http.get("/api/v1/keys/SAE-B/enc_keys?number=3&size=1024"), 3, 1024),
            (http.get("/api/v1/keys/SAE-B/enc_keys?size=64"), 1, 64),
            (http.post("/api/v1/keys/SAE-B/enc_keys", json={}), 1, 256),
            (http.post("/api/v1/keys/SAE-B/enc_keys", json={"number": 2, "size": 4096}), 2, 4096),
        ):
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert set(told) == {"keys"}
            assert [8 * len(base64.b64decode(key["key"])) for key in told["keys"]] == [size] * number
            assert all(set(key) == {"key_ID", "key"} for key in told["keys"])
            one = slave.get("/api/v1/keys/SAE-A/dec_keys", params={"key_ID": told["keys"][0]["key_ID"]})
            assert one.json() == {"keys": told["keys"][:1]}


def test_sizes_that_fill_no_whole_chunk(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        for size in (72, 200, 264):
            keys = master.get_keys("SAE-B", number=2, size=size)
            assert {8 * len(key.key) for key in keys} == {size}
            assert slave.get_keys_with_ids("SAE-A", [key.key_id for key in keys]) == keys


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"size": 257}, "size shall be a multiple of 8"),
        ({"size": 56}, "size must be from 64 to 4096"),
        ({"size": 4104}, "size must be from 64 to 4096"),
        ({"number": 0}, "number must be from 1 to 128"),
        ({"number": -1}, "number must be from 1 to 128"),
        ({"number": 129}, "number must be from 1 to 128"),
        (
            {"additional": [f"SAE-{place}" for place in range(9)]},
            "at most 8 additional slave SAEs|unknown slave",
        ),
        ({"additional": ["NOBODY"]}, "unknown slave SAE"),
        ({"additional": ["SAE-B"]}, "a slave SAE is named twice"),
        ({"additional": ["SAE-A"]}, "a master SAE cannot be its own slave"),
        ({"additional": ["SAE-C"]}, "an additional slave SAE belongs to a third KME"),
        (
            {"extension_mandatory": [("abc_route_type", "direct")]},
            "not all extension_mandatory parameters are supported; extension_mandatory_unsupported: "
            "abc_route_type is not supported",
        ),
        (
            {"extension_mandatory": [("qkdlab_route_type", "indirect")]},
            "not all extension_mandatory request options could be met",
        ),
        (
            {"extension_mandatory": [("qkdlab_route_type", "indirect"), ("abc_x", 1)]},
            "not all extension_mandatory parameters are supported",
        ),
    ],
    ids=repr,
)
def test_what_a_key_request_may_not_ask(kmes: Kmes, wanted: dict[str, Any], message: str) -> None:
    with kmes.client("SAE-A") as client:
        before = client.status("SAE-B").stored_key_count
        with refused(400, message):
            client.get_keys("SAE-B", **wanted)
        assert client.status("SAE-B").stored_key_count == before


def test_extensions_that_are_met_or_may_be_ignored(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as client:
        assert client.get_keys("SAE-B", extension_mandatory=[("qkdlab_route_type", "direct")])
        assert client.get_keys("SAE-B", extension_optional=[("abc_max_age", 30000), ("x", {"y": [None]})])


def test_all_slaves_get_the_same_key_once_each(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master:
        keys = master.get_keys("SAE-B", number=2, additional=["SAE-B2", "SAE-A2"])
    key_ids = [key.key_id for key in keys]
    for sae in ("SAE-A2", "SAE-B2", "SAE-B"):
        with kmes.client(sae) as client:
            assert client.get_keys_with_ids("SAE-A", key_ids) == keys
            with refused(400, "one or more keys specified are not found on KME"):
                client.get_keys_with_ids("SAE-A", key_ids)


def test_a_caller_that_was_not_named_is_turned_away_and_takes_nothing(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master:
        (key,) = master.get_keys("SAE-B", additional=["SAE-A2"])
    for stranger in ("SAE-B2", "SAE-A3"):
        with kmes.client(stranger) as client, refused(401, "unauthorized"):
            client.get_keys_with_ids("SAE-A", [key.key_id])
    for slave in ("SAE-B", "SAE-A2"):
        with kmes.client(slave) as client:
            assert client.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)


def test_the_master_gets_its_key_no_second_time(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master:
        (key,) = master.get_keys("SAE-B")
        with pytest.raises(KmeError) as caught:
            master.get_keys_with_ids("SAE-A", [key.key_id])
    assert caught.value.status in (400, 401)


def test_keys_with_ids_are_all_or_nothing(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        keys = master.get_keys("SAE-B", number=2)
        key_ids = [key.key_id for key in keys]
        with refused(400, "one or more keys specified are not found on KME; key_ID: '?" + UNKNOWN):
            slave.get_keys_with_ids("SAE-A", [*key_ids, UNKNOWN])
        assert slave.get_keys_with_ids("SAE-A", key_ids) == keys


def test_another_master_is_not_the_master(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as master, kmes.client("SAE-B") as slave:
        (key,) = master.get_keys("SAE-B")
        for other in ("SAE-A2", "SAE-B", "NOBODY"):
            with pytest.raises(KmeError) as caught:
                slave.get_keys_with_ids(other, [key.key_id])
            assert caught.value.status in (400, 401)
        assert slave.get_keys_with_ids("SAE-A", [key.key_id]) == (key,)


@pytest.mark.parametrize(
    ("slave", "message"),
    [
        ("NOBODY", "unknown slave SAE"),
        ("", "unknown slave SAE"),
        ("SAE-B\0", "unknown slave SAE"),
        ("../status", "unknown slave SAE"),
        ("SAE-A", "a master SAE cannot be its own slave"),
        ("SAE-A2", "the slave SAE belongs to the same KME"),
    ],
)
def test_slaves_that_no_key_can_be_for(kmes: Kmes, slave: str, message: str) -> None:
    with kmes.client("SAE-A") as client:
        for ask in (client.status, client.get_keys):
            with pytest.raises(KmeError, match=f"^400: {message}"):
                ask(slave)


def test_more_than_there_is(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as client:
        before = client.status("SAE-B").stored_key_count
        with refused(503, "not enough key material is stored"):
            client.get_keys("SAE-B", number=128, size=4096)
        assert client.status("SAE-B").stored_key_count == before
    assert issubclass(KmeError, KeyExhausted.__bases__)  # both belong to the tree of failures


def test_a_kme_that_shares_no_bits_yet(kmes: Kmes) -> None:
    with kmes.client("SAE-A") as client:
        assert client.status("SAE-C").stored_key_count == 0
        with refused(503, "not enough key material"):
            client.get_keys("SAE-C")


# ---- what the specification does not have ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("GET", "/api/v1/keys/SAE-B", 404, None),
        ("GET", "/api/v1/keys/SAE-B/status/", 404, None),
        ("GET", "/api/v2/keys/SAE-B/status", 404, None),
        ("GET", "//api/v1/keys/SAE-B/status", 404, None),
        ("POST", "/api/v1/keys/SAE-B/status", 405, "GET"),
        ("DELETE", "/api/v1/keys/SAE-B/enc_keys", 405, "GET, POST"),
        ("PUT", "/api/v1/keys/SAE-B/dec_keys", 405, "GET, POST"),
        ("OPTIONS", "/api/v1/keys/SAE-B/dec_keys", 405, "GET, POST"),
        ("PATCH", "/api/v1/keys/SAE-B/status", 405, "GET"),
        ("BREW", "/api/v1/keys/SAE-B/status", 400, None),
    ],
)
def test_other_paths_and_methods(kmes: Kmes, method: str, path: str, status: int, allow: str | None) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        answer = http.request(method, path)
    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("enc_keys?number=1&number=2", "a name stands twice"),
        ("enc_keys?number=", "number must be a whole number"),
        ("enc_keys?number=%FF", "the query makes no sense"),
        ("enc_keys?extension_optional=1", "a GET may have number and size alone"),
        ("enc_keys?" + "&".join(f"a{place}=1" for place in range(9)), "the query makes no sense"),
        ("dec_keys", "the query must name a key_ID"),
        ("dec_keys?key_ID=1", "a key_ID must be a UUID"),
        (f"dec_keys?key_ID={UNKNOWN}&key_ID={UNKNOWN}", "a name stands twice"),
        (f"dec_keys?key_ID={UNKNOWN}", "one or more keys specified are not found on KME"),
    ],
)
def test_queries_that_make_no_sense(kmes: Kmes, path: str, message: str) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        answer = http.get(f"/api/v1/keys/SAE-B/{path}")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)


def test_a_body_must_say_that_it_is_json(kmes: Kmes) -> None:
    # so that a page in a browser that has the certificate cannot send one unasked
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
            answer = http.post("/api/v1/keys/SAE-B/enc_keys", content=b"{}", headers={"Content-Type": kind})
            assert answer.status_code == 400
            assert "application/json" in answer.json()["message"]
        for kind in ("application/json; charset=utf-8", "application/json;charset=UTF8"):
            answer = http.post("/api/v1/keys/SAE-B/enc_keys", content=b"{}", headers={"Content-Type": kind})
            assert answer.status_code == 200


def test_an_sae_id_is_url_encoded(kmes: Kmes) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        assert http.get("/api/v1/keys/SAE%2DB/status").status_code == 200
        assert http.get("/api/v1/keys/SAE%2FB/status").json()["message"] == "unknown slave SAE"
        assert http.get("/api/v1/keys/%FF/status").json()["message"] == "the path is not UTF-8"


def test_the_description_is_for_everybody_with_a_certificate(kmes: Kmes) -> None:
    for credentials in (kmes.credentials["SAE-C"], kmes.authority.issue("sae", "NOBODY")):
        with kmes.http(credentials) as http:
            told = http.get("/openapi.json").json()
        assert set(told["paths"]) == {f"/{{{who}}}/{what}" for who, what in PATHS}


PATHS = [("slave_SAE_ID", "status"), ("slave_SAE_ID", "enc_keys"), ("master_SAE_ID", "dec_keys")]


def test_connections_are_kept(kmes: Kmes) -> None:
    with kmes.http(kmes.credentials["SAE-A"]) as http:
        streams = set()
        for _ in range(3):
            answer: httpx.Response = http.get("/api/v1/keys/SAE-B/status")
            streams.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(streams) == 1
