"""A network that ran as what `NetworkMap` draws: places, states, key rates, pools, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...distillation.outcome import TOO_FEW
from ...network import Fibre, LinkState, LiveLink, Node, key_links
from ...network.operation.yields import expected_rates
from ..components.text import rate_text, words_for
from .forms import FORMS
from .network_run import KEY_BITS, NetworkRun, fibre_path
from .settings import NetworkSettings

Record = dict[str, Any]
LONGEST_WAY = 12
"""Letters of a way in the bar; of a longer one only its ends are told there."""


def map_traits(run: NetworkRun, *, acts: bool = True) -> Record:
    """Return the traits of a `NetworkMap` for a run; with `acts`, what a learner can do with each item."""
    words = words_for("network_panel")
    settings = run.settings
    title = words["title"].format(name=settings.network.name, a=settings.a, b=settings.b)
    return {
        "title": title,
        "nodes": _nodes(run, acts),
        "links": [_link(run, fibre, acts) for fibre in settings.network.fibres],
        "routes": _routes(run),
        "step": None,
    }


def _nodes(run: NetworkRun, acts: bool) -> list[Record]:
    words, settings = words_for("network_panel"), run.settings
    ends = {settings.a: "first", settings.b: "second"}
    nodes = []
    for node in settings.network.placed().nodes:
        lost, compromised = node.name in settings.lost, node.name in settings.compromised
        nodes.append(
            {
                "id": node.name,
                "x": node.x or 0.0,
                "y": -(node.y or 0.0),  # in networks y grows downwards, on the map upwards
                "kind": str(node.kind),
                "state": "lost" if lost else "compromised" if compromised else "sound",
                "knows": node.name in run.knowing,
                "end": ends.get(node.name, ""),
                "note": words["note_compromised"] if lost and compromised else "",
                "actions": _actions(_node_actions(run, node)) if acts else [],
            }
        )
    return nodes


def _node_actions(run: NetworkRun, node: Node) -> list[str]:
    settings = run.settings
    actions = [
        "trust" if node.name in settings.compromised else "compromise",
        "restore" if node.name in settings.lost else "lose",
    ]
    if not node.is_switch:
        actions += [
            name for name, user in (("first", settings.a), ("second", settings.b)) if user != node.name
        ]
    return actions


def _link(run: NetworkRun, fibre: Fibre, acts: bool) -> Record:
    settings, ends = run.settings, (fibre.a, fibre.b)
    keys = over_fibre(run, fibre)
    state, note = _state(run, fibre, keys)
    working = [one for one in keys if one.state is LinkState.WORKING]
    level = _level(run, keys)
    label = _rate_label(fibre, working) if state == "working" else ""
    nothing = words_for("network_panel")["label_stored" if level else "label_none"]
    actions = ["repair"] if ends in settings.cut else ["leave" if ends in settings.eve else "listen", "cut"]
    return {
        "id": fibre.name,
        "a": fibre.a,
        "b": fibre.b,
        "state": state,
        "label": label or nothing,
        "level": level,
        "note": "; ".join(text for text in (note, fibre.stated) if text),
        "actions": _actions(actions) if acts else [],
    }


def _rate_label(fibre: Fibre, working: Sequence[LiveLink]) -> str:
    """Return what a fibre gives: the rate of its link, or of all pairs that take turns on it."""
    rate = rate_text(sum(one.bits_per_second for one in working))
    if fibre.key_rate_bits_per_s is not None:
        return words_for("network_panel")["label_stated"].format(rate=rate)
    if len(working) == 1:
        return rate
    return words_for("network_panel")["label_pairs"].format(count=len(working), rate=rate)


def figures(run: NetworkRun, *, is_old: bool = False, is_other: bool = False) -> list[dict[str, str]]:
    """Return the numbers of the bar: key rate and way.

    `is_old` while something else is being measured, `is_other` if that is another network with other ways.
    """
    words, slowest, rate = words_for("network_panel"), run.slowest, run.bits_per_second
    ways = [fibre_path(run.network, path) for path in run.paths]
    way = words["figure_none"]
    if ways:
        way, ends = short_way(ways[0]), words["figure_ends"].format(a=ways[0][0], b=ways[0][-1])
        way = way if len(way) <= LONGEST_WAY else ends
    if len(ways) > 1:
        way = words["figure_ways"].format(first=way, count=len(ways) - 1)
    told, note = rate_text(rate) if rate else words["figure_none"], ""
    if rate and slowest:
        seconds = f"{slowest.link.session_seconds:g}"
        session = "" if slowest.is_stated else words["figure_session"].format(seconds=seconds)
        note = words["figure_tags" if run.key_cost > KEY_BITS else "figure_slowest"].format(
            link=slowest.name,
            session=session,
            rate=rate_text(slowest.bits_per_second),
            bits=KEY_BITS,
            cost=run.key_cost,
            tag=run.key_cost - KEY_BITS,
        )
    if run.star_rates:
        alone, alike = map(rate_text, run.star_rates)
        note = words["figure_star"].format(note=note, alone=alone, alike=alike)
    if is_old:
        told, note = words["figure_old"], ""
    all_ways = "; ".join(map(short_way, ways))
    if is_other:
        way, all_ways = words["figure_old"], ""
    return [
        {"name": words["figure_rate"], "value": told, "note": note},
        {"name": words["figure_way"], "value": way, "note": all_ways},
    ]


def expected_links(run: NetworkRun, settings: NetworkSettings) -> list[Record] | None:
    """Return the links of a run's map with the key rates that theory expects of longer or shorter fibres.

    This is what stands on the map until sessions of these fibres have been run; the words say so. None if the
    settings differ from those of the run in anything but `length_km`.
    """
    if replace(run.settings, length_km=settings.length_km) != settings or settings.form not in FORMS:
        return None
    words, made = words_for("network_panel"), key_links(settings.network)
    totals = dict.fromkeys((fibre.name for fibre in settings.network.fibres), 0.0)
    for link, rate in zip(made, expected_rates(made, run.network.plan.session), strict=True):
        for ends in link.fibres:
            totals[settings.network.fibre(*ends).name] += rate
    links: list[Record] = map_traits(run)["links"]
    for one in links:
        if one["state"] == "working":
            one["label"] = words["label_expected"].format(rate=rate_text(totals[one["id"]]))
    return links


def over_fibre(run: NetworkRun, fibre: Fibre) -> list[LiveLink]:
    """Return the links that make keys over a fibre: several, if it leads to a switch."""
    ends = {fibre.a, fibre.b}
    return [one for one in run.network.links.values() if any(set(other) == ends for other in one.link.fibres)]


def _state(run: NetworkRun, fibre: Fibre, keys: Sequence[LiveLink]) -> tuple[str, str]:
    """Return one of the map's states of a link, and why."""
    words, settings, ends = words_for("network_panel"), run.settings, (fibre.a, fibre.b)
    reason = next((one.reason for one in keys if one.reason), None)
    told = words["note_reason"].format(reason=reason) if reason else ""
    if reason in TOO_FEW:
        told = words["note_too_few"]
    if any(one.state is LinkState.PRESUMED for one in keys):
        told = words["note_presumed"]
    if ends in settings.cut:
        return "cut", ""
    if ends in settings.eve:
        return "eve", told
    if set(ends) & set(settings.lost):
        return "down", words["note_lost"]
    if not any(one.state is LinkState.WORKING for one in keys):
        return "down", told
    return "working", words["note_pairs"].format(count=len(keys)) if len(keys) > 1 else ""


