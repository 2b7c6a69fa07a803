"""Live figures: why links end, what nodes on the way give and cost, and two kinds of stars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import scipy

from ....distillation.authentication.tags import TAG_BITS
from ....link import Link
from ....network.operation.pair_report import hub_share
from ....network.operation.yields import expected_rates
from ....network.topology.builders import chain, star
from ....network.topology.key_links import NETWORK_SESSION, KeyLink, key_links
from ....network.topology.network_fibre import METRO_LINK
from ....theory.expected_key import expected_key
from ....theory.rates import expected_rate, straight_line_limit
from ...components.chart_series import curve
from ...components.text import number_text, percent_text, power_text, rate_text, words_for
from ...frame.live_figure import LiveFigure, count_slider, number_slider, power_slider

MODES = 2
"""Of a pulse: its two polarisations."""

KEY_BITS = 256
"""Of a key that is relayed; each link pays a tag with it."""

MOST_NODES, MOST_USERS = 40, 16


def _keys(name: str, style: int, x: list[Any], y: Iterable[float]) -> dict[str, Any]:
    """Return a curve on a log axis, which ends where there is no key."""
    return curve(name, style, x, (one or None for one in y))


def _metro(length_km: float) -> Link:
    return replace(METRO_LINK, length_km=length_km)


def _rate(link: KeyLink) -> float:
    """Return the key rate that is expected of a link, in bits per second."""
    return expected_rates([link], NETWORK_SESSION)[0]


def link_end_figure() -> LiveFigure:
    """Return a figure of the secret bits per pulse of one link against its length."""
    words, lengths = words_for("link_end_figure"), np.linspace(1, 250, 84).tolist()

    def line(length_km: float, dark: float) -> Link:
        detector = METRO_LINK.detector
        counts = dark * detector.dark_count_probability
        return replace(
            METRO_LINK, length_km=length_km, detector=replace(detector, dark_count_probability=counts)
        )

    def bits(length_km: float, pulses: float, dark: float) -> int:
        link = line(length_km, dark)
        return expected_key(replace(NETWORK_SESSION, n_pulses=round(pulses), link=link)).key_length

    def most(length_km: float) -> float:
        return MODES * straight_line_limit(_metro(length_km).transmittance)

    @cache
    def reach(dark: float) -> float:
        """Return where endlessly many pulses leave no key; correction leaks 1.16 h(E)."""
        return float(
            scipy.optimize.brentq(
                lambda km: expected_rate(line(km, dark), efficiency=1.16), 0, 1000, xtol=0.01
            )
        )

    def curves(pulses: float, dark: float) -> dict[str, Any]:
        name = words["session"].format(pulses=number_text(round(pulses)))
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": lengths[-1]},
            "y_axis": {"label": words["y"], "low": 1e-7, "high": 10, "scale": "log"},
            "series": [
                _keys(name, 0, lengths, [bits(km, pulses, dark) / pulses for km in lengths]),
                _keys(words["limit"], 1, lengths, [most(km) for km in lengths]),
            ],
            "lines": [{"axis": "x", "at": reach(dark), "label": words["reach"]}],
        }

    def sentence(length_km: float, pulses: float, dark: float) -> str:
        return words["told"].format(
            length=f"{length_km:g}",
            arrive=percent_text(_metro(length_km).transmittance)
            if length_km < 150
            else power_text(_metro(length_km).transmittance),
            pulses=number_text(round(pulses)),
            bits=number_text(bits(length_km, pulses, dark)),
            limit=number_text(round(most(length_km) * pulses)),
            reach=f"{reach(dark):.0f}",
        )

    return LiveFigure(
        {
            "length_km": number_slider(words, "length_km", 50, (1, 250), 1, ".0f"),
            "pulses": power_slider(words, "pulses", 1e9, (1e6, 1e9), ".1e"),
            "dark": power_slider(words, "dark", 1, (0.01, 100), ".2r"),
        },
        curves,
        sentence,
    )


def relay_chain_figure() -> LiveFigure:
    """Return a figure of the key rate of the ends of a chain of equal links by the nodes between them."""
    words, numbers = words_for("relay_chain_figure"), list(range(MOST_NODES + 1))

    def one(nodes: int, length_km: float) -> KeyLink:
        (link,) = key_links(chain(2, link=_metro(length_km / (nodes + 1))))
        return link

    def rate(nodes: int, length_km: float) -> float:
        return _rate(one(nodes, length_km)) * (KEY_BITS / (KEY_BITS + TAG_BITS) if nodes else 1)

    def best(length_km: float) -> float:
        """Return the most that any devices could make of these pulses without a node between."""
        link = one(0, length_km)
        return MODES * link.pulse_rate_hz * straight_line_limit(link.link.transmittance)

    def curves(length_km: float) -> dict[str, Any]:
        low = 0.01
        limit = best(length_km)
        lines = [{"axis": "y", "at": limit, "label": words["limit"]}] if limit > low else []
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": MOST_NODES},
            "y_axis": {"label": words["y"], "low": low, "high": 1e7, "scale": "log"},
            "series": [_keys(words["rate"], 0, numbers, [rate(nodes, length_km) for nodes in numbers])],
            "lines": lines,
        }

    def sentence(nodes: int, length_km: float) -> str:
        found = rate(nodes, length_km)
        told = ("told" if found else "told_none") + ("" if nodes > 1 else "_one" if nodes else "_straight")
        return words[told].format(
            length=f"{length_km:g}",
            each=f"{length_km / (nodes + 1):.3g}",
            seconds=f"{one(nodes, length_km).session_seconds:g}",
            nodes=nodes,
            rate=rate_text(found),
            cost=f"{(nodes + 1) * (KEY_BITS + TAG_BITS) / KEY_BITS:g}",
        )

    return LiveFigure(
        {
            "nodes": count_slider(words, "nodes", 4, (0, MOST_NODES)),
            "length_km": number_slider(words, "length_km", 500, (50, 2000), 50, ".0f"),
        },
        curves,
        sentence,
    )


def star_figure() -> LiveFigure:
    """Return a figure of the key rate of a pair by the users around a trusted hub or an optical switch."""
    words, numbers = words_for("star_figure"), list(range(2, MOST_USERS + 1))

    def first(users: int, length_km: float, hub: str) -> KeyLink:
        return key_links(star(users, hub=hub, link=_metro(length_km)))[0]

    @cache
    def duty(users: int) -> float:
        """Return for which share of the time a pair is joined; it does not depend on the lengths."""
        return first(users, METRO_LINK.length_km, "optical switch").duty

    def at_hub(length_km: float) -> float:
        """Return the rate of a pair that has its two links to itself."""
        return _rate(first(2, length_km, "trusted node")) * KEY_BITS / (KEY_BITS + TAG_BITS)

    def at_switch(users: int, length_km: float) -> float:
        return _rate(replace(first(2, length_km, "optical switch"), duty=duty(users)))

    def curves(length_km: float) -> dict[str, Any]:
        hub = at_hub(length_km)
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 2, "high": MOST_USERS},
            "y_axis": {"label": words["y"], "low": 10, "high": 1e6, "scale": "log"},
            "series": [
                _keys(words["alone"], 2, numbers, [hub for _ in numbers]),
                _keys(words["alike"], 0, numbers, [hub_share(hub, users) for users in numbers]),
                _keys(words["switched"], 1, numbers, [at_switch(users, length_km) for users in numbers]),
            ],
        }

    def sentence(users: int, length_km: float) -> str:
        alike, switched = hub_share(at_hub(length_km), users), at_switch(users, length_km)
        fewer = f"{alike / switched:.2g}" if switched else ""
        return words["told"].format(
            users=users,
            length=f"{length_km:g}",
            alike=rate_text(alike) if alike else words["nothing"],
            switched=words["fewer"].format(rate=rate_text(switched), factor=fewer)
            if switched
            else words["nothing"],
            duty=percent_text(duty(users)),
        )

    return LiveFigure(
        {
            "users": count_slider(words, "users", 4, (2, MOST_USERS)),
            "length_km": number_slider(words, "length_km", 25, (5, 100), 5, ".0f"),
        },
        curves,
        sentence,
    )
