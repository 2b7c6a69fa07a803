"""What the two lamps of the encryptor panel say, and the figures beside them."""

from __future__ import annotations

from ...delivery.encryptor.end import LinkState
from ..components.text import number_text, percent_text, rate_text, words_for
from .world.kme_plant import CAPACITY_KEYS
from .world.snapshot import Snapshot

Told = tuple[str, str, str]


def kind_of(now: Snapshot) -> str:
    """Return how it stands: "flow", "falls", "stored", "last", "pqc", "held", "stopped", or "starting"."""
    if now.state in (LinkState.STOPPED, LinkState.CLOSED):
        return "stopped"
    if now.state is LinkState.HELD:
        return "held"
    if not now.crosses:
        return "starting"
    if "QKD" not in now.made_of:
        return "pqc"
    if now.all_run and now.supply.bits_per_second > 0:
        return "falls" if now.store_falls else "flow"
    return "stored" if now.all_run and now.stored_keys else "last"


_STATES = {
    "flow": "accepted",
    "falls": "too_few",
    "stored": "too_few",
    "last": "too_few",
    "pqc": "too_few",
    "held": "rejected",
    "stopped": "rejected",
    "starting": "too_few",
}


def why_no_keys(now: Snapshot) -> str:
    """Return why no new keys come: a KME is down, or what the last session said; "" if they come."""
    words = words_for("encryptor_lamps")
    down = [kme for kme, runs in now.running.items() if not runs]
    if down:
        return words["why_down" if len(down) == 1 else "why_both_down"].format(kme=words["and"].join(down))
    if now.supply.bits_per_second > 0:
        starved = now.state in (LinkState.HELD, LinkState.STOPPED) and not now.stored_keys
        return words["why_few"] if starved else ""
    if not now.supply.measured:
        name = "why_eve" if now.settings.eve else "why_measuring"
        return words[name].format(km=f"{now.settings.length_km:g}")
    if now.supply.qber is None:
        return words["why_session"].format(reason=now.supply.reason)
    return words["why_session_qber"].format(reason=now.supply.reason, qber=percent_text(now.supply.qber))


def verdict(now: Snapshot) -> Told:
    """Return state, title and reason of the first lamp."""
    words, kind = words_for("encryptor_lamps"), kind_of(now)
    state = "broken" if now.eve_reads and now.crosses else _STATES[kind]
    lasts = {"falls": now.falls_seconds, "last": now.last_key_seconds}.get(kind, now.lasts_seconds or 0.0)
    reason = words[f"reason_{kind}"].format(
        epoch=now.epoch,
        chain=words["chain"] if "PQC" in now.ever_made_of - now.made_of else "",
        made=words[f"made_{'_'.join(sorted(now.made_of))}"] if now.made_of else "",
        keys=number_text(now.stored_keys or 0),
        lasts=f"{lasts:.0f}",
        why=why_no_keys(now),
        then=words[f"then_{now.settings.starvation.value}"],
        rate=rate_text(now.usable_bits_per_second),
        need=rate_text(now.needed_bits_per_second),
        stopped=now.why,
    )
    title = words["title_read" if state == "broken" else f"title_{kind}"]
    return state, title, " ".join(reason.split())


def eve_lamp(now: Snapshot) -> dict[str, str]:
    """Return what the second lamp says: whether Eve can read what crosses."""
    words, settings = words_for("encryptor_lamps"), now.settings
    if settings.on_the_line == "nobody":
        name = "eve_elsewhere" if settings.eve else "eve_nobody"
        return {"state": "none", "title": words[name], "reason": words[f"{name}_why"]}
    if not now.n_sent:
        return {"state": "none", "title": words["eve_nothing"], "reason": words["eve_nothing_why"]}
    needs = sorted(now.needs, reverse=True)
    if now.eve_reads:
        told = f",{words['and']}".join(words[f"had_{one}"] for one in needs)
        return {
            "state": "knows",
            "title": words["eve_reads"],
            "reason": words["eve_reads_why"].format(has=told),
        }
    has = {"QKD": settings.has_qkd_keys, "PQC": settings.breaks_pqc}
    lacks = words["and"].join(words[f"lack_{one}"] for one in needs if not has[one])
    reason = words["eve_blind_why" if now.crosses else "eve_blind_before"].format(lacks=lacks)
    if now.n_rejected:
        reason += " " + words["eve_rejected"].format(told=_rejected(now))
    return {"state": "safe", "title": words["eve_blind"], "reason": reason}


def _rejected(now: Snapshot) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(now.rejected.items()) if count)


def _rate(now: Snapshot) -> tuple[str, str]:
    """Return the key rate and what it is of; of a line that was not measured yet there is none."""
    words = words_for("encryptor_lamps")
    if not now.supply.measured:
        return words["figure_unknown"], words["measuring"].format(km=f"{now.settings.length_km:g}")
    return rate_text(now.usable_bits_per_second), words["figure_rate_note"]


def figures(now: Snapshot) -> list[dict[str, str]]:
    """Return the figures of the bar."""
    words = words_for("encryptor_lamps")
    keys = words["figure_unknown"] if now.stored_keys is None else f"{now.stored_keys}"
    left = words["figure_keys_note"].format(
        capacity=CAPACITY_KEYS, lasts=f"{now.lasts_seconds or 0:.0f}", each=f"{now.seconds_per_key:g}"
    )
    if not now.all_run:
        keys, left = words["figure_out_of_reach"].format(keys=keys), why_no_keys(now)
    values = {
        "keys": (keys, left),
        "rejected": (str(now.n_rejected), _rejected(now) or words["figure_rejected_note"]),
        "rate": _rate(now),
        "epoch": (str(now.epoch), words["figure_epoch_note"].format(n=now.n_keys)),
    }
    return [
        {"name": words[f"figure_{name}"], "value": value, "note": note}
        for name, (value, note) in values.items()
    ]
