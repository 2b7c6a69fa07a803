"""Which way a key takes through a network: the shortest, the widest, or several that share no node.

A graph has a link for each pair of nodes that make keys with each other. Only nodes with ``relays`` true pass
keys on; the two ends of a path need not, and a node without the attribute does not. Of equally good paths
the same is returned each time, by the order in which nodes and links were added.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from heapq import heappop, heappush
from itertools import count

import networkx as nx

from ...errors import NoRoute, shown
from ...values import check_count
from .breadth_first import Neighbours, Path, fewest_links
from .disjoint import DisjointPaths

Width = Callable[[str, str], float]
"""The width of the link between two nodes, the same for either order."""


def shortest_path(graph: nx.Graph, a: str, b: str) -> Path:
    """Return the path of fewest links from `a` to `b`.

    Of several, it is the one that takes, at the first node where they part, the link that was added to that
    node first. Searched from both ends, level by level, so that few nodes of a large network are looked at.

    Raises
    ------
    ValueError
        If a node is unknown, `a` and `b` are the same, or the graph is directed.
    NoRoute
        If there is none.

    Examples
    --------
    >>> graph = nx.Graph([("A", "B"), ("B", "C"), ("C", "D"), ("D", "A")])
    >>> nx.set_node_attributes(graph, {"B": True}, "relays")
    >>> shortest_path(graph, "A", "C")
    ('A', 'B', 'C')
    """
    _check(graph, a, b)
    path = fewest_links(graph.adj, graph.nodes, a, b, _any_link)  # a view: few nodes are looked at
    if path is None:
        raise _no_route(a, b)
    return path


def widest_path(graph: nx.Graph, a: str, b: str, width: str | Width) -> Path:
    """Return the path whose narrowest link is widest, and of those the one of fewest links.

    Parameters
    ----------
    graph, a, b
        As for `shortest_path`, which also decides among paths of equally many links.
    width
        Name of the edges' attribute, or a function of the two ends of a link, the same for either order: say,
        how many bits of key there are. Any number but NaN; links of width 0 count as links.

    Raises
    ------
    ValueError
        As `shortest_path`, or if a width is missing or no number.
    NoRoute
        If there is none.

    Examples
    --------
    >>> graph = nx.Graph()
    >>> graph.add_nodes_from("ABC", relays=True)
    >>> graph.add_weighted_edges_from([("A", "B", 5), ("B", "C", 4), ("A", "C", 3)], weight="bits")
    >>> widest_path(graph, "A", "C", "bits")
    ('A', 'B', 'C')
    """
    _check(graph, a, b)
    neighbours = _neighbours(graph)
    width_of = width if callable(width) else _attribute(neighbours, width)
    bottleneck = _widest(neighbours, _relays(graph), a, b, width_of)
    if bottleneck is None:
        raise _no_route(a, b)

    def wide_enough(node: str, other: str) -> bool:
        return width_of(node, other) >= bottleneck

    path = fewest_links(neighbours, graph.nodes, a, b, wide_enough)
    if path is None:
        raise ValueError(f"width must be the same for either order of the ends, got {shown(width)}")
    return path


def disjoint_paths(graph: nx.Graph, a: str, b: str, n_paths: int) -> tuple[Path, ...]:
    """Return `n_paths` paths from `a` to `b` without a common node between the ends, of fewest links in all.

    Parameters
    ----------
    graph, a, b
        As for `shortest_path`.
    n_paths
        1 or more. A link between the two ends is a path of its own, and can be one of them once.

    Returns
    -------
    tuple of paths
        The shortest first. Found as a flow of least cost (Suurballe, Networks 4, 125 (1974); Bhandari,
        *Survivable Networks*, 1999): the shortest path may have to give way to two others.

    Raises
    ------
    ValueError
        As `shortest_path`.
    NoRoute
        If there are fewer.

    Examples
    --------
    >>> ring = nx.cycle_graph(["A", "B", "C", "D", "E"])
    >>> nx.set_node_attributes(ring, True, "relays")
    >>> disjoint_paths(ring, "A", "C", 2)
    (('A', 'B', 'C'), ('A', 'E', 'D', 'C'))
    """
    _check(graph, a, b)
    check_count("n_paths", n_paths, minimum=1)
    found = DisjointPaths(_neighbours(graph), _relays(graph), a, b)
    for n_found in range(n_paths):
        if not found.add_one():
            if not n_found:
                raise _no_route(a, b)
            raise NoRoute(f"only {n_found} disjoint paths lead from {a!r} to {b!r}, not {n_paths}")
    return found.paths()


def most_disjoint_paths(graph: nx.Graph, a: str, b: str) -> int:
    """Return how many paths from `a` to `b` share no node between the ends, at most; 0 if there is none.

    For ends that are not neighbours it is the least number of relaying nodes without which no path is left
    (Menger, Fund. Math. 10, 96 (1927)); a link between them is one path more.

    Raises
    ------
    ValueError
        As `shortest_path`.

    Examples
    --------
    >>> ring = nx.cycle_graph(["A", "B", "C", "D"])
    >>> nx.set_node_attributes(ring, True, "relays")
    >>> most_disjoint_paths(ring, "A", "C")
    2
    """
    _check(graph, a, b)
    found = DisjointPaths(_neighbours(graph), _relays(graph), a, b)
    while found.add_one():
        pass
    return len(found.paths())


def _check(graph: nx.Graph, a: str, b: str) -> None:
    if graph.is_directed() or graph.is_multigraph():
        raise ValueError(f"graph must be an undirected graph without parallel edges, got {shown(graph)}")
    for name, node in (("a", a), ("b", b)):
        if node not in graph:
            raise ValueError(f"{name} must be a node of the network, got {shown(node)}")
    if a == b:
        raise ValueError(f"b must be another node than a, got {shown(b)}")


def _neighbours(graph: nx.Graph) -> Neighbours:
    """Return the links of all nodes, for searches that look at most of them: views would be slower."""
    return dict(graph.adjacency())


def _no_route(a: str, b: str) -> NoRoute:
    return NoRoute(f"no path leads from {a!r} to {b!r}")


def _any_link(node: str, other: str) -> bool:
    return True


def _relays(graph: nx.Graph) -> set[str]:
    return {node for node, relays in graph.nodes(data="relays", default=False) if relays}


def _attribute(neighbours: Neighbours, name: str) -> Width:
    def width(node: str, other: str) -> float:
        attributes = neighbours[node][other]
        if name not in attributes:
            raise ValueError(f"link {node!r} to {other!r} must have the attribute {name!r}, got none")
        value: float = attributes[name]
        return value

    return width


def _widest(neighbours: Neighbours, relays: Set[str], a: str, b: str, width: Width) -> float | None:
    """Return how wide the widest path is: Dijkstra's algorithm, the narrowest link in place of the length."""
    reached, done = {a: float("inf")}, set[str]()
    order = count()
    queue = [(-float("inf"), next(order), a)]
    while queue:
        negative, _, node = heappop(queue)
        if node == b:
            return -negative
        if node in done:
            continue
        done.add(node)
        for other in neighbours[node]:
            if other in done or (other != b and other not in relays):
                continue
            link = width(node, other)
            if not link >= -float("inf"):
                raise ValueError(f"width of {node!r} to {other!r} must be a number, got {shown(link)}")
            narrowest = min(-negative, link)
            if other not in reached or narrowest > reached[other]:
                reached[other] = narrowest
                heappush(queue, (-narrowest, next(order), other))
    return None
