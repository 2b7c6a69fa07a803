"""Checks of Get key with key IDs (5.4, 6.4): what a slave gets, once, and nobody else."""

from __future__ import annotations

from ..messages import KEYS_NOT_FOUND
from .conversation import Probe, unknown_key_id
from .key_checks import NO_KEYS
from .rules import Level, Seen, bad, check, good, untried


@check("5.4, 6.4", Level.SHALL, takes_keys=True)
def dec_keys_post(probe: Probe) -> Seen:
    """POST dec_keys answers 200 with keys."""
    return _fetched(probe, "POST")


@check("5.4, 6.4", Level.SHALL, takes_keys=True)
def dec_keys_get(probe: Probe) -> Seen:
    """GET dec_keys answers 200 with one key."""
    return _fetched(probe, "GET")


def _fetched(probe: Probe, method: str) -> Seen:
    replies = [reply for _, reply in probe.fetched if reply.asked.startswith(method)]
    for reply in replies:
        if not reply.keys:
            return bad(reply.told)
    return good(f"{len(replies)} answered") if replies else untried(NO_KEYS)


@check("5.4, 6.4", Level.SHALL, takes_keys=True)
def dec_keys_ids(probe: Probe) -> Seen:
    """The keys of the names asked for, all of them and no others."""
    fetched = [(keys, reply) for keys, reply in probe.fetched if reply.keys]
    for keys, reply in fetched:
        if sorted(str(key.key_id).lower() for key in keys) != sorted(
            str(key.key_id).lower() for key in reply.keys
        ):
            return bad(f"{reply.asked}: {len(keys)} names asked for, {len(reply.keys)} keys, other names")
    return good(f"{sum(len(keys) for keys, _ in fetched)} keys") if fetched else untried(NO_KEYS)


@check("5.4, table 7", Level.SHALL, takes_keys=True)
def same_bits(probe: Probe) -> Seen:
    """Master and slave get the same bits under the same name."""
    theirs = {str(key.key_id).lower(): key.text for _, reply in probe.fetched for key in reply.keys}
    both = [(str(key.key_id).lower(), key.text) for keys, _ in probe.fetched for key in keys]
    both = [(name, text) for name, text in both if name in theirs]
    wrong = sum(theirs[name] != text for name, text in both)
    if not both:
        return untried(NO_KEYS)
    return bad(f"{wrong} of {len(both)} keys differ") if wrong else good(f"{len(both)} keys")


@check("5.4, table 7", Level.SHALL, takes_keys=True)
def delivered_once(probe: Probe) -> Seen:
    """A key is delivered to a slave once."""
    if probe.again is None or not any(reply.keys for _, reply in probe.fetched):
        return untried(NO_KEYS)
    return bad(f"again: {probe.again.told}") if probe.again.keys else good(probe.again.told)


@check("6.4", Level.SHALL)
def unknown_key_id_status(probe: Probe) -> Seen:
    """An unknown key ID is answered with 400."""
    reply = probe.as_slave("POST", "dec_keys", told={"key_IDs": [{"key_ID": unknown_key_id()}]})
    return good(reply.told) if reply.status == 400 else bad(reply.told)


@check("6.4", Level.SHALL)
def unknown_key_id_message(probe: Probe) -> Seen:
    """An unknown key ID is answered with its message."""
    reply = probe.as_slave("POST", "dec_keys", told={"key_IDs": [{"key_ID": unknown_key_id()}]})
    if reply.message is None:
        return untried(f"{reply.told}, and no message")
    return good(reply.told) if reply.message == KEYS_NOT_FOUND else bad(reply.told)


@check("6.4", Level.SHALL, takes_keys=True)
def all_or_nothing(probe: Probe) -> Seen:
    """One unknown name among others: no key is delivered, and none is lost."""
    keys = probe.new_keys(1) + probe.new_keys(1)
    if len(keys) < 2:
        return untried(NO_KEYS)
    reply = probe.fetch(keys, unknown_key_id())
    if reply.status == 200:
        return bad(f"{len(reply.keys)} of 2 keys were delivered though a third is unknown")
    if probe.limit("max_key_per_request") == 1:
        keys = keys[:1]
    later = probe.fetch(keys)
    return good(f"{reply.told}; and then 200") if len(later.keys) == len(keys) else bad(f"then {later.told}")


@check("5.4", Level.SHALL, takes_keys=True)
def unnamed_caller(probe: Probe) -> Seen:
    """An SAE that the master did not name is answered with 401."""
    if probe.target.other is None:
        return untried("no third SAE was given")
    keys = probe.new_keys(1)
    if not keys:
        return untried(NO_KEYS)
    reply = probe.fetch(keys, sae=probe.target.other)
    if reply.status != 401:
        return bad(f"{probe.target.other.name}: {reply.told}")
    later = probe.fetch(keys)
    return good(reply.told) if later.keys else bad(f"{reply.told}; but then the slave: {later.told}")


@check("5.4", Level.READING, takes_keys=True)
def wrong_master(probe: Probe) -> Seen:
    """A key is found under the name of its own master alone."""
    keys = probe.new_keys(1)
    if not keys:
        return untried(NO_KEYS)
    wrong = probe.target.other.name if probe.target.other else f"{probe.target.master.name}-not"
    reply = probe.fetch(keys, master=wrong)
    return bad(f"master {wrong}: {reply.told}") if reply.keys else good(reply.told)
