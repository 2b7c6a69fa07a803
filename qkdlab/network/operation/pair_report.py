"""What two users of a network have: rate, way, who knows their key, and what may fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from ...errors import NoRoute
from ...values import check_count
from ..routing.breadth_first import Path
from ..routing.paths import most_disjoint_paths, shortest_path
from ..topology.network_fibre import link_name
from .live_link import LiveLink
from .network import Network
from .router import Route


@dataclass(frozen=True, kw_only=True, slots=True)
class PairReport:
    """Two users of a network, as it is now.

    Parameters
    ----------
    a, b
        The users.
    path
        The way their keys go; None if there is none.
    no_route
        Why there is none.
    bits_per_second
        Key bits that they could have if nobody else used these links: what the slowest link makes, less the
        tags of relayed keys.
    bottleneck
        The slowest link; None if there is no way.
    stated
        The links on this way whose key rate is stated, and not simulated.
    n_disjoint
        How many ways there are that share no node that holds keys, but the users. Through optical switches
        they may share a switch and fibres.
    knowing
        The nodes on this way, which learn a key that is passed on in one piece. If a pool on it is short,
        keys go another way, over other nodes.
    exposed
        Those of them, and of the users, that are compromised: if there is one, the attacker has the key.
    single_points
        Each fibre and node whose failure alone would leave the users without a way.
    """

    a: str
    b: str
    path: Path | None = None
    no_route: str = ""
    bits_per_second: float = 0.0
    bottleneck: str | None = None
    stated: tuple[str, ...] = ()
    n_disjoint: int = 0
    knowing: Path = ()
    exposed: Path = ()
    single_points: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.path is None:
            return f"{self.a} and {self.b}: {self.no_route}"
        rows = [
            f"way                {link_name(self.path)}",
            f"key rate           {_rate_text(self.bits_per_second)}, set by {self.bottleneck}",
            f"disjoint ways      {self.n_disjoint}",
            f"know the key       {', '.join(self.knowing) or 'none but the users'}",
            f"single points      {', '.join(self.single_points) or 'none: any one failure leaves a way'}",
        ]
        if self.stated:
            rows.insert(2, f"stated rate        {', '.join(self.stated)}: not simulated")
        if self.exposed:
            rows.insert(-1, f"key is exposed by  {', '.join(self.exposed)}")
        return "\n".join([f"{self.a} and {self.b}", *(f"  {row}" for row in rows)])


def pair_report(network: Network, a: str, b: str, *, n_bits: int = 256) -> PairReport:
    """Return what two users of a network have now, asking for keys of `n_bits` each.

    Raises
    ------
    ValueError
        If a node is unknown or holds no keys, or both are the same.

    Examples
    --------
    >>> from qkdlab.network import Network, star
    >>> print(pair_report(Network(star(3), seed=1), "A", "B"))
    A and B
      way                A–Hub–B
      key rate           181,988 bit/s, set by A–Hub
      disjoint ways      1
      know the key       Hub
      single points      A–Hub, B–Hub, Hub
    """
    check_count("n_bits", n_bits, minimum=1)
    try:
        (route,) = network.router.routes(a, b, network.now)
    except NoRoute as error:
        return PairReport(a=a, b=b, no_route=str(error))
    links = [network.link(*ends) for ends in pairwise(route.path)]
    return PairReport(
        a=a,
        b=b,
        path=route.path,
        bits_per_second=key_rate(network, [route], n_bits),
        bottleneck=slowest_link(network, [route]).name,
        stated=tuple(link.name for link in links if link.is_stated),
        n_disjoint=most_disjoint_paths(network.router.graph(), a, b),
        knowing=route.path[1:-1],
        exposed=tuple(node for node in route.path if node in network.compromised),
        single_points=_single_points(network, route, links),
    )


def _rate_text(bits_per_second: float) -> str:
    return f"{bits_per_second:{'.2g' if 0 < bits_per_second < 10 else ',.0f'}} bit/s"


def slowest_link(network: Network, routes: Sequence[Route]) -> LiveLink:
    """Return the link of routes that makes the fewest bits a second, as far as is known."""
    links = (network.link(*ends) for route in routes for ends in pairwise(route.path))
    return min(links, key=lambda link: link.bits_per_second)


def key_rate(network: Network, routes: Sequence[Route], n_bits: int) -> float:
    """Return the key bits a second over routes that nobody else uses: the slowest link's, less its tags."""
    cost = routes[0].cost(n_bits)
    return slowest_link(network, routes).bits_per_second * n_bits / cost


def hub_share(bits_per_second: float, n_users: int) -> float:
    """Return what a pair has of a rate at a trusted hub if all pairs of its users want keys alike, in bit/s.

    The link of a user serves the n - 1 pairs that this user is one of.

    >>> hub_share(3_000.0, 4)
    1000.0
    """
    return bits_per_second / (check_count("n_users", n_users, minimum=2) - 1)


def star_rates(network: Network, route: Route, n_bits: int) -> tuple[float, float]:
    """Return the key rates of two users of a star, in bit/s: alone, and if all pairs want keys alike.

    At a trusted hub a user's link is divided among the partners whose links work (`hub_share`). Through an
    optical switch each pair has a link of its own, in its turns; alone it would be joined all the time.
    """
    rate = key_rate(network, [route], n_bits)
    if len(route.path) == 2:
        return rate / slowest_link(network, [route]).link.duty, rate
    return rate, hub_share(rate, network.router.graph().degree[route.path[1]])


def _single_points(network: Network, route: Route, links: list[LiveLink]) -> tuple[str, ...]:
    """Return the failures that leave the ends of a route without a way: all of them are on the route."""
    a, b = route.path[0], route.path[-1]
    fibres = dict.fromkeys(ends for link in links for ends in link.link.fibres)
    nodes = dict.fromkeys(end for ends in fibres for end in ends if end not in (a, b))
    failures = [(link_name(ends), set(ends)) for ends in fibres] + [(node, {node}) for node in nodes]
    found = []
    for name, failed in failures:
        touched = [
            keys for keys in network.links.values() if any(failed.issubset(ends) for ends in keys.link.fibres)
        ]
        if not _is_joined(network, a, b, touched):
            found.append(name)
    return tuple(found)


def _is_joined(network: Network, a: str, b: str, without: list[LiveLink]) -> bool:
    """Return whether there is a way from `a` to `b` without these links."""
    graph: nx.Graph = network.router.graph().copy()
    graph.remove_edges_from((keys.link.a, keys.link.b) for keys in without)
    try:
        shortest_path(graph, a, b)
    except NoRoute:
        return False
    return True
