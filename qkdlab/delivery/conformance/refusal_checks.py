"""Checks of what a KME has to refuse, and how (5.3, 5.4, 6.2, 6.4, 6.5)."""

from __future__ import annotations

from collections.abc import Iterable

from ..messages import EXTENSION_UNKNOWN, SIZE_NOT_WHOLE_BYTES, Json
from .conversation import USUAL_SIZE, Probe
from .prober import Reply
from .rules import Level, Seen, bad, check, good, untried


def _all(replies: Iterable[Reply], *codes: int) -> Seen:
    """All of these replies must have one of these codes."""
    told = []
    for reply in replies:
        if reply.status not in codes:
            return bad(reply.told)
        told.append(str(reply.status))
    return good(", ".join(told)) if told else untried("there is no such limit")


def _posts(probe: Probe, *requests: Json) -> list[Reply]:
    return [probe.as_master("POST", "enc_keys", told=told) for told in requests]


@check("6.2", Level.SHALL, takes_keys=True)
def size_no_multiple_of_8(probe: Probe) -> Seen:
    """A size that is no multiple of 8 gives keys of that size, or is refused with 400 and its message."""
    size = (probe.limit("key_size") or USUAL_SIZE) // 8 * 8 - 3
    if size < (probe.limit("min_key_size") or 0):
        size += 8
    if size > (probe.limit("max_key_size") or size):
        return untried("the KME has one size of keys alone")
    (reply,) = _posts(probe, {"size": size})
    if reply.keys:
        bits = reply.keys[0].bits
        fits = bits is None or len(bits) == -(-size // 8)
        return good(f"keys of {size} bits") if fits else bad(f"{8 * len(bits or b'')} bits instead of {size}")
    if reply.status == 400 and reply.message in (
        None,
        SIZE_NOT_WHOLE_BYTES,
    ):  # no message: error_body says so
        return good(reply.told)
    return bad(reply.told)


@check("6.2", Level.SHALL)
def extension_mandatory(probe: Probe) -> Seen:
    """An unknown mandatory extension is refused with 400 and its message."""
    (reply,) = _posts(probe, {"extension_mandatory": [{"qkdlabtest_nothing": 1}]})
    fits = reply.status == 400 and reply.message in (None, EXTENSION_UNKNOWN)
    return good(reply.told) if fits else bad(reply.told)


@check("5.3", Level.SHALL)
def malformed_body(probe: Probe) -> Seen:
    """A body that is no JSON is answered with 400."""
    bodies = (b'{"number": ', b"\xff\xfe", b"[" * 20_000)
    return _all((probe.as_master("POST", "enc_keys", body=body) for body in bodies), 400)


@check("5.3, 6.2", Level.SHALL)
def wrong_types(probe: Probe) -> Seen:
    """Fields of another type are answered with 400."""
    told = (
        {"number": "three"},
        {"size": [256]},
        {"additional_slave_SAE_IDs": 5},
        {"extension_mandatory": "x"},
    )
    return _all(_posts(probe, *told), 400)


@check("5.4, 6.4", Level.SHALL)
def malformed_key_ids(probe: Probe) -> Seen:
    """A request that names no keys is answered with 400."""
    requests: tuple[Json, ...] = ([], {}, {"key_IDs": "x"}, {"key_IDs": [{"key": 1}]})
    return _all((probe.as_slave("POST", "dec_keys", told=told) for told in requests), 400)


@check("6.1", Level.READING, takes_keys=True)
def number_limit(probe: Probe) -> Seen:
    """More keys than max_key_per_request are refused with 400."""
    most = probe.limit("max_key_per_request")
    return _all(_posts(probe, *([] if most is None else [{"number": most + 1}])), 400)


@check("6.2", Level.READING, takes_keys=True)
def number_of_none(probe: Probe) -> Seen:
    """Less than one key is refused with 400."""
    return _all(_posts(probe, {"number": 0}, {"number": -1}), 400)


@check("6.1", Level.READING, takes_keys=True)
def size_limits(probe: Probe) -> Seen:
    """Sizes beyond min_key_size and max_key_size are refused with 400."""
    least, most = probe.limit("min_key_size"), probe.limit("max_key_size")
    sizes = [] if most is None else [most + 8]
    sizes += [] if least is None or least < 16 else [least - 8]
    return _all(_posts(probe, *({"size": size} for size in sizes)), 400)


@check("6.1", Level.READING, takes_keys=True)
def no_multicast(probe: Probe) -> Seen:
    """Additional slaves are refused with 400 where max_SAE_ID_count is 0."""
    if probe.limit("max_SAE_ID_count") != 0:
        return untried("the KME has key multicast, or does not say")
    return _all(_posts(probe, {"additional_slave_SAE_IDs": ["qkdlabtest-nobody"]}), 400)


@check("5.3", Level.READING, takes_keys=True)
def unknown_slave(probe: Probe) -> Seen:
    """An unknown slave is refused with 400, 401, 403 or 404."""
    replies = [
        probe.prober.ask(probe.target.master, "GET", "qkdlabtest-nobody", what)
        for what in ("status", "enc_keys")
    ]
    return _all(replies, 400, 401, 403, 404)


@check("5.1, table 2", Level.READING)
def other_methods(probe: Probe) -> Seen:
    """Other methods and paths are refused with 4xx."""
    replies = [
        probe.as_master("POST", "status", told={}),
        probe.as_master("DELETE", "enc_keys"),
        probe.as_master("GET", "keys"),
    ]
    return _all(replies, *range(400, 500))


@check("5.3, table 6", Level.SHALL, takes_keys=True)
def exhausted(probe: Probe) -> Seen:
    """More than there is: 503, and nothing is delivered."""
    names = ("max_key_per_request", "max_key_size", "stored_key_count", "key_size")
    number, size, stored, usual = map(probe.limit, names)
    if number is None or size is None or stored is None or usual is None:
        return untried("the status does not say how much there is")
    if number * size <= 1.1 * stored * usual:
        return untried("the KME has more than one request can ask for")
    (reply,) = _posts(probe, {"number": number, "size": size})
    return untried("there was enough meanwhile") if reply.keys else _all([reply], 503)
