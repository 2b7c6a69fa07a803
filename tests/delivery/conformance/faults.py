"""Faults, one each, of a KME that is right but for it; each is the same at both ends."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.delivery.conformance.faulty_kme import Answered, Asked, Fault, Forward


def keys_changed(change: Callable[[dict[str, Any], int], None], *, at: str = "enc_keys dec_keys") -> Fault:
    """Every key is changed, by what it is and how many came before it; a slave gets what the master got."""
    changed: dict[str, dict[str, Any]] = {}

    async def fault(asked: Asked, forward: Forward) -> Answered:
        answered = await forward(asked)
        if answered.status != 200 or asked.what not in at.split():
            return answered
        said = answered.said
        for key in said["keys"]:
            name = key["key_ID"]
            if name not in changed:
                change(key, len(changed))
                changed[name] = key
            key.update(changed[name])
        return answered.with_said(said)

    return fault


def answers_changed(status: int, change: Callable[[Answered], Answered], what: str = "") -> Fault:
    """Every answer of a status is changed, or only those about something."""

    async def fault(asked: Asked, forward: Forward) -> Answered:
        answered = await forward(asked)
        return change(answered) if answered.status == status and what in asked.path else answered

    return fault


def status_changed(**fields: Any) -> Fault:
    """Fields of a status have other values, or (None) are not there."""

    def change(answered: Answered) -> Answered:
        said = answered.said | fields
        return answered.with_said({name: value for name, value in said.items() if value is not None})

    return answers_changed(200, change, "/status")


def requests_changed(change: Callable[[Asked], Asked]) -> Fault:
    """What is asked for is not what the KME does."""

    async def fault(asked: Asked, forward: Forward) -> Answered:
        return await forward(change(asked))

    return fault


def told_changed(what: str, change: Callable[[dict[str, Any]], Any]) -> Fault:
    """What the body of a request says is not what the KME does."""

    def changed(asked: Asked) -> Asked:
        told = asked.told
        return asked.with_told(change(told)) if asked.what == what and isinstance(told, dict) else asked

    return requests_changed(changed)


def _repeat(first: list[str]) -> Callable[[dict[str, Any], int], None]:
    def change(key: dict[str, Any], number: int) -> None:
        if number == 0:
            first.append(key["key"])
        elif number == 3:  # of the same size as the first
            key["key"] = first[0]

    return change


def _shorter(key: dict[str, Any], _: int) -> None:
    key["key"] = base64.b64encode(base64.b64decode(key["key"])[:-1]).decode()


def _no_base64(key: dict[str, Any], _: int) -> None:
    key["key"] = "-" + key["key"].rstrip("=")[1:]


def _broken_lines(key: dict[str, Any], _: int) -> None:
    key["key"] = key["key"][:20] + "\n" + key["key"][20:]


def _other_bits(key: dict[str, Any], _: int) -> None:
    key["key"] = base64.b64encode(bytes(len(base64.b64decode(key["key"])))).decode()


def renamed() -> Fault:
    """Keys have names that are no UUIDs; they are understood as well."""

    async def fault(asked: Asked, forward: Forward) -> Answered:
        if asked.what == "dec_keys":
            body, query = asked.body.replace(b"key#", b""), asked.query.replace("key%23", "")
            asked = replace(asked, body=body, query=query)
        answered = await forward(asked)
        if answered.status == 200 and asked.what in ("enc_keys", "dec_keys"):
            said = answered.said
            for key in said["keys"]:
                key["key_ID"] = f"key#{key['key_ID']}"
            return answered.with_said(said)
        return answered

    return fault


def kept_for_ever() -> Fault:
    """A slave that asks once more gets what it got."""
    before: dict[bytes, Answered] = {}

    async def fault(asked: Asked, forward: Forward) -> Answered:
        if asked.what != "dec_keys" or asked.method != "POST" or asked.caller != "SAE-B":
            return await forward(asked)
        answered = await forward(asked)
        if answered.status == 200:
            before[asked.body] = answered
        return before.get(asked.body, answered)

    return fault


def what_is_found(*, tell: bool) -> Fault:
    """Of several names those that are known are used up; and are told, or not."""

    async def fault(asked: Asked, forward: Forward) -> Answered:
        names = asked.told.get("key_IDs") if isinstance(asked.told, dict) else None
        if asked.what != "dec_keys" or not isinstance(names, list) or len(names) < 2:
            return await forward(asked)
        answers = [await forward(asked.with_told({"key_IDs": [name]})) for name in names]
        found = [answer for answer in answers if answer.status == 200]
        if not found or (not tell and len(found) < len(names)):
            return next(answer for answer in answers if answer.status != 200)
        return found[0].with_said({"keys": [key for answer in found for key in answer.said["keys"]]})

    return fault


def anybody_fetches() -> Fault:
    async def fault(asked: Asked, forward: Forward) -> Answered:
        answered = await forward(asked)
        return answered if answered.status != 401 else await forward(replace(asked, caller="SAE-B"))

    return fault


def refused_and_used_up() -> Fault:
    """A caller that was not named is refused, but the key is gone."""

    async def fault(asked: Asked, forward: Forward) -> Answered:
        answered = await forward(asked)
        if asked.what == "dec_keys" and answered.status == 401:
            await forward(replace(asked, caller="SAE-B"))
        return answered

    return fault


def master_ignored() -> Fault:
    def change(asked: Asked) -> Asked:
        named = asked.what == "dec_keys"
        return replace(asked, path="/api/v1/keys/SAE-A/dec_keys") if named else asked

    return requests_changed(change)


def one_more() -> Fault:
    """A request for two keys gets three."""

    def change(asked: Asked) -> Asked:
        return replace(asked, query=asked.query.replace("number=2", "number=3"))

    return requests_changed(change)


def get_unknown() -> Fault:
    async def fault(asked: Asked, forward: Forward) -> Answered:
        if asked.what == "dec_keys" and asked.method == "GET":
            return Answered(405, b'{"message": "POST alone"}')
        return await forward(asked)

    return fault


def broken_body_is_our_fault() -> Fault:
    async def fault(asked: Asked, forward: Forward) -> Answered:
        if asked.body and asked.told is None:
            return Answered(500, b'{"message": "internal error"}')
        return await forward(asked)

    return fault


def _message(text: str, old: str = "not found") -> Callable[[Answered], Answered]:
    def change(answered: Answered) -> Answered:
        said = answered.said
        return answered.with_said(said | {"message": text}) if old in said["message"] else answered

    return change


def _other_code(code: int, about: str) -> Callable[[Answered], Answered]:
    return lambda answered: replace(answered, status=code) if about in answered.said["message"] else answered


def _without(field: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Leave a list out of a request, as if it had not been there."""
    return lambda told: {
        name: value for name, value in told.items() if name != field or not isinstance(value, list)
    }