def _level(run: NetworkRun, keys: Sequence[LiveLink]) -> float | None:
    """Return how full the pools over a fibre are, together."""
    pools = [pool for one in keys for pool in one.pools.values()]
    if not pools:
        return None
    stored = sum(pool.available(run.network.now) for pool in pools)
    return min(1.0, stored / (len(pools) * run.network.plan.capacity_bits))


def _routes(run: NetworkRun) -> list[Record]:
    words = words_for("network_panel")
    paths = [fibre_path(run.network, path) for path in run.paths]
    text = words["route" if run.stock_bits is None else "route_stock"]
    return [
        {"nodes": list(path), "text": text.format(number=number, way=short_way(path))}
        for number, path in enumerate(paths, 1)
    ]


def short_way(path: Sequence[str], most: int = 7) -> str:
    """Return a path as text, the middle of a long one left out; names with blanks or dashes stand apart.

    >>> short_way(["A", "B", "C"]), short_way([f"N{i}" for i in range(32)])
    ('A–B–C', 'N0–N1–N2 … N29–N30–N31')
    """
    dash = "–" if all(name.isalnum() for name in path) else " – "
    if len(path) <= most:
        return dash.join(path)
    return f"{dash.join(path[:3])} … {dash.join(path[-3:])}"


def _actions(names: Sequence[str]) -> list[dict[str, str]]:
    words = words_for("network_panel")
    return [{"id": name, "text": words[f"act_{name}"]} for name in names]
