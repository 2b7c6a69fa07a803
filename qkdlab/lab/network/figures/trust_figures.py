"""Live figures: what a network is built of, who learns a relayed key, and how long stores last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

import ipywidgets as widgets
import numpy as np

from ....network.operation.simulation import Incident, SimulationResult
from ....network.relay.all_views import ViewTable, all_views
from ....network.relay.hops import LinkKey
from ....network.relay.one_path import relay_one_time_pad
from ....network.relay.relayed_key import RelayedKey
from ....network.relay.shares import relay_xor_shares
from ....network.topology.builders import chain, mesh, ring, star
from ....network.topology.topology import Topology
from ....values import SecretKey
from ...components.chart_series import curve
from ...components.text import number_text, words_for
from ...frame.live_figure import LiveFigure, count_slider, number_slider

FORMS: Mapping[str, Callable[[int], Topology]] = {"chain": chain, "ring": ring, "star": star, "mesh": mesh}
FEWEST_USERS, MOST_USERS, MOST_WAYS = 3, 20, 8
WAYS = ((("A", "B", "C", "D"),), (("A", "B", "D"), ("A", "C", "D")))
"""A chain, and both ways round a ring; B and C are the nodes between A and D in both."""

BETWEEN = ["B", "C"]

MILLION = 1e6
STEP = 0.49
"""Half the width of a level piece, a little short of the next."""


def steps(name: str, style: int, first: int, values: Iterable[float]) -> dict[str, Any]:
    """Return a curve that is level around each whole number from `first` on: there is nothing between."""
    found = list(values)
    x = [place + side for place in range(first, first + len(found)) for side in (-STEP, STEP)]
    return curve(name, style, x, [value for value in found for _ in range(2)])


def _end_at(
    most: Callable[[], int], ending: Iterable[widgets.IntSlider], moved: Iterable[widgets.IntSlider]
) -> None:
    """Let sliders end at ``most()``, which follows from where others are `moved` to: at what there is.

    Call it before the figure is made: the figure then hears of nothing beyond.
    """
    ends = list(ending)

    def follow(_change: object) -> None:
        for slider in ends:
            slider.max = most()

    for slider in moved:
        slider.observe(follow, "value")


def forms_figure() -> LiveFigure:
    """Return a figure of the units that networks of several forms take, by the number of users."""
    words, numbers = words_for("forms_figure"), list(range(FEWEST_USERS, MOST_USERS + 1))
    pairs_of_units = {
        name: [build(number).units.alice for number in numbers] for name, build in FORMS.items()
    }

    def curves() -> dict[str, Any]:
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": FEWEST_USERS, "high": MOST_USERS},
            "y_axis": {"label": words["y"], "low": 1, "high": 200, "scale": "log"},
            "series": [
                curve(words[name], style, numbers, found)
                for style, (name, found) in enumerate(pairs_of_units.items())
            ],
        }

    def sentence(users: int) -> str:
        found = {name: counts[users - FEWEST_USERS] for name, counts in pairs_of_units.items()}
        return words["told"].format(users=users, pairs=users * (users - 1) // 2, **found)

    return LiveFigure(
        {"users": count_slider(words, "users", 6, (FEWEST_USERS, MOST_USERS))}, curves, sentence
    )


def _relayed(ways: int) -> RelayedKey:
    """Return a key of one byte for A and D that went one way, or in a share on each of two."""
    rng, paths = np.random.default_rng(0), WAYS[ways - 1]
    keys = [[LinkKey.draw(a, b, 8, rng) for a, b in pairwise(path)] for path in paths]
    secret = SecretKey(rng.integers(0, 2, 8, dtype=np.uint8))
    if ways == 1:
        return relay_one_time_pad(paths[0], keys[0], secret)
    return relay_xor_shares(paths, keys, secret, rng=rng)


def all_views_figure() -> LiveFigure:
    """Return a figure of everything that may be seen of a relay, and how often the key is then 1."""
    words = words_for("all_views_figure")
    tables: dict[tuple[int, int], ViewTable] = {
        (ways, read): all_views(_relayed(ways), BETWEEN[:read]) for ways in (1, 2) for read in (0, 1, 2)
    }

    def curves(ways: int, read: int) -> dict[str, Any]:
        counts = tables[ways, read].counts
        shares = (counts[:, 1] / counts.sum(axis=1)).tolist()
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0.5, "high": len(counts) + 0.5},
            "y_axis": {"label": words["y"], "low": -0.1, "high": 1.1},
            "series": [steps(words["share"], 0, 1, shares)],
            "lines": [{"axis": "y", "at": 0.5, "label": words["nothing"]}],
        }

    def sentence(view: int, ways: int, read: int) -> str:
        table = tables[ways, read]
        who = words["and"].join(table.nodes) or words["listener"]
        zero, one = table.counts[view - 1].tolist()
        meaning = words["either" if zero and one else "known"].format(key=int(one > 0))
        values = zip(table.words, table.views[view - 1].tolist(), strict=True)
        seen = ", ".join(words["seen"].format(word=word, value=value) for word, value in values)
        counts = {name: count or words["no_case"] for name, count in (("zero", zero), ("one", one))}
        net, number = words[f"net_{ways}"], len(table.counts)
        return words["told"].format(
            net=net, who=who, number=number, view=view, seen=seen, meaning=meaning, **counts
        )

    sliders = {
        "view": count_slider(words, "view", 1, (1, len(tables[1, 1].counts))),
        "ways": count_slider(words, "ways", 1, (1, 2)),
        "read": count_slider(words, "read", 1, (0, 2)),
    }

    def most() -> int:
        return len(tables[sliders["ways"].value, sliders["read"].value].counts)

    _end_at(most, (sliders["view"],), (sliders["ways"], sliders["read"]))
    return LiveFigure(sliders, curves, sentence)


def shares_figure() -> LiveFigure:
    """Return a figure of what is known and what arrives of a key in shares, by the ways read or lost."""
    words, numbers = words_for("shares_figure"), list(range(MOST_WAYS + 1))

    def curves(threshold: int, ways: int) -> dict[str, Any]:
        needed, places = min(threshold, ways), numbers[: ways + 1]
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": -0.5, "high": MOST_WAYS + 0.5},
            "y_axis": {"label": words["y"], "low": -0.1, "high": 1.1, "unit": "percent"},
            "series": [
                steps(words["known"], 1, 0, (float(number >= needed) for number in places)),
                steps(words["arrives"], 0, 0, (float(ways - number >= needed) for number in places)),
            ],
        }

    def sentence(number: int, threshold: int, ways: int) -> str:
        needed = min(threshold, ways)
        return words["told_one" if number == 1 else "told"].format(
            threshold=needed,
            ways=ways,
            number=number,
            known=words["everything" if number >= needed else "nothing"],
            arrives=words["there" if ways - number >= needed else "gone"],
            private=needed - 1,
            lost=ways - needed,
        )

    sliders = {
        "number": count_slider(words, "number", 1, (0, 4)),
        "threshold": count_slider(words, "threshold", 2, (1, 4)),
        "ways": count_slider(words, "ways", 4, (1, MOST_WAYS)),
    }
    _end_at(lambda: sliders["ways"].value, (sliders["number"], sliders["threshold"]), (sliders["ways"],))
    return LiveFigure(sliders, curves, sentence)


def stores_figure(result: SimulationResult, incidents: Iterable[Incident] = ()) -> LiveFigure:
    """Return a figure of the keys that each link of a network had stored, by the minute.

    Parameters
    ----------
    result
        What `qkdlab.network.simulate` returned.
    incidents
        What happened to the network; a line each.
    """
    words, minutes = words_for("stores_figure"), (result.times / 60).tolist()
    events = [
        (one.at_seconds / 60, words["event"].format(what=one.what, where="–".join(one.where)))
        for one in incidents
    ]
    stored = result.stored / MILLION

    def curves() -> dict[str, Any]:
        return {
            "title": words["title"],
            "x_axis": {"label": words["x"], "low": 0, "high": minutes[-1]},
            "y_axis": {"label": words["y"], "low": 0, "high": max(0.1, 1.15 * float(stored.max()))},
            "series": [
                curve(link, style, minutes, stored[:, style].tolist())
                for style, link in enumerate(result.links)
            ],
            "lines": [{"axis": "x", "at": at, "label": told} for at, told in events],
        }

    def sentence(minute: float) -> str:
        at = max(0, int(np.searchsorted(result.times, minute * 60 + 1e-6)) - 1)
        pools = (
            words["pool"].format(link=link, stored=f"{amount:.2f}")
            for link, amount in zip(result.links, stored[at], strict=True)
        )
        last = [line for line in result.log if line.seconds <= minute * 60]
        return words["told"].format(
            minute=f"{minute:g}",
            pools=", ".join(pools),
            served=number_text(int(result.served[at].sum())),
            failed=number_text(int(result.failed[at].sum())),
            last=last[-1].text if last else words["first"],
        )

    return LiveFigure(
        {"minute": number_slider(words, "minute", round(minutes[-1] / 2), (0, minutes[-1]), 0.5, ".1f")},
        curves,
        sentence,
    )
