"""Checks of Get key (5.3, 6.2, 6.3): what a master gets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ...errors import shown
from .conversation import Delivery, Probe
from .rules import Level, Seen, bad, check, good, untried

NO_KEYS = "no keys were delivered"

OPTIONAL_REFUSED = "not all extension_optional request options handled"
"""Fixed message of clause 6.2 of a KME that will not leave out optional extensions."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@check("5.3, 6.2", Level.SHALL, takes_keys=True)
def enc_keys_get(probe: Probe) -> Seen:
    """GET enc_keys answers 200 with keys, with and without number and size."""
    return _answered(probe.by_get)


@check("5.3, 6.2", Level.SHALL, takes_keys=True)
def enc_keys_post(probe: Probe) -> Seen:
    """POST enc_keys answers 200 with keys, with {} as well."""
    return _answered(probe.by_post)


def _answered(deliveries: Sequence[Delivery]) -> Seen:
    if not deliveries:
        return untried("there was no status")
    for delivery in deliveries:
        if delivery.reply.status != 200:  # 503 is no break of a rule, but then there is nothing to look at
            return bad(delivery.reply.told, mild=delivery.reply.status == 503)
        if not delivery.reply.keys:
            return bad(f"{delivery.reply.told}, and no list of keys")
    return good(f"{len(deliveries)} answered")


@check("6.2, 6.3", Level.SHALL, takes_keys=True)
def key_number(probe: Probe) -> Seen:
    """As many keys as asked for, and one if no number is given."""
    if not probe.deliveries:
        return untried(NO_KEYS)
    for delivery in probe.deliveries:
        if len(delivery.reply.keys) != delivery.number:
            return bad(
                f"{delivery.reply.asked}: {len(delivery.reply.keys)} keys, asked for {delivery.number}"
            )
    return good(", ".join(str(delivery.number) for delivery in probe.deliveries))


@check("6.2, 6.3", Level.SHALL, takes_keys=True)
def key_size(probe: Probe) -> Seen:
    """Keys of the size asked for, and of key_size if none is given."""
    usual = probe.limit("key_size")
    looked_at = set()
    for delivery in probe.deliveries:
        wanted = delivery.size or usual
        for key in delivery.reply.keys:
            if wanted is None or key.bits is None:
                continue
            if len(key.bits) != -(-wanted // 8):
                return bad(f"{delivery.reply.asked}: {8 * len(key.bits)} bits, asked for {wanted}")
            looked_at.add(wanted)
    return good(f"{', '.join(map(str, sorted(looked_at)))} bits") if looked_at else untried(NO_KEYS)


@check("6.3", Level.SHALL, takes_keys=True)
def key_base64(probe: Probe) -> Seen:
    """Keys are in base64 (RFC 4648, 4: with padding, and nothing else between)."""
    keys = [key for delivery in probe.deliveries for key in delivery.reply.keys]
    wrong = sum(key.bits is None for key in keys)
    if not keys:
        return untried(NO_KEYS)
    return bad(f"{wrong} of {len(keys)} keys are not") if wrong else good(f"{len(keys)} keys")


@check("6.3", Level.SHALL, takes_keys=True)
def key_id_uuid(probe: Probe) -> Seen:
    """Key IDs are UUIDs."""
    ids = _ids(probe)
    wrong = [one for one in ids if not isinstance(one, str) or not _UUID.fullmatch(one)]
    if not ids:
        return untried(NO_KEYS)
    return bad(f"{shown(wrong[0], 60)} is none") if wrong else good(f"{len(ids)} key IDs")


@check("6.3", Level.SHALL, takes_keys=True)
def key_ids_differ(probe: Probe) -> Seen:
    """No two keys have the same key ID."""
    counted = Counter(map(str, _ids(probe)))
    twice = [one for one, number in counted.items() if number > 1]
    if not counted:
        return untried(NO_KEYS)
    return bad(f"{shown(twice[0], 60)} stands for two keys") if twice else good(f"{len(counted)} key IDs")


def _ids(probe: Probe) -> list[object]:
    return [key.key_id for delivery in probe.deliveries for key in delivery.reply.keys]


@check("5.3, table 5", Level.SHALL, takes_keys=True)
def keys_differ(probe: Probe) -> Seen:
    """A key that was delivered is not delivered again."""
    texts = [str(key.text) for delivery in probe.deliveries for key in delivery.reply.keys]
    if not texts:
        return untried(NO_KEYS)
    again = len(texts) - len(set(texts))
    return bad(f"{again} of {len(texts)} keys were there before") if again else good(f"{len(texts)} keys")


@check("6.2", Level.SHALL, takes_keys=True)
def additional_slaves(probe: Probe) -> Seen:
    """Additional slaves get the same key."""
    other = probe.target.other
    if other is None:
        return untried("no third SAE was given")
    if not probe.limit("max_SAE_ID_count"):
        return untried("the KME has no key multicast (max_SAE_ID_count)")
    if not probe.deliveries:
        return untried(NO_KEYS)
    reply = probe.as_master("POST", "enc_keys", told={"additional_slave_SAE_IDs": [other.name]})
    if not reply.keys:
        return bad(reply.told)
    first, second = (probe.fetch(reply.keys, sae=sae) for sae in (probe.target.slave, other))
    for sae, fetched in ((probe.target.slave, first), (other, second)):
        if not fetched.keys:
            return bad(f"{sae.name} does not get it: {fetched.told}")
    if [key.text for key in first.keys] != [key.text for key in second.keys]:
        return bad(f"{other.name} gets another key than {probe.target.slave.name}")
    return good(f"{probe.target.slave.name} and {other.name}")


@check("6.2", Level.SHALL, takes_keys=True)
def extension_optional(probe: Probe) -> Seen:
    """An unknown optional extension is ignored, or refused with its message."""
    if not probe.deliveries:
        return untried(NO_KEYS)
    reply = probe.as_master("POST", "enc_keys", told={"extension_optional": [{"qkdlabtest_nothing": 1}]})
    if reply.keys or (reply.status, reply.message) == (400, OPTIONAL_REFUSED):
        return good(reply.told)
    return bad(reply.told)
