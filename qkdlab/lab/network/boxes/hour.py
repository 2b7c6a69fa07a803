"""An hour of a network with incidents in it: what the pools hold, what is served, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....network import Demand, LinkState, SimulationResult, simulate
from ....network.operation.serving import LogKind, LogLine
from ....network.routing.breadth_first import Path
from ....network.topology.network_fibre import link_name
from ....values import Progress
from ...components.chart_series import curve
from ...components.curve_chart import STYLES
from ...components.text import number_text, words_for
from ..forms import WAYS
from ..network_run import incidents_of
from ..report import listed
from ..settings import NetworkSettings
from ..view import short_way

HOUR_SECONDS, INCIDENT_SECONDS, N_TIMES = 3600, 1200, 60
MOST_LINES = 12
LOOKS = (0, 1, 2, 3, 5, 6, 4)
"""The looks of curves in the order in which they are taken: those that are alike, 1 and 4, are far apart."""

ALIKE = 0.02
"""Curves that are nowhere farther apart than this share of the axis are drawn as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Hour:
    """An hour: its settings, and what came of it."""

    settings: NetworkSettings
    result: SimulationResult


def run_hour(settings: NetworkSettings, progress: Progress) -> Hour:
    """Run an hour of the network; what happened to it happens after 20 minutes.

    The users ask for keys at equal times; all pairs at a switch take turns, as on the map.
    """
    demand = Demand(
        a=settings.a,
        b=settings.b,
        interval_seconds=1 / settings.keys_per_second,
        arrivals="constant",
        n_paths=WAYS[settings.way].n_paths,
    )
    result = simulate(
        settings.network,
        [demand],
        seconds=HOUR_SECONDS,
        seed=settings.seed,
        incidents=incidents_of(settings, INCIDENT_SECONDS),
        n_times=N_TIMES,
        progress=progress,
    )
    return Hour(settings, result)


def links_used(hour: Hour) -> list[str]:
    """Return the links that carried keys, those of the way used most first, as far as a chart has styles."""
    ways = sorted(hour.result.paths[0].items(), key=lambda item: -item[1])
    names = dict.fromkeys(
        name
        for path, _ in ways
        for ends in pairwise(path)
        for name in hour.result.links
        if name in (link_name(ends), link_name(ends[::-1]))
    )
    return list(names)[:STYLES]


def stored_chart(hour: Hour) -> dict[str, Any]:
    """Return the traits of a `CurveChart`: bits in the pools of the links that carried keys, over time."""
    words, result = words_for("hour_box"), hour.result
    minutes = (result.times / 60).tolist()
    used = links_used(hour)
    stored = result.stored / 1000
    high = max(1.0, 1.1 * float(stored.max()))
    curves = {name: stored[:, result.links.index(name)] for name in used}
    series = [
        curve(listed(names, most=len(names)), style, minutes, curves[names[0]].tolist())
        for names, style in zip(_alike(curves, ALIKE * high), LOOKS, strict=False)
    ]
    return {
        "title": words["stored"],
        "statement": " ".join([words["stored_statement"] if used else words["no_ways"], *_stated(result)]),
        "x_axis": _minutes(),
        "y_axis": {"label": words["stored_axis"], "low": 0.0, "high": high},
        "series": series,
        "lines": _marks(hour),
    }


