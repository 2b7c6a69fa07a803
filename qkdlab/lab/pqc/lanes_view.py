"""What a timeline looks like: the traits of its year lanes, the line above them, the table of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from ..components.text import table_html, words_for
from .timeline import LAST_SENT, METHODS, TimelineSettings, message, messages

AXIS_STEP = 5


def lanes_traits(settings: TimelineSettings) -> dict[str, Any]:
    """Return the traits of `YearLanes` that show `settings`."""
    words = words_for("timeline_panel")
    x, y, z = settings.secrecy_years, settings.migration_years, settings.quantum_year
    lanes, counts = [], {}
    for method in METHODS:
        fates = [one.fate for one in messages(settings, method)]
        counts[method] = fates.count("early")
        lanes.append(
            {
                "name": words[method],
                "value": words["lane"].format(early=counts[method], all=len(fates)),
                "fates": fates,
                "read_from": message(settings, method, settings.watched_year).readable_from,
            }
        )
    marks = [("migration", y, "dashed"), ("quantum", z, "solid")]
    marks += [("falls", settings.pqc_falls, "dotted")] if settings.pqc_falls is not None else []
    marks += [("fault", settings.qkd_fault, "dots")] if settings.qkd_fault is not None else []
    farthest = max(LAST_SENT, x + y, settings.watched_year + x, *(at for _, at, _ in marks))
    items = ", ".join(words["item"].format(name=words[method], early=counts[method]) for method in METHODS)
    return {
        "statement": words["statement"].format(all=LAST_SENT + 1, items=items),
        "bars": [
            {
                "name": words["bar_migration"],
                "value": words["bar_sum"].format(x=x, y=y, sum=x + y),
                "parts": [
                    {"start": 0, "stop": y, "kind": "first"},
                    {"start": y, "stop": x + y, "kind": "second"},
                ],
            },
            {
                "name": words["bar_quantum"],
                "value": str(z),
                "parts": [{"start": 0, "stop": z, "kind": "limit"}],
            },
        ],
        "lanes": lanes,
        "marks": [
            {"at": at, "text": words[f"mark_{name}"].format(year=at), "kind": kind}
            for name, at, kind in marks
        ],
        "watched": settings.watched_year,
        "secret_until": settings.watched_year + x,
        "last_year": -(-farthest // AXIS_STEP) * AXIS_STEP,
    }


def verdict(settings: TimelineSettings) -> tuple[str, str, str]:
    """Return the state of the timeline, ``"late"``, ``"time"`` or ``"lost"``, its title, and why."""
    words = words_for("timeline_panel")
    x, y, z = settings.secrecy_years, settings.migration_years, settings.quantum_year
    known = {"sum": x + y, "y": y, "z": z, "reads": max(y, z)}
    if not x:
        return "time", words["title_time"], words["why_none"]
    fallen = _what_falls(settings)
    if settings.too_late:
        return "late", words["title_late"], f"{words['why_late'].format(**known)} {fallen}".rstrip()
    why = f"{words['why_time'].format(**known)} {fallen}".rstrip()
    return ("lost", words["title_lost"], why) if fallen else ("time", words["title_time"], why)


def _what_falls(settings: TimelineSettings) -> str:
    """Return a sentence on the messages that are read too early only as something falls; empty if none is."""
    words = words_for("timeline_panel")
    firm = replace(settings, pqc_falls=None, qkd_fault=None)
    counts = {
        method: [
            [one.fate for one in messages(assumed, method)].count("early") for assumed in (settings, firm)
        ]
        for method in METHODS[1:]
    }
    items = [
        words[f"fallen_{method}"].format(early=early)
        for method, (early, usual) in counts.items()
        if early > usual
    ]
    return words["why_fallen"].format(all=LAST_SENT + 1, items=", ".join(items)) if items else ""


_SIGNS: Mapping[str, str] = {"late": "✕", "time": "✓", "lost": "!"}


def verdict_html(settings: TimelineSettings) -> str:
    """Return the line above the panel."""
    state, title, why = verdict(settings)
    return (
        f"<div class='qk-timeline-verdict' data-state='{state}' role='status'>"
        f"<b>{_SIGNS[state]} {escape(title)}</b> <span>{escape(why)}</span></div>"
    )


def message_html(settings: TimelineSettings) -> str:
    """Return the table of the message that is looked at."""
    words = words_for("timeline_panel")
    rows = []
    for method in METHODS:
        one = message(settings, method, settings.watched_year)
        read = words["never"] if one.readable_from is None else str(one.readable_from)
        rows.append(
            (
                words[method],
                words[f"key_{one.key_from}"],
                str(one.secret_until),
                read,
                str(one.years_too_early),
            )
        )
    heads = [words[f"table_{name}"] for name in ("name", "key", "until", "from", "years")]
    head = f"<h4>{escape(words['table_head'].format(year=settings.watched_year))}</h4>"
    return f"{head}{table_html(heads, rows, named=True)}<p>{escape(words['assumed'])}</p>"
