"""What the tabs of the encryptor panel show of a snapshot, as HTML."""

from __future__ import annotations

from html import escape

from ...delivery.encryptor.end import LinkEvent
from ...delivery.encryptor.frames import HEADER_BYTES
from ...delivery.encryptor.pad_channel import pad_cost
from ..components.text import number_text, rate_text, table_html, words_for
from .lamps import why_no_keys
from .view import SHOWN_ID, is_picture
from .world.kme_plant import KEY_BITS, Asked
from .world.snapshot import Passage, Snapshot
from .world.traffic import pixels

SHOWN_ROWS = 40
ROTATIONS = (1.0, 2.0, 5.0, 15.0, 60.0)
HEX_BYTES = 64
OK = 200


def noted_html(now: Snapshot) -> str:
    """Return what came of the last thing that a learner did; for a while."""
    return f"<p role='status'><b>{escape(now.noted)}</b></p>" if now.noted else ""


def requests_html(now: Snapshot) -> str:
    """Return the request log, the newest first."""
    words = words_for("encryptor_tables")
    if not now.requests:
        return f"<p class='qk-log-empty'>{escape(words['log_none'])}</p>"
    rows = [
        (
            one.kme,
            one.caller,
            f"{one.method} {_unbroken(one.path)}",
            str(one.status or words["no_answer"]),
            _noted(one),
        )
        for one in reversed(now.requests)
    ]
    heads = [words[f"log_{name}"] for name in ("kme", "caller", "request", "status", "note")]
    return f"<p>{escape(words['log_ids'])}</p>" + table_html(heads, rows[:SHOWN_ROWS])


def _unbroken(path: str) -> str:
    """Return a path that breaks into lines at its slashes, and not within the name of an SAE."""
    return path.replace("-", "\N{NON-BREAKING HYPHEN}")


def _noted(one: Asked) -> str:
    """Return what was said to a request, long names of keys cut."""
    if one.status != OK:
        return one.note
    names = one.note.split(", ")
    short = ", ".join(f"{name[:SHOWN_ID]}…" for name in names[:2])
    many = words_for("encryptor_tables")["log_many"].format(count=len(names))
    return short if len(names) <= 2 else f"{many}: {short}, …"


def message_html(now: Snapshot) -> str:
    """Return the last message at Alice, on the line and at Bob; so the learner's, if it is another."""
    words, passage, own = words_for("encryptor_tables"), now.passage, now.own
    if passage is None:
        return f"<p class='qk-log-empty'>{escape(words['no_message'])}</p>"
    counts = words["counts"].format(sent=now.n_sent, arrived=now.n_arrived, rejected=now.n_rejected)
    header = words["header"].format(epoch=passage.epoch)
    told = f"{_passage_html(passage)}<p>{escape(counts)}</p><p>{escape(header)}</p>"
    if own is None or own is passage:
        return told
    return f"{told}<h4>{escape(words['own'])}</h4>{_passage_html(own)}"


def _passage_html(passage: Passage) -> str:
    """Return a message as it was at Alice, on the line and at Bob."""
    words, sealed = words_for("encryptor_tables"), passage.sealed
    body = sealed[HEADER_BYTES:]
    line = " ".join(sealed[:HEX_BYTES].hex(" ").split()) + (" …" if len(sealed) > HEX_BYTES else "")
    shown = [
        (words["plain"], _shown(passage.plain, words["plain"])),
        (
            words["sealed"],
            (_picture(body, words["sealed"]) if is_picture(passage.plain) else "") + f"<code>{line}</code>",
        ),
        (
            words["arrived"],
            f"<em>{escape(words['not_arrived'])} ({escape(passage.eve)})</em>"
            if passage.arrived is None
            else _shown(passage.arrived, words["arrived"]),
        ),
    ]
    rows = "".join(
        f"<tr><th scope='row' style='white-space:nowrap'>{escape(head)}</th><td>{told}</td></tr>"
        for head, told in shown
    )
    return f"<table class='qk-log qk-knows'>{rows}</table>"


def _shown(data: bytes, label: str) -> str:
    return _picture(data, label) if is_picture(data) else f"<b>{escape(data.decode(errors='replace'))}</b>"


def _picture(data: bytes, label: str) -> str:
    """Return bits as an SVG of black and white pixels."""
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(pixels(data)) for x, bit in enumerate(row) if bit
    )
    frame = "style='width:128px;height:128px;border:1px solid;display:block;margin:2px 0'"
    return (
        f"<svg viewBox='0 0 16 16' role='img' aria-label='{escape(label)}' {frame}>"
        f"<path d='{squares}' fill='currentColor'/></svg>"
    )


