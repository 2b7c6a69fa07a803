"""Requests for keys, served by a network: many at once where there are keys for all, else one by one.

Between two changes of the network, requests for the same two users all go the same way. If no pool runs short
on these ways at any moment, each gets its key, and what that leaves in the pools is computed for all at once:
the same as one after the other. Where a pool would run short, the time is halved until few requests are
left, and these look for other ways one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...errors import KeyExhausted, NoRoute
from ...values import as_index
from ..routing.breadth_first import Path
from ..topology.network_fibre import link_name
from .demands import Demand, Requests
from .pools import KeyPool
from .router import FULLEST, Route, Router

FEW = 1_000
"""So many requests are served one by one: that is as quick as all at once."""

LONGEST_LOG = 10_000


class LogKind(StrEnum):
    """What a line of the log is about."""

    INCIDENT = "incident"
    LINK = "link"
    WAY = "way"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LogLine:
    """What happened at a time.

    Parameters
    ----------
    seconds
        When.
    kind
        What it is about.
    subject
        The fibre or node of an incident, the link, or the two users.
    detail
        What the incident is, how the link is now, or why the users are not served.
    paths
        The ways that the users' keys take from now on.
    """

    seconds: float
    kind: LogKind
    subject: str
    detail: str = ""
    paths: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """The line in words."""
        if self.kind is LogKind.INCIDENT:
            return f"{self.detail} {self.subject}"
        if self.kind is LogKind.LINK:
            return f"{self.subject}: {self.detail}"
        if self.kind is LogKind.WAY:
            return f"{self.subject} goes over {' and '.join(map(link_name, self.paths))}"
        return f"{self.subject} is not served: {self.detail}"


class Serving:
    """Serves requests, in the order of time, and counts.

    Parameters
    ----------
    router
        Which way keys go.
    demands, requests
        Who asks, and when.

    Attributes
    ----------
    compromised
        The nodes that tell an attacker all they hold, by now.
    exposed
        For each demand, how many keys had so many of their paths over such nodes, users included.
    """

    def __init__(self, router: Router, demands: Sequence[Demand], requests: Requests) -> None:
        self._router, self._demands, self._requests = router, demands, requests
        self._next = 0
        self.served, self.no_route, self.exhausted = (np.zeros(len(demands), np.int64) for _ in range(3))
        self.paths: list[Counter[Path]] = [Counter() for _ in demands]
        self.compromised: frozenset[str] = frozenset()
        self.exposed: list[Counter[int]] = [Counter() for _ in demands]
        self.log: list[LogLine] = []
        self._last: list[tuple[Path, ...] | str] = [() for _ in demands]

    def serve(self, until: float) -> None:
        """Serve all requests up to a moment; until then nothing else may change."""
        start, stop = self._next, int(np.searchsorted(self._requests.times, until, side="right"))
        self._next = max(start, stop)
        self._serve(start, stop)

    def note(self, line: LogLine) -> None:
        """Add a line to the log, as far as there is room."""
        if len(self.log) < LONGEST_LOG:
            self.log.append(line)

    def _serve(self, start: int, stop: int) -> None:
        if stop - start <= FEW or self._router.routing == FULLEST:
            for number in range(start, stop):
                self._serve_one(number)
        elif not self._serve_all(start, stop):
            middle = (start + stop) // 2
            self._serve(start, middle)
            self._serve(middle, stop)

    # ---- one by one --------------------------------------------------------------------------------

    def _serve_one(self, number: int) -> None:
        requests = self._requests
        place, now = int(requests.demands[number]), float(requests.times[number])
        demand = self._demands[place]
        outcome: tuple[Path, ...] | str
        try:
            routes = self._router.with_keys(
                *demand.turns[requests.turns[number]], demand.n_bits, now, demand.n_paths
            )
        except NoRoute as error:
            self.no_route[place] += 1
            outcome = str(error)
        except KeyExhausted as error:
            self.exhausted[place] += 1
            outcome = str(error)
        else:
            for route in routes:
                route.spend(demand.n_bits)
            outcome = _paths_from(demand.a, routes)
            self._count_served(place, 1, outcome)
        self._tell(place, now, outcome)

    def _tell(self, place: int, now: float, outcome: tuple[Path, ...] | str) -> None:
        """Note how a demand is served, if that has changed."""
        before, self._last[place] = self._last[place], outcome
        name = self._demands[place].name
        if isinstance(outcome, tuple):
            if outcome != before:
                self.note(LogLine(now, LogKind.WAY, name, paths=outcome))
        elif not isinstance(before, str):
            self.note(LogLine(now, LogKind.REFUSED, name, outcome))

    # ---- all at once -------------------------------------------------------------------------------

    def _serve_all(self, start: int, stop: int) -> bool:
        """Serve requests if it is clear what becomes of all of them; return whether it is.

        Those that have a way must find enough keys on it, and the others must have no hope of a way.
        """
        requests, part = self._requests, slice(start, stop)
        times, whose = requests.times[part], requests.demands[part]
        asked, first, kinds = np.unique(
            2 * whose + requests.turns[part], return_index=True, return_inverse=True
        )
        ways: list[tuple[Route, ...] | str] = []
        for kind in asked.tolist():
            way = self._way(kind, float(times[0]))
            if way is None:
                return False
            ways.append(way)
        sizes = [self._demands[kind // 2].n_bits for kind in asked.tolist()]
        done = [
            pool.spend_many(costs, moments, relayed)
            for pool, costs, moments, relayed in _draws(ways, sizes, kinds, times)
        ]
        if not all(done):
            return False
        for spend in done:
            if spend:
                spend()
        often = np.bincount(as_index(kinds))
        for place in np.argsort(first, kind="stable").tolist():
            self._count(int(asked[place]), int(often[place]), ways[place], float(times[first[place]]))
        return True

    def _way(self, kind: int, now: float) -> tuple[Route, ...] | str | None:
        """Return the routes of a kind of request, or why it has none for sure; None if neither is clear."""
        demand = self._demands[kind // 2]
        a, b = demand.turns[kind % 2]
        try:
            return self._router.routes(a, b, now, demand.n_paths)
        except NoRoute as error:
            hopeless = self._router.is_stranded(a, b, demand.n_bits, now, demand.n_paths)
            return str(error) if hopeless else None

    def _count(self, kind: int, number: int, way: tuple[Route, ...] | str, now: float) -> None:
        """Count requests of a kind, the first of them at a time."""
        place = kind // 2
        if isinstance(way, str):
            self.no_route[place] += number
            self._tell(place, now, way)
            return
        paths = _paths_from(self._demands[place].a, way)
        self._count_served(place, number, paths)
        self._tell(place, now, paths)

    def _count_served(self, place: int, number: int, paths: tuple[Path, ...]) -> None:
        self.served[place] += number
        self.paths[place].update(dict.fromkeys(paths, number))
        if exposed := sum(not self.compromised.isdisjoint(path) for path in paths):
            self.exposed[place][exposed] += number


def _paths_from(user: str, routes: Sequence[Route]) -> tuple[Path, ...]:
    """Return the paths of routes, from `user` on."""
    return tuple(route.path if route.path[0] == user else route.path[::-1] for route in routes)


Draw = tuple[KeyPool, NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]


def _draws(
    ways: Sequence[tuple[Route, ...] | str],
    sizes: Sequence[int],
    kinds: NDArray[np.int64],
    times: NDArray[np.float64],
) -> list[Draw]:
    """Return what each pool is asked for: how many bits, when, and whether for relaying.

    `ways` and `sizes` are the routes (text if there are none) and the key length of each kind of request,
    `kinds` and `times` the kind and the time of each request.
    """
    pools: dict[KeyPool, int] = {}
    columns: list[list[tuple[int, int, bool]]] = []
    for routes, n_bits in zip(ways, sizes, strict=True):
        columns.append(
            [
                (pools.setdefault(pool, len(pools)), route.cost(n_bits), route.relays)
                for route in (() if isinstance(routes, str) else routes)
                for pool in route.pools
            ]
        )
    if not pools:
        return []
    lengths = np.array([len(column) for column in columns])
    table = np.array([row for column in columns for row in column], dtype=np.int64)
    n_draws = lengths[kinds]
    begins = np.repeat(
        (np.cumsum(lengths) - lengths)[kinds] - (np.cumsum(n_draws) - n_draws), as_index(n_draws)
    )
    rows = table[begins + np.arange(len(begins))]
    order = np.argsort(rows[:, 0], kind="stable")
    rows, moments = rows[order], np.repeat(times, as_index(n_draws))[order]
    cuts = np.searchsorted(rows[:, 0], np.arange(len(pools) + 1))
    return [
        (pool, rows[a:b, 1], moments[a:b], rows[a:b, 2] == 1)
        for pool, a, b in zip(pools, cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    ]
