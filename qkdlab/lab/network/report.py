"""A network's run in words: a verdict, a table, and what the attacker makes of what the nodes hold."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from ...distillation.outcome import TOO_FEW
from ...errors import KeyExhausted
from ...network import LinkState
from ...session.report import HEADLINES
from ...session.result import Standing
from ..components.text import number_text, percent_text, rate_text, words_for
from ..sessions.ending import lamp
from .forms import FORMS, WAYS
from .network_run import KEY_BITS, NONE, NetworkRun, fibre_path
from .view import short_way

MOST_NAMES = 4
"""So many names a lamp has room for; the table has room for all."""


def listed(names: Sequence[str], comma: str = ", ", most: int = MOST_NAMES) -> str:
    """Return names as words, of many the first `most` alone, where that saves more than one.

    >>> listed(["A", "B", "C"]), listed("ABCDE"), listed("ABCDEF")
    ('A, B and C', 'A, B, C, D and E', 'A, B, C, D and 2 more')
    """
    words = words_for("network_report")
    if len(names) > most + 1:
        return words["more"].format(first=comma.join(names[:most]), count=len(names) - most)
    if len(names) < 2:
        return "".join(names)
    return words["and"].format(first=comma.join(names[:-1]), last=names[-1])


def ways_text(run: NetworkRun, paths: Sequence[Sequence[str]], *, whole: bool = False) -> str:
    """Return ways as words, with the switches on them; of a long one the ends alone, if not the `whole`."""
    ways = [fibre_path(run.network, tuple(path)) for path in paths]
    return listed([short_way(way, len(way)) if whole else short_way(way) for way in ways])


def inner(run: NetworkRun) -> tuple[str, ...]:
    """Return the nodes other than the users that know the key."""
    return tuple(name for name in run.knowing if name not in (run.settings.a, run.settings.b))


def verdict(run: NetworkRun, before: NetworkRun | None = None) -> tuple[str, str, str]:
    """Return the lamp's state, its title and a few sentences.

    The ways of the key are told beside those of the run `before`, by default beside those that it would have
    taken before anything happened.
    """
    words, standing = words_for("network_report"), run.standing
    name = "exhausted" if isinstance(run.failure, KeyExhausted) else run.outcome_beside(before)
    title = HEADLINES[standing] if standing is Standing.BROKEN else words[name]
    sentences = [_what_came(run, before), *_failed(run), *_noticed(run), _stated(run)]
    return standing.name.lower(), title, " ".join(sentence for sentence in sentences if sentence)


def eve_lamp(run: NetworkRun) -> dict[str, Any]:
    """Return what the second lamp shows: what Eve on the fibres and in the nodes knows of the key."""
    words, settings = words_for("network_report"), run.settings
    if not settings.eve and not settings.compromised:
        return lamp("none", "nobody", words["nobody_listens"])
    if run.attacker is None:
        return lamp("none", "no_key", words["no_key_reason"].format(a=settings.a, b=settings.b))
    facts = {"nodes": listed(settings.compromised), "bits": number_text(KEY_BITS)}
    if run.attacker.knows_all:
        return lamp("knows", "all", words["exposed_reason"].format(**facts))
    reasons = [words["not_exposed"].format(**facts)] if settings.compromised else []
    reasons += [words["listens"]] if settings.eve else []
    return lamp("safe", "safe", " ".join(reasons))


def _what_came(run: NetworkRun, before: NetworkRun | None) -> str:
    words, settings, bits = words_for("network_report"), run.settings, number_text(KEY_BITS)
    if run.outcome == NONE:
        return _why_none(run)
    ways = ways_text(run, run.paths)
    if run.stock_keys is not None:
        count = number_text(run.stock_keys)
        told = words["stock_reason"].format(bits=bits, ways=ways, count=count, a=settings.a, b=settings.b)
    elif (old := before.paths if before else run.before) and old != run.paths:
        told = words["over_instead"].format(bits=bits, ways=ways, before=ways_text(before or run, old))
    else:
        told = words["over"].format(bits=bits, ways=ways)
    nodes = inner(run)
    if nodes:
        verb = words["known_one" if len(nodes) == 1 else "known_many"]
        return f"{told} {words['known'].format(nodes=listed(nodes), verb=verb)}"
    direct = run.relayed is not None and not run.relayed.steps
    return " ".join([told, *([words["direct"]] if direct else []), words["known_none"]])


def _why_none(run: NetworkRun) -> str:
    """Name what stands in the way of a key."""
    words, settings = words_for("network_report"), run.settings
    if isinstance(run.failure, KeyExhausted):
        return words["short"].format(told=run.failure)
    stopped: dict[str, list[str]] = {}
    for one in run.network.links.values():
        if one.state not in (LinkState.WORKING, LinkState.OFF):
            state = f"{one.state} ({one.reason})" if one.reason else str(one.state)
            if one.reason in TOO_FEW:
                state = words_for("network_panel")["note_too_few"]
            stopped.setdefault(state, []).append(one.name)
    causes = [f"{listed(names)}: {state}" for state, names in stopped.items()]
    causes += [words["off"].format(node=name) for name in settings.lost]
    n_paths = WAYS[settings.way].n_paths
    told = words["no_way_one" if n_paths == 1 else "no_way_many"].format(
        a=settings.a, b=settings.b, needed=n_paths, there=run.report.n_disjoint
    )
    return told + (f" {listed(causes, '; ')}." if causes else "")


def _failed(run: NetworkRun) -> list[str]:
    """Say which assumption failed, if the attacker has the key."""
    settings, words = run.settings, words_for("network_report")
    if run.standing is not Standing.BROKEN:
        return []
    user = {settings.a, settings.b} & set(settings.compromised)
    return [words["failed_user" if user else "failed"].format(nodes=listed(settings.compromised))]


def _noticed(run: NetworkRun) -> list[str]:
    """Say after how long Eve was noticed, and where."""
    words = words_for("network_report")
    aborting = [one for one in run.notices if one.state is LinkState.ABORTING and _has_eve(run, one.link)]
    stopped = [one for one in aborting if one.reason not in TOO_FEW]  # that shows nobody
    told = []
    for (seconds, reason), group in groupby(stopped, lambda one: (one.seconds, one.reason)):
        links = listed([one.link for one in group])
        told.append(words["noticed"].format(links=links, seconds=f"{seconds:.2g}", reason=reason))
    presumed = [one.link for one in run.notices if one.state is LinkState.PRESUMED]
    if presumed:
        told.append(words["presumed"].format(links=listed(presumed)))
    stored = sum(one.counts.stored for one in run.network.links.values() if one.eavesdropper)
    if told and stored and run.stock_keys is None:  # else that was said of the key
        told.append(words["noticed_safe"])
    return told


def _stated(run: NetworkRun) -> str:
    """Say which of the links that gave the key have a key rate that is stated."""
    links = stated_links(run)
    return words_for("network_report")["stated"].format(links=listed(links)) if links else ""


def stated_links(run: NetworkRun) -> list[str]:
    """Return the links on the ways of the key whose key rate is stated."""
    links = [run.network.link(*ends) for path in run.paths for ends in pairwise(path)]
    return [link.name for link in links if link.is_stated]


def _has_eve(run: NetworkRun, name: str) -> bool:
    return any(one.name == name and one.eavesdropper for one in run.network.links.values())


def report_rows(run: NetworkRun) -> list[tuple[str, str]]:
    """Return the table of the pair: what, and how it is."""
    words, report, settings = words_for("network_report"), run.report, run.settings
    units, nodes, n_paths = settings.network.units, inner(run), WAYS[settings.way].n_paths
    knowing = words["knowing"].format(nodes=_all(nodes)) if nodes else words["knowing_none"]
    rows = [
        ("way", _way(run)),
        ("rate", _rate(run)),
        *([("session", session)] if (session := _session(run)) else []),
        *([("turns", turns)] if (turns := _turns(run)) else []),
        *([("alone", words["alone"].format(rate=rate_text(rates[0])))] if (rates := run.star_rates) else []),
        *([("alike", words["alike"].format(rate=rate_text(rates[1])))] if rates else []),
        ("disjoint", str(report.n_disjoint)),
        ("knowing", knowing if run.relayed else words["nobody"]),
        ("single", _single(run)) if n_paths == 1 else ("spare", _spare(run, n_paths)),
        ("units", words["units"].format(alice=units.alice, bob=units.bob)),
        ("attacker", _attacker(run)),
    ]
    return [(words[f"row_{name}"], text) for name, text in rows]


def _all(names: Sequence[str]) -> str:
    """Return all names as words, however many."""
    return listed(names, most=len(names))


def _way(run: NetworkRun) -> str:
    if not run.paths:
        return words_for("network_report")["no_way"]
    ways = ways_text(run, run.paths, whole=True)
    return ways if run.stock_bits is None else words_for("network_report")["stock_way"].format(ways=ways)


def _rate(run: NetworkRun) -> str:
    words, slowest = words_for("network_report"), run.slowest
    if slowest is None or run.stock_bits is not None:
        return words["rate_none"]
    told = words["rate_stated" if slowest.is_stated else "rate"]
    text = told.format(rate=rate_text(run.bits_per_second), link=slowest.name)
    if run.key_cost <= KEY_BITS:
        return text
    made, tag = rate_text(slowest.bits_per_second), run.key_cost - KEY_BITS
    return words["rate_tags"].format(told=text, made=made, cost=run.key_cost, tag=tag)


def _session(run: NetworkRun) -> str:
    """Return how long the sessions of the slowest link are; "" if it has none, or there are no new keys."""
    words, slowest = words_for("network_report"), run.slowest
    if slowest is None or slowest.is_stated or run.stock_bits is not None:
        return ""
    told = words["session"].format(seconds=f"{slowest.link.session_seconds:g}")
    return words["session_steps"].format(told=told) if run.settings.form in FORMS else told


def _turns(run: NetworkRun) -> str:
    slowest = run.slowest
    if slowest is None or slowest.link.duty == 1.0:
        return ""
    return words_for("network_report")["turns"].format(share=percent_text(slowest.link.duty))


def _single(run: NetworkRun) -> str:
    words, report = words_for("network_report"), run.report
    if report.path is None:
        return words["single_no_way"]
    return _all(report.single_points) or words["single_none"]


def _spare(run: NetworkRun, needed: int) -> str:
    words, there = words_for("network_report"), run.report.n_disjoint
    name = "spare" if there > needed else "spare_short" if there == needed else "spare_none"
    return words[name].format(needed=needed, there=there)


def _attacker(run: NetworkRun) -> str:
    words, nodes = words_for("network_report"), _all(run.settings.compromised)
    if not nodes:
        links = _all(["–".join(ends) for ends in run.settings.eve])
        return words["attacker_listens"].format(links=links) if links else words["attacker_none"]
    if run.attacker is None:
        return words["attacker_waits"].format(nodes=nodes)
    name = "attacker_all" if run.attacker.knows_all else "attacker_nothing"
    return words[name].format(nodes=nodes, bits=number_text(KEY_BITS))


def report_html(run: NetworkRun) -> str:
    """Return the table, and what the attacker does, as HTML."""
    words, settings = words_for("network_report"), run.settings
    title = escape(words["title"].format(a=settings.a, b=settings.b))
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(text)}</td></tr>"
        for name, text in report_rows(run)
    )
    return f"<h4>{title}</h4><table class='qk-log qk-knows'>{body}</table>{_attack_html(run)}"


def _attack_html(run: NetworkRun) -> str:
    """Return the equation by which the attacker finds the key, and the key."""
    attacker, words = run.attacker, words_for("network_report")
    if attacker is None or attacker.key is None or run.relayed is None:
        return ""
    uses = " ⊕ ".join(
        (f"{factor:02x}·" if factor > 1 else "")
        + (f"({word.expression})" if len(word.terms) > 1 and len(attacker.uses) > 1 else word.expression)
        for factor, word in attacker.uses
    )
    key = run.relayed.key.expression
    told = words["holds"].format(key=key) if uses == key else words["equation"].format(key=key, uses=uses)
    text = np.packbits(attacker.key.bits).tobytes().hex(" ", 4)
    return (
        f"<p>{escape(told)}</p><p>{escape(words['bits'])}</p>"
        f"<pre class='qk-circuit qk-wrap'>{escape(text)}</pre>"
    )
