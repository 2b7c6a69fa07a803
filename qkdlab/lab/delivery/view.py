"""What the picture of the two sites shows of a snapshot."""

from __future__ import annotations

from typing import Any

from ...delivery.encryptor.end import LinkState
from ..components.text import percent_text, rate_text, words_for
from .delivery_settings import ALICE, BOB
from .lamps import verdict
from .world.kme_plant import CAPACITY_BITS, CAPACITY_KEYS, KMES
from .world.snapshot import PICTURE_BITS, Snapshot

SHOWN_HEX, SHOWN_ID = 8, 8
LOW_KEYS = 3
_STATES = {
    LinkState.OPEN: "good",
    LinkState.STARTING: "low",
    LinkState.HELD: "low",
    LinkState.STOPPED: "bad",
    LinkState.CLOSED: "bad",
}


def is_picture(data: bytes) -> bool:
    """Return whether a message is the picture."""
    return len(data) * 8 == PICTURE_BITS and not data.isascii()


def scene_traits(now: Snapshot) -> dict[str, Any]:
    """Return the traits of the `SitesScene` for a snapshot."""
    words = words_for("sites_scene")
    passage = now.passage
    link = "good" if now.crosses else _STATES[now.state]
    crossing = _crossing(now, words) if link == "good" else words["data_none"]
    eve = now.settings.on_the_line
    keys_id = words["keys_id"].format(key_id=f"{now.key_id[:SHOWN_ID]}…") if now.key_id else words["keys"]
    keys = "?" if now.stored_keys is None else now.stored_keys
    links = {
        "data": _link(
            words["data"] if link == "good" else words["data_none"],
            crossing if link == "good" else "",
            "low" if link == "good" and passage and passage.arrived is None else link,
            "" if eve == "nobody" else words[f"eve_{eve}"],
        ),
        "keys": _link(keys_id, words["keys_clear"], "good" if now.all_run else "bad", ""),
        "quantum": _quantum(now, words),
    }
    where = words[now.mode].format(where=now.where, why=now.where).strip()
    return {
        "sites": [_site(now, words, "alice"), _site(now, words, "bob")],
        "links": links,
        "beat": now.n_sent,
        "rejected": passage is not None and passage.arrived is None,
        "noted": now.noted,
        "foot": where,
        "statement": words["statement"].format(title=verdict(now)[1], keys=keys, crossing=crossing),
    }


def _link(text: str, note: str, state: str, eve: str) -> dict[str, str]:
    return {"text": text, "note": note, "state": state, "eve": eve}


def _crossing(now: Snapshot, words: dict[str, str]) -> str:
    passage = now.passage
    if passage is None:
        return words["data_none"]
    text = passage.plain.decode(errors="replace")
    if passage.arrived is None:
        return words["lost"].format(text="…" if is_picture(passage.plain) else text, fate=passage.eve)
    body = passage.sealed[18 : 18 + SHOWN_HEX].hex(" ") + " …"
    name = "crossing_picture" if is_picture(passage.plain) else "crossing"
    return words[name].format(text=text, sealed=body)


def _quantum(now: Snapshot, words: dict[str, str]) -> dict[str, str]:
    supply, km = now.supply, f"{now.settings.length_km:g}"
    flows = supply.bits_per_second > 0
    name = "quantum" if flows else "quantum_none" if supply.measured else "quantum_measuring"
    text = words[name].format(km=km, rate=rate_text(now.usable_bits_per_second))
    qber = "" if supply.qber is None else words["quantum_qber"].format(value=percent_text(supply.qber))
    told = [words["quantum_each"] if flows else "", qber]
    note = ": ".join(part for part in (", ".join(one for one in told if one), supply.reason) if part)
    state = "good" if flows else "bad" if supply.measured else "low"
    return _link(text, note, state, words["eve_quantum"] if now.settings.eve else "")


def _site(now: Snapshot, words: dict[str, str], site: str) -> dict[str, Any]:
    at_alice = site == "alice"
    kme = KMES[0] if at_alice else KMES[1]
    runs, stored = now.running[kme], now.stored_bits
    known = runs and stored is not None
    level = min(1.0, (stored or 0) / CAPACITY_BITS) if known else None
    copied = now.settings.has_qkd_keys
    held = words["kme_copied" if copied else "kme_keys"]
    keys = held.format(keys=now.stored_keys, capacity=CAPACITY_KEYS) if known else words["kme_down"]
    if runs and not known:
        keys = ""
    low = known and (now.stored_keys or 0) < LOW_KEYS
    state = words[f"state_{now.state.value}"].format(epoch=now.epoch)
    return {
        "name": words[site],
        "encryptor": _part(ALICE if at_alice else BOB, state, _STATES[now.state]),
        "kme": _part(kme, keys, "bad" if not runs else "low" if low or copied else "good") | {"level": level},
        "unit": _part(
            words["unit"], words[f"unit_{site}"], "good" if now.supply.bits_per_second > 0 else "low"
        ),
    }


def _part(title: str, text: str, state: str) -> dict[str, Any]:
    return {"title": title, "text": text, "state": state}
