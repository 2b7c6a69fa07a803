"""Which way a key goes from end to end, and what it takes from the pools on its way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

import networkx as nx

from ..distillation.authentication import TAG_BITS
from ..errors import KeyExhausted, NoRoute
from ..values import check_choice, check_count
from .link_keys import LinkKeys, LinkState
from .pools import KeyPool, Use
from .routing import disjoint_paths, shortest_path, widest_path
from .topology import Node

SHORTEST, WIDEST, FULLEST = "shortest", "widest", "fullest"
ROUTINGS = (SHORTEST, WIDEST, FULLEST)
"""Fewest links; the best rate of the slowest link; the most bits in the emptiest pool, of either direction."""

SEARCH_SECONDS = 1.0
"""After a search for another way was in vain, there is no further one for the pair for so long."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A path, and the pools that it takes keys from."""

    path: Path
    pools: tuple[KeyPool, ...]

    @property
    def use(self) -> Use:
        """What the bits are used for: a path of one link serves its own key, others relay one."""
        return Use.SERVED if len(self.pools) == 1 else Use.RELAYED

    def cost(self, n_bits: int) -> int:
        """Bits that each pool gives for a key of `n_bits`: to relay it, a pad and the tag of a message."""
        return n_bits if len(self.pools) == 1 else n_bits + TAG_BITS

    def short(self, n_bits: int, now: float) -> KeyPool | None:
        """Return the first pool that has too few bits for a key of `n_bits`; None if all have enough."""
        cost = self.cost(n_bits)
        for pool in self.pools:
            if pool.available(now) < cost:
                return pool
        return None


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
    clock
        Returns the time.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        links: Mapping[frozenset[str], LinkKeys],
        *,
        routing: str,
        clock: Callable[[], float],
    ) -> None:
        self.routing = check_choice("routing", routing, ROUTINGS)
        self._nodes, self._links, self._clock = nodes, links, clock
        self.lost: frozenset[str] = frozenset()
        self.forget()

    def forget(self) -> None:
        """Forget all routes: a link or a node has changed."""
        self._routes: dict[tuple[str, str, int], tuple[Route, ...]] = {}
        self._graphs: dict[bool, nx.Graph] = {}
        self._in_vain: dict[tuple[str, str], float] = {}

    def graph(self, *, stopped: bool = False) -> nx.Graph:
        """Return the links that are there and make keys; with `stopped` also those that make none now."""
        if stopped not in self._graphs:
            graph = self._graphs[stopped] = nx.Graph()
            graph.add_nodes_from(
                (name, {"relays": node.relays}) for name, node in self._nodes.items() if name not in self.lost
            )
            graph.add_edges_from(
                (keys.link.a, keys.link.b)
                for keys in self._links.values()
                if (stopped or keys.state is LinkState.WORKING) and self._is_there(keys)
            )
        return self._graphs[stopped]

    def _is_there(self, keys: LinkKeys) -> bool:
        return not any(end in self.lost for ends in keys.link.fibres for end in ends)

    def routes(self, a: str, b: str, n_paths: int = 1) -> tuple[Route, ...]:
        """Return the way from `a` to `b`, or several that share no node but these.

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
            paths = self._paths(a, b, check_count("n_paths", n_paths, minimum=1))
        except NoRoute:
            self._no_route(a, b, n_paths)
        found = self._routes[a, b, n_paths] = tuple(map(self._route, paths))
        return found

    def _paths(self, a: str, b: str, n_paths: int) -> tuple[Path, ...]:
        graph = self.graph()
        if n_paths > 1:
            return tuple(disjoint_paths(graph, a, b, n_paths))
        if self.routing == SHORTEST:
            return (shortest_path(graph, a, b),)
        return (widest_path(graph, a, b, self._rate if self.routing == WIDEST else self._level),)

    def with_keys(self, a: str, b: str, n_bits: int, n_paths: int = 1) -> tuple[Route, ...]:
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
        now, stranded = self._clock(), None
        routes: tuple[Route, ...] = ()
        try:
            routes = self.routes(a, b, n_paths)
            if all(route.short(n_bits, now) is None for route in routes):
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

    def _path_with_keys(self, graph: nx.Graph, a: str, b: str, n_bits: int, now: float) -> Path | None:
        """Return the path of fewest links whose pools in this direction have enough for a key."""
        if a not in graph or b not in graph:
            return None
        paths: deque[Path] = deque([(a,)])
        seen = {a}
        while paths:
            path = paths.popleft()
            here = path[-1]
            for other in graph[here]:
                if other in seen or not (other == b or graph.nodes[other]["relays"]):
                    continue
                cost = n_bits + TAG_BITS * (here != a or other != b)
                if self._links[frozenset((here, other))].pools[here, other].available(now) < cost:
                    continue
                if other == b:
                    return (*path, b)
                seen.add(other)
                paths.append((*path, other))
        return None

    def _route(self, path: Path) -> Route:
        pools = tuple(self._links[frozenset(ends)].pools[ends] for ends in pairwise(path))
        return Route(path, pools)

    def _rate(self, u: str, v: str) -> float:
        return self._links[frozenset((u, v))].bits_per_second

    def _level(self, u: str, v: str) -> float:
        pools = self._links[frozenset((u, v))].pools.values()
        return min(pool.available(self._clock()) for pool in pools)

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