def _trace(answered: Answered) -> Answered:
    trace = 'Traceback (most recent call last):\n  File "kme.py", line 1'
    return answered.with_said(answered.said | {"details": [{"trace": trace}]})


FAULTS: dict[str, tuple[Fault, str]] = {
    "a key again under another name": (keys_changed(_repeat([])), "keys_differ"),
    "other bits to the slave": (keys_changed(_other_bits, at="dec_keys"), "same_bits"),
    "keys a byte too short": (keys_changed(_shorter), "key_size"),
    "keys not in base64": (keys_changed(_no_base64), "key_base64"),
    "base64 with line breaks": (keys_changed(_broken_lines), "key_base64"),
    "names that are no UUIDs": (renamed(), "key_id_uuid"),
    "another message for an unknown name": (
        answers_changed(400, _message("no such key"), "dec_keys"),
        "unknown_key_id_message",
    ),
    "404 for an unknown name": (
        answers_changed(400, _other_code(404, "are not found"), "dec_keys"),
        "unknown_key_id_status",
    ),
    "anybody may fetch": (anybody_fetches(), "unnamed_caller"),
    "400 for who was not named": (
        answers_changed(401, _other_code(400, "not named"), "dec_keys"),
        "unnamed_caller",
    ),
    "refused, but used up": (refused_and_used_up(), "unnamed_caller"),
    "any master will do": (master_ignored(), "wrong_master"),
    "no key_size in the status": (status_changed(key_size=None), "status_fields"),
    "a number as text in the status": (status_changed(max_key_per_request="128"), "status_fields"),
    "a truth value as number": (status_changed(stored_key_count=True), "status_fields"),
    "another master in the status": (status_changed(master_SAE_ID="SAE-B"), "status_names"),
    "more keys than there is room for": (status_changed(max_key_count=1), "status_limits"),
    "a field of its own": (status_changed(vendor="us"), "status_own_fields"),
    "mandatory extensions ignored": (
        told_changed("enc_keys", _without("extension_mandatory")),
        "extension_mandatory",
    ),
    "another message for extensions": (
        answers_changed(400, _message("unsupported", "extension_mandatory parameters"), "enc_keys"),
        "extension_mandatory",
    ),
    "optional extensions refused": (
        told_changed(
            "enc_keys",
            lambda told: {
                "extension_mandatory" if name == "extension_optional" else name: value
                for name, value in told.items()
            },
        ),
        "extension_optional",
    ),
    "additional slaves forgotten": (
        told_changed("enc_keys", _without("additional_slave_SAE_IDs")),
        "additional_slaves",
    ),
    "another message for sizes": (
        answers_changed(400, _message("bad size", "multiple of 8"), "enc_keys"),
        "size_no_multiple_of_8",
    ),
    "errors that are no JSON": (
        answers_changed(400, lambda _: Answered(400, b"<h1>no</h1>", "text/html")),
        "error_body",
    ),
    "errors without a message": (
        answers_changed(400, lambda answered: answered.with_said({"error": 1})),
        "error_body",
    ),
    "JSON as text": (
        answers_changed(200, lambda answered: replace(answered, content_type="text/plain")),
        "content_type",
    ),
    "traces of the program": (answers_changed(400, _trace), "no_traces"),
    "one key more": (one_more(), "key_number"),
    "what is found of several": (what_is_found(tell=True), "all_or_nothing"),
    "what is found is lost": (what_is_found(tell=False), "all_or_nothing"),
    "a slave may ask again": (kept_for_ever(), "delivered_once"),
    "no GET for dec_keys": (get_unknown(), "dec_keys_get"),
    "500 for a broken body": (broken_body_is_our_fault(), "malformed_body"),
    "any number at once": (
        told_changed("enc_keys", lambda told: told | {"number": 1} if told.get("number") == 129 else told),
        "number_limit",
    ),
    "400 where there is not enough": (
        answers_changed(503, lambda answered: replace(answered, status=400)),
        "exhausted",
    ),
}
"""A fault, and the one check that is there to find it."""