def _alike(curves: Mapping[str, NDArray[np.float64]], most: float) -> list[list[str]]:
    """Return the names of curves, those together that are nowhere more than `most` from the first of them."""
    groups: list[list[str]] = []
    for name, values in curves.items():
        group = next((one for one in groups if np.abs(curves[one[0]] - values).max() <= most), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def _stated(result: SimulationResult) -> list[str]:
    if not result.stated:
        return []
    return [words_for("hour_box")["stated"].format(links=listed(result.stated))]


def served_chart(hour: Hour) -> dict[str, Any]:
    """Return the traits of a `CurveChart`: keys that were and that were not served in each minute."""
    words, result = words_for("hour_box"), hour.result
    minutes = (result.times[1:] / 60).tolist()
    served, failed = (np.diff(counts[:, 0]).tolist() for counts in (result.served, result.failed))
    ways = ways_by_minute(hour)
    series = [
        curve(
            words["over"].format(ways=told),
            style,
            minutes,
            (n if way == told and n else None for n, way in zip(served, ways, strict=True)),
        )
        for told, style in zip(dict.fromkeys(way for way in ways if way), LOOKS[: STYLES - 2], strict=False)
    ]
    series.append(curve(words["failed_series"], 6, minutes, failed))
    totals = number_text(int(result.served[-1, 0])), number_text(int(result.failed[-1, 0]))
    statement = words["served_statement"].format(served=totals[0], failed=totals[1])
    if hour.settings.compromised:
        after, known = map(number_text, keys_known(hour))
        statement = " ".join([words["known"].format(after=after, known=known), statement])
    return {
        "title": words["served"],
        "statement": statement,
        "x_axis": _minutes(),
        "y_axis": {"label": words["served_axis"], "low": 0.0, "high": 72.0 * hour.settings.keys_per_second},
        "series": series,
        "lines": _marks(hour),
    }


def keys_known(hour: Hour) -> tuple[int, int]:
    """Return how many keys were served after nodes were compromised, and how many of them the attacker has.

    He has a key if as many of its shares as it takes went over these nodes, or if one of them is a user.
    """
    way, served = WAYS[hour.settings.way], hour.result.served[:, 0]
    after = int(served[-1] - served[INCIDENT_SECONDS * N_TIMES // HOUR_SECONDS])
    enough = way.threshold or way.n_paths
    return after, sum(number for shares, number in hour.result.exposed[0].items() if shares >= enough)


def ways_by_minute(hour: Hour) -> list[str]:
    """Return over which ways keys went at the end of each minute, in words; "" before the first key."""
    moves = [line for line in hour.result.log if line.kind is LogKind.WAY]
    told = []
    for end in hour.result.times[1:].tolist():
        ways = [line.paths for line in moves if line.seconds <= end]
        told.append(short_ways(ways[-1]) if ways else "")
    return told


def short_ways(paths: Sequence[Path]) -> str:
    """Return ways in words, the middle of long ones left out."""
    return " and ".join(map(short_way, paths))


def _minutes() -> dict[str, Any]:
    return {"label": words_for("hour_box")["time"], "low": 0.0, "high": HOUR_SECONDS / 60}


def _marks(hour: Hour) -> list[dict[str, Any]]:
    """Return a line for what happened to the network."""
    if not incidents_of(hour.settings):
        return []
    return [{"axis": "x", "at": INCIDENT_SECONDS / 60, "label": words_for("hour_box")["incident"]}]


def log_rows(hour: Hour, most: int | None = None) -> list[tuple[str, str]]:
    """Return what happened: the time as minutes and seconds, and words; of more than `most` lines the first.

    What an incident does to a link stands beside it only if it is not the same in other words. Incidents
    themselves are the last to be left out.
    """
    told = [(line, text) for line in hour.result.log if (text := _in_words(line, hour.settings))]
    ranked = sorted(range(len(told)), key=lambda place: told[place][0].kind is not LogKind.INCIDENT)
    rows = []
    for place in sorted(ranked[:most]):
        line, text = told[place]
        minutes, seconds = divmod(line.seconds, 60)
        rows.append((f"{int(minutes)}:{seconds:05.2f}", text))
    return rows


def _in_words(line: LogLine, settings: NetworkSettings) -> str:
    """Return a line of the log in plain words; nothing if another line says the same."""
    words = words_for("hour_box")
    if line.kind is LogKind.INCIDENT:
        return words[f"log_{line.detail}"].format(where=line.subject)
    if line.kind is LogKind.LINK and line.detail == LinkState.CUT:
        cut = {link_name(ends) for ends in settings.cut}
        return "" if line.subject in cut else line.text
    if line.kind is LogKind.WAY:
        return words["log_way"].format(users=line.subject, ways=short_ways(line.paths))
    return line.text