def knows_html(now: Snapshot) -> str:
    """Return who knows what, and what not."""
    words, settings = words_for("encryptor_tables"), now.settings
    hybrid = "" if "PQC" in now.needs else "_qkd_alone"
    ends = words["know_ends"] + ", ".join(words[f"ends_{name}"] for name in sorted(now.needs, reverse=True))
    copied = settings.has_qkd_keys
    kme = words["know_kme_copied" if copied else f"know_kme{hybrid}"]
    kme_not = words["know_kme_not_copied" if copied and hybrid else f"know_kme_not{hybrid}"]
    rows = [
        (words["who_alice"], ends, words["know_ends_not"]),
        (words["who_bob"], ends, words["know_ends_not"]),
        (words["who_kme"], kme, kme_not),
        (words["who_unit"], words["know_unit"], words[f"know_unit_not{hybrid}"]),
    ]
    if copied:
        rows.append((words["who_traitor"], words["know_traitor"], words[f"know_traitor_not{hybrid}"]))
    if settings.eve or settings.on_the_line != "nobody":
        rows.append(_eve_row(now, words))
    return table_html((words["who"], words["knows"], words["knows_not"]), rows, named=True)


def _eve_row(now: Snapshot, words: dict[str, str]) -> tuple[str, str, str]:
    """Return where Eve is, what she knows there, and what she does not."""
    settings, hears = now.settings, now.settings.on_the_line != "nobody"
    has = {"QKD": settings.has_qkd_keys, "PQC": settings.breaks_pqc}
    who = words["who_eve_both" if hears and settings.eve else "who_eve_data" if hears else "who_eve_quantum"]
    knows = [words["know_eve"]] if hears else []
    knows += [words["know_eve_pqc"]] if hears and "PQC" in now.needs else []
    knows += [words["know_eve_qubits"]] if settings.eve else []
    knows += [words[f"more_{name.lower()}"] for name in sorted(now.needs, reverse=True) if has[name]]
    missing = [words[f"lacks_{name.lower()}"] for name in sorted(now.needs, reverse=True) if not has[name]]
    if not hears:
        lacks = words["lacks_frames"]
    else:
        lacks = words["rows"].format(lacks=", ".join(missing)) if missing else words["lacks_nothing"]
    return who, ", ".join(knows), lacks


def pool_html(now: Snapshot) -> str:
    """Return how long the stored keys last, at several rates of change, and the price of a one-time pad."""
    words = words_for("encryptor_tables")
    keys = now.stored_keys
    if keys is None:
        return f"<p>{escape(words['pool_unknown'])}</p>"
    usable = now.usable_bits_per_second
    known = now.supply.measured
    lead = words["pool_down" if not now.all_run else "pool_lead" if known else "pool_measuring"].format(
        keys=keys,
        each=f"{now.seconds_per_key:g}",
        lasts=f"{now.lasts_seconds or 0:.0f}",
        why=why_no_keys(now),
        rate=rate_text(usable),
        km=f"{now.settings.length_km:g}",
    )
    rows = []
    for seconds in sorted({*ROTATIONS, now.seconds_per_key}):
        need = KEY_BITS / seconds
        does = (
            "unknown_rate" if not known else "none" if not usable else "enough" if usable >= need else "short"
        )
        rows.append(
            (
                words["pool_seconds"].format(value=f"{seconds:g}"),
                words["pool_bits"].format(value=f"{need:.0f}"),
                words["pool_seconds"].format(value=f"{keys * seconds:.0f}"),
                words[f"pool_{does}"],
            )
        )
    heads = (
        words["pool_every"],
        words["pool_need"],
        words["pool_lasts"],
        words["pool_refill"],
    )
    n_bytes = len(now.passage.plain) if now.passage else 25
    cost = pad_cost(n_bytes)
    parts = {
        "bits": cost.key_bits,
        "message": cost.message_bits,
        "tag": cost.tag_bits,
        "unused": cost.unused_bits,
        "n": n_bytes,
        "keys": cost.n_keys,
    }
    pad = words["pool_pad"].format(**{name: number_text(count) for name, count in parts.items()})
    return f"<p>{escape(lead)}</p>" + table_html(heads, rows, named=True) + f"<p>{escape(pad)}</p>"


def events_html(now: Snapshot) -> str:
    """Return what happened at Alice's encryptor, the newest first."""
    words = words_for("encryptor_tables")
    rows = [
        (
            words["event"].format(seconds=f"{event.at_seconds:.0f}"),
            words[f"event_{event.what}"],
            _detail(event),
        )
        for event in reversed(now.events)
    ]
    return f"<h4>{escape(words['events'])}</h4>" + table_html((), rows)


def _detail(event: LinkEvent) -> str:
    """Return the words that an encryptor adds to an event, those of this panel."""
    words = words_for("encryptor_tables")
    return words.get(f"detail_{event.detail}", event.detail).replace("PQC", words["pqc"])
