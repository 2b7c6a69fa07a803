"""Two networks to which the same thing happens, and the difference in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....network import Network
from ....values import Progress
from ...components.text import number_text, rate_text, words_for
from ..forms import HOP_BY_HOP
from ..network_run import EXPOSED, NONE, NetworkRun, fibre_path, routes_now, run_network
from ..report import inner, listed, stated_links
from ..settings import CALM, CUT_FIRST, EVE_FIRST, NetworkSettings

Sides = tuple[NetworkRun, NetworkRun]


def tried(settings: NetworkSettings, form: str) -> NetworkSettings:
    """Return one side of a comparison: a network of `form` to which the trial of the settings happens.

    The first fibre and the first node are those of the way that the key would take if nothing happened.
    """
    calm = settings.calm if form == settings.form else settings.calm.rebuilt(form=form)
    network = Network(calm.network, seed=calm.seed)
    ways = routes_now(calm, network) or routes_now(replace(calm, way=HOP_BY_HOP), network)
    if not ways or calm.trial == CALM:
        return calm
    stops = fibre_path(network, ways[0])
    first = (stops[0], stops[1])
    if calm.trial == CUT_FIRST:
        return replace(calm, cut=(first,))
    if calm.trial == EVE_FIRST:
        return replace(calm, eve=(first,))
    return replace(calm, compromised=stops[1:-1][:1])


def compare(progress: Progress, settings: NetworkSettings) -> Sides:
    """Run a network and its rival, the same thing happening to both."""
    first, second = (tried(settings, form) for form in (settings.form, settings.rival))
    return (
        run_network(first, lambda share: progress(share / 2)),
        run_network(second, lambda share: progress((1 + share) / 2)),
    )


def comparison(sides: Sides) -> str:
    """Return the difference as a sentence for each side."""
    words = words_for("compare_box")
    told = [words["side"].format(name=_name(side), what=_what(side)) for side in sides]
    return " ".join(words["side_sentence"].format(what=one) for one in told)


def _name(side: NetworkRun) -> str:
    name = side.settings.network.name
    return f"{name[:1].upper()}{name[1:]}"


def _what(side: NetworkRun) -> str:
    told = _outcome(side)
    return words_for("compare_box")["stated"].format(what=told) if stated_links(side) else told


def _rate(side: NetworkRun) -> str:
    """Return the key rate, and for whom: a pair alone on its links has more than a share of them."""
    words, rate = words_for("compare_box"), rate_text(side.bits_per_second)
    if side.star_rates:
        alone, alike = map(rate_text, side.star_rates)
        return words["star"].format(alone=alone, alike=alike)
    has_turns = side.slowest is not None and side.slowest.link.duty < 1
    return words["shared" if has_turns else "alone"].format(rate=rate)


def _outcome(side: NetworkRun) -> str:
    words, nodes, outcome = words_for("compare_box"), inner(side), side.outcome
    known = words["known_none" if not nodes else "known_one" if len(nodes) == 1 else "known_many"]
    facts: dict[str, Any] = {
        "rate": _rate(side),
        "known": known.format(nodes=listed(nodes)),
    }
    if outcome in (NONE, EXPOSED):
        return words[outcome].format(**facts)
    if side.stock_keys is not None:
        return words["stock"].format(count=number_text(side.stock_keys), **facts)
    return words["delivered" if side.paths == side.before else "instead"].format(**facts)
