"""Which way a key goes from end to end, and what it takes from the pools on its way."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NoReturn

import networkx as nx

from ..distillation.authentication import TAG_BITS
from ..errors import KeyExhausted, NoRoute
from ..values import check_choice, check_count
from .live_link import LinkState, LiveLink
from .pools import KeyPool, Use
from .routing import disjoint_paths, shortest_path, widest_path
from .topology import Node

SHORTEST, WIDEST, FULLEST = "shortest", "widest", "fullest"
ROUTINGS = (SHORTEST, WIDEST, FULLEST)
"""Fewest links; the best rate of the slowest link; the most bits in the emptiest pool of a path."""

SEARCH_SECONDS = 1.0
"""After a search for another way was in vain, there is no further one for the pair for so long."""

Path = tuple[str, ...]


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
    routing
        One of `ROUTINGS`.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        links: Mapping[frozenset[str], LiveLink],
        *,
        routing: str,
    ) -> None:
        self.routing = check_choice("routing", routing, ROUTINGS)
        self._nodes, self._links = nodes, links
        self.lost: frozenset[str] = frozenset()
        self.forget()

    def forget(self) -> None:
        """Forget all routes: a link or a node is there again, or a node is lost."""
        self._routes: dict[tuple[str, str, int], tuple[Route, ...]] = {}
        self._graphs: dict[bool, nx.Graph] = {}
        self._in_vain: dict[tuple[str, str], float] = {}

    def changed(self, link: LiveLink) -> None:
        """Forget the routes that another state of a link makes obsolete."""
        if link.state is LinkState.WORKING:
            self.forget()
            return
        self._graphs.clear()
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
                if (stopped or keys.state is LinkState.WORKING) and self._is_there(keys)
            )
        return self._graphs[stopped]

    def _is_there(self, keys: LiveLink) -> bool:
        return not any(end in self.lost for ends in keys.link.fibres for end in ends)

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
        try:
            paths = self._paths(a, b, now, check_count("n_paths", n_paths, minimum=1))
        except NoRoute:
            self._no_route(a, b, n_paths)
        self._routes[b, a, n_paths] = tuple(self._route(path[::-1], n_paths) for path in paths)
        found = self._routes[a, b, n_paths] = tuple(self._route(path, n_paths) for path in paths)
        return found

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
        if n_paths == 1 and (other := self._search(a, b, n_bits, now)):
            return (other,)
        if stranded:
            raise stranded
        route, pool = next((route, pool) for route in routes if (pool := route.short(n_bits, now)))
        needed, there = route.cost(n_bits), pool.available(now)
        raise KeyExhausted(f"{a} to {b}: {pool.name} has {there:,} bits, {needed:,} are needed")

    def _search(self, a: str, b: str, n_bits: int, now: float) -> Route | None:
        if now < self._in_vain.get((a, b), 0.0):
            return None
        for stopped in (False, True):
            path = self._path_with_keys(self.graph(stopped=stopped), a, b, n_bits, now)
            if path:
                return self._route(path)
        self._in_vain[a, b] = now + SEARCH_SECONDS
        return None

    def is_stranded(self, a: str, b: str, n_bits: int, now: float) -> bool:
        """Return whether no key can go from `a` to `b` until a link changes, whatever working links make."""
        return self._path_with_keys(self.graph(stopped=True), a, b, n_bits, now, working=True) is None

    def _path_with_keys(
        self, graph: nx.Graph, a: str, b: str, n_bits: int, now: float, *, working: bool = False
    ) -> Path | None:
        """Return the path of fewest links whose pools in this direction have enough for a key.

        With `working`, links that make keys are taken to have enough.
        """
        paths: deque[Path] = deque([(a,)])
        seen = {a}
        while paths:
            path = paths.popleft()
            here = path[-1]
            for other in graph[here]:
                if other in seen or not (other == b or graph.nodes[other]["relays"]):
                    continue
                cost = n_bits + TAG_BITS * (here != a or other != b)
                link = self._links[frozenset((here, other))]
                enough = working and link.state is LinkState.WORKING
                if not enough and link.pools[here, other].available(now) < cost:
                    continue
                if other == b:
                    return (*path, b)
                seen.add(other)
                paths.append((*path, other))
        return None

    def _route(self, path: Path, n_paths: int = 1) -> Route:
        pools = tuple(self._links[frozenset(ends)].pools[ends] for ends in pairwise(path))
        return Route(path, pools, relays=len(pools) > 1 or n_paths > 1)

    def _rate(self, u: str, v: str) -> float:
        return self._links[frozenset((u, v))].bits_per_second

    def _level(self, now: float, u: str, v: str) -> float:
        return min(pool.available(now) for pool in self._links[frozenset((u, v))].pools.values())

    def _check_ends(self, a: str, b: str) -> None:
        for end in (a, b):
            if end not in self._nodes:
                raise ValueError(f"node must be one that holds keys, got {end!r}")
        if a == b:
            raise ValueError(f"a key must be for two nodes, got {a!r} twice")

    def _no_route(self, a: str, b: str, n_paths: int) -> NoReturn:
        """Say what stands in the way."""
        words = (
            f"no route from {a} to {b}" if n_paths == 1 else f"no {n_paths} disjoint routes from {a} to {b}"
        )
        stopped = [f"{keys.name}: {keys.state}" for keys in self._links.values() if keys.state != "working"]
        lost = [f"{name}: off" for name in sorted(self.lost)]
        causes = ", ".join([*stopped, *lost][:6])
        raise NoRoute(f"{words} ({causes})" if causes else words)
