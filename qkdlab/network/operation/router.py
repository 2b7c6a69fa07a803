"""Which way a key goes from end to end, and what it takes from the pools on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import inf
from typing import NoReturn

import networkx as nx

from ...distillation.authentication.tags import TAG_BITS
from ...errors import KeyExhausted, NoRoute, shown
from ...values import check_choice, check_count
from ..routing.breadth_first import Path
from ..routing.paths import disjoint_paths, shortest_path, widest_path
from ..routing.stocked_paths import stocked_disjoint_paths, stocked_path
from ..topology.topology import Node
from .live_link import LinkState, LiveLink
from .pools import KeyPool, Use

SHORTEST, WIDEST, FULLEST = "shortest", "widest", "fullest"
ROUTINGS = (SHORTEST, WIDEST, FULLEST)
"""Fewest links; the best rate of the slowest link; the most bits in the emptiest pool of a path."""

SEARCH_SECONDS = 1.0
"""After a search for another way was in vain, there is no further one for the pair for so long."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path, and the pools that it takes keys from.

    A path of one link, if it is the only one, serves that link's own key. Others relay a key or a share: each
    pool gives a pad, and what the tag of a message takes.
    """

    path: Path
    pools: tuple[KeyPool, ...]
    relays: bool

    def cost(self, n_bits: int) -> int:
        """Return how many bits each pool gives for a key of `n_bits`."""
        return n_bits + TAG_BITS if self.relays else n_bits

    def short(self, n_bits: int, now: float) -> KeyPool | None:
        """Return the first pool that has too few bits for a key of `n_bits`; None if all have enough."""
        cost = self.cost(n_bits)
        for pool in self.pools:
            if pool.available(now) < cost:
                return pool
        return None

    def spend(self, n_bits: int) -> None:
        """Use up what a key takes; no pool may be short of it."""
        cost = self.cost(n_bits)
        use = Use.RELAYED if self.relays else Use.SERVED
        for pool in self.pools:
            pool.spend(cost, use)


class Router:
    """Finds ways for keys, over the links that work; over others only where there is no such way.

    Parameters
    ----------
    nodes
        The nodes that may hold keys, by name.
    links
        The links by their ends.
    lost
        The nodes that are off, for what is said if there is no way.
    routing
        One of `ROUTINGS`.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        links: Mapping[frozenset[str], LiveLink],
        lost: Set[str],
        *,
        routing: str,
    ) -> None:
        self.routing = check_choice("routing", routing, ROUTINGS)
        self._nodes, self._links = nodes, links
        self._lost = lost
        self.forget()

    def forget(self) -> None:
        """Forget all routes: a link or a node is there again, or a node is lost."""
        self._routes: dict[tuple[str, str, int], tuple[Route, ...]] = {}
        self._graphs: dict[bool, nx.Graph] = {}
        self._in_vain: dict[tuple[str, str, int], tuple[float, int]] = {}

    def changed(self, link: LiveLink) -> None:
        """Forget the routes that another state of a link makes obsolete."""
        if link.state is LinkState.WORKING:
            self.forget()
            return
        self._graphs.clear()
        self._in_vain.clear()
        gone = [
            ends
            for ends, routes in self._routes.items()
            if any(pool in route.pools for route in routes for pool in link.pools.values())
        ]
        for ends in gone:
            del self._routes[ends]

    def graph(self, *, stopped: bool = False) -> nx.Graph:
        """Return the links that are there and make keys; with `stopped` also those that make none now."""
        if stopped not in self._graphs:
            graph = self._graphs[stopped] = nx.Graph()
            graph.add_nodes_from((name, {"relays": node.relays}) for name, node in self._nodes.items())
            graph.add_edges_from(
                (keys.link.a, keys.link.b)
                for keys in self._links.values()
                if keys.state is LinkState.WORKING or (stopped and not keys.is_off)
            )
        return self._graphs[stopped]

    def routes(self, a: str, b: str, now: float, n_paths: int = 1) -> tuple[Route, ...]:
        """Return the way from `a` to `b`, or several that share no node but these, whatever their pools hold.

        Raises
        ------
        NoRoute
            If there are not so many.
        """
        known = self._routes.get((a, b, n_paths))
        if known and self.routing != FULLEST:
            return known
        self._check_ends(a, b)
        first, last = sorted((a, b))  # whoever asks: both users go the same way
        try:
            paths = self._paths(first, last, now, check_count("n_paths", n_paths, minimum=1))
        except NoRoute:
            self._no_route(a, b, n_paths)
        self._routes[first, last, n_paths] = self.over(paths)
        self._routes[last, first, n_paths] = self.over([path[::-1] for path in paths])
        return self._routes[a, b, n_paths]

    def _paths(self, a: str, b: str, now: float, n_paths: int) -> tuple[Path, ...]:
        graph = self.graph()
        if n_paths > 1:
            return tuple(disjoint_paths(graph, a, b, n_paths))
        if self.routing == SHORTEST:
            return (shortest_path(graph, a, b),)
        width = self._rate if self.routing == WIDEST else partial(self._level, now)
        return (widest_path(graph, a, b, width),)

    def with_keys(self, a: str, b: str, n_bits: int, now: float, n_paths: int = 1) -> tuple[Route, ...]:
        """Return routes on which every pool has enough for a key of `n_bits`.

        If the best way is short of keys, another one is looked for that has enough: first over links that
        work, and then over all.

        Raises
        ------
        NoRoute
            If no links that work lead from `a` to `b`, and the others have too few keys left.
        KeyExhausted
            If there is a way, but its pools are short; the message names one of them.
        """
        stranded = None
        routes: tuple[Route, ...] = ()
        try:
            routes = self.routes(a, b, now, n_paths)
            for route in routes:
                if route.short(n_bits, now):
                    break
            else:
                return routes
        except NoRoute as error:
            stranded = error
        if other := self._search(a, b, n_bits, now, n_paths):
            return other
        if stranded:
            raise stranded
        route, pool = next((route, pool) for route in routes if (pool := route.short(n_bits, now)))
        needed, there = route.cost(n_bits), pool.available(now)
        raise KeyExhausted(f"{a} to {b}: {pool.name} has {there:,} bits, {needed:,} are needed")

    def _search(self, a: str, b: str, n_bits: int, now: float, n_paths: int) -> tuple[Route, ...] | None:
        """Look for a way with keys enough, unless one for no more was looked for in vain just before."""
        until, in_vain = self._in_vain.get((a, b, n_paths), (0.0, 0))
        if now < until and n_bits >= in_vain:
            return None
        for stopped in (False, True):
            paths = self._stocked(a, b, n_bits, now, n_paths, stopped=stopped)
            if paths:
                return self.over(paths)
        self._in_vain[a, b, n_paths] = now + SEARCH_SECONDS, n_bits
        return None

    def is_stranded(self, a: str, b: str, n_bits: int, now: float, n_paths: int) -> bool:
        """Return whether no key can go from `a` to `b` until a link changes, whatever working links make."""
        return not self._stocked(a, b, n_bits, now, n_paths, stopped=True, working=True)

    def _stocked(
        self,
        a: str,
        b: str,
        n_bits: int,
        now: float,
        n_paths: int,
        *,
        stopped: bool,
        working: bool = False,
    ) -> tuple[Path, ...] | None:
        """Return paths with keys enough; with `working`, links that make keys are taken to have enough."""

        def level(u: str, v: str) -> float:
            link = self._links[frozenset((u, v))]
            if working and link.state is LinkState.WORKING:
                return inf
            return link.pools[u, v].available(now)

        graph = self.graph(stopped=stopped)
        if n_paths > 1:
            return stocked_disjoint_paths(graph, a, b, n_bits, level, n_paths)
        path = stocked_path(graph, a, b, n_bits, level)
        return (path,) if path else None

    def over(self, paths: Sequence[Path]) -> tuple[Route, ...]:
        """Return the routes over paths, each of which carries a share of the key if they are several."""
        routes = []
        for path in paths:
            pools = tuple(self._links[frozenset(ends)].pools[ends] for ends in pairwise(path))
            routes.append(Route(path, pools, relays=len(pools) > 1 or len(paths) > 1))
        return tuple(routes)

    def _rate(self, u: str, v: str) -> float:
        return self._links[frozenset((u, v))].bits_per_second

    def _level(self, now: float, u: str, v: str) -> float:
        return min(pool.available(now) for pool in self._links[frozenset((u, v))].pools.values())

    def _check_ends(self, a: str, b: str) -> None:
        for end in (a, b):
            if end not in self._nodes:
                raise ValueError(f"node must be one that holds keys, got {shown(end)}")
        if a == b:
            raise ValueError(f"a key must be for two nodes, got {shown(a)} twice")

    def _no_route(self, a: str, b: str, n_paths: int) -> NoReturn:
        """Say what stands in the way."""
        words = (
            f"no route from {a} to {b}" if n_paths == 1 else f"no {n_paths} disjoint routes from {a} to {b}"
        )
        at_fault = (LinkState.CUT, LinkState.ABORTING, LinkState.PRESUMED)
        stopped = [f"{keys.name}: {keys.state}" for keys in self._links.values() if keys.state in at_fault]
        lost = [f"{name}: off" for name in sorted(self._lost)]
        causes = ", ".join([*stopped, *lost][:6])
        raise NoRoute(f"{words} ({causes})" if causes else words)
