"""Routing against brute force and networkx, on small random graphs in which some nodes pass nothing on."""

from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qkdlab import QkdlabError
from qkdlab.errors import NoRoute
from qkdlab.network.routing.breadth_first import fewest_links
from qkdlab.network.routing.paths import disjoint_paths, most_disjoint_paths, shortest_path, widest_path
from tests.refusals import expect_refusal


def graph_of(*links: str, relays: str | None = None) -> nx.Graph:
    """Return a graph of links such as "AB"; all nodes relay, or those named."""
    graph = nx.Graph([tuple(link) for link in links])
    nx.set_node_attributes(graph, {node: relays is None or node in relays for node in graph}, "relays")
    return graph


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """Graphs of 2 to 7 nodes, with a few widths of links and nodes that do not relay."""
    names = [f"N{i}" for i in range(draw(st.integers(2, 7)))]
    graph = nx.Graph()
    graph.add_nodes_from((name, {"relays": draw(st.integers(0, 3)) > 0}) for name in names)
    pairs = list(combinations(names, 2))
    for pair in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs))):
        graph.add_edge(*pair, width=draw(st.integers(0, 4)))
    return graph


def all_paths(graph: nx.Graph, a: str, b: str) -> list[tuple[str, ...]]:
    paths = nx.all_simple_paths(graph, a, b)
    return [tuple(path) for path in paths if all(graph.nodes[node]["relays"] for node in path[1:-1])]


def relaying(graph: nx.Graph, a: str, b: str) -> nx.Graph:
    return graph.subgraph([node for node in graph if node in (a, b) or graph.nodes[node]["relays"]])


def narrowest(graph: nx.Graph, path: tuple[str, ...]) -> float:
    return min(graph[u][v]["width"] for u, v in pairwise(path))


def order_of_links(graph: nx.Graph, path: tuple[str, ...]) -> list[int]:
    """The number of the link taken at each node."""
    return [list(graph[u]).index(v) for u, v in pairwise(path)]


@settings(derandomize=True, deadline=None, max_examples=400)
@given(graph=graphs())
def test_shortest_and_widest_are_best_among_all_paths(graph) -> None:
    # would catch: searches that meet a level too late, inner nodes that do not relay, wide paths with more
    # links than need be, ties by another order
    a, b = "N0", "N1"
    paths = all_paths(graph, a, b)
    if not paths:
        for find in (lambda: shortest_path(graph, a, b), lambda: widest_path(graph, a, b, "width")):
            with expect_refusal("no path leads from 'N0' to 'N1'", NoRoute):
                find()
        return
    assert shortest_path(graph, a, b) == min(paths, key=lambda p: (len(p), order_of_links(graph, p)))
    best = min(paths, key=lambda p: (-narrowest(graph, p), len(p), order_of_links(graph, p)))
    assert widest_path(graph, a, b, "width") == best
    assert widest_path(graph, a, b, lambda u, v: graph[u][v]["width"]) == best


@settings(derandomize=True, deadline=None, max_examples=400)
@given(graph=graphs())
def test_disjoint_paths_are_as_short_as_can_be(graph) -> None:
    # every set of paths without a common inner node is tried. Would catch: greedy paths (a shortest path that
    # shuts out two others), potentials that go wrong, a direct link used twice
    a, b = "N0", "N1"
    paths = all_paths(graph, a, b)
    sets = [[(path,) for path in paths]]
    while sets[-1] and len(sets) < 7:
        sets.append(
            [
                (*some, path)
                for some in sets[-1]
                for path in paths
                if path > some[-1] and all(not set(path[1:-1]) & set(other) for other in some)
            ]
        )
    most = sum(bool(found) for found in sets)
    assert most_disjoint_paths(graph, a, b) == most
    assert nx.node_connectivity(relaying(graph, a, b), a, b) == most
    for n_paths in range(1, most + 1):
        found = disjoint_paths(graph, a, b, n_paths)
        assert len(set(found)) == n_paths
        assert set(found) <= set(paths)
        inner = [node for path in found for node in path[1:-1]]
        assert len(inner) == len(set(inner))
        assert sum(map(len, found)) == min(sum(map(len, some)) for some in sets[n_paths - 1])
        assert [len(path) for path in found] == sorted(len(path) for path in found)
    with pytest.raises(NoRoute):
        disjoint_paths(graph, a, b, most + 1)


def large_graph(seed: int) -> nx.Graph:
    graph = nx.relabel_nodes(nx.gnm_random_graph(300, 900, seed=seed), lambda number: f"N{number}")
    chosen = np.random.default_rng(seed).random(300) < 0.9
    nx.set_node_attributes(graph, dict(zip(graph, map(bool, chosen), strict=True)), "relays")
    return graph


@pytest.mark.parametrize("seed", range(5))
def test_large_graphs_as_networkx_has_them(seed) -> None:
    graph = large_graph(seed)
    rng = np.random.default_rng(seed)
    compared = 0
    for _ in range(8):
        a, b = (str(name) for name in rng.choice(list(graph), 2, replace=False))
        allowed = relaying(graph, a, b)
        most = nx.node_connectivity(allowed, a, b)
        assert most_disjoint_paths(graph, a, b) == most
        if most:
            shortest = [tuple(path) for path in nx.all_shortest_paths(allowed, a, b)]
            assert shortest_path(graph, a, b) == min(shortest, key=lambda path: order_of_links(graph, path))
            total = sum(len(path) - 1 for path in disjoint_paths(graph, a, b, most))
            assert total == least_links(allowed, a, b, most)
            compared += 1
    assert compared >= 4


def least_links(graph: nx.Graph, a: str, b: str, n_paths: int) -> int:
    """Total links of disjoint paths, by networkx's network simplex on the split graph."""
    split = nx.DiGraph()
    for node in graph:
        split.add_edge((node, 0), (node, 1), capacity=n_paths if node in (a, b) else 1, weight=0)
    for u, v in graph.edges:
        split.add_edge((u, 1), (v, 0), capacity=1, weight=1)
        split.add_edge((v, 1), (u, 0), capacity=1, weight=1)
    split.nodes[a, 0]["demand"], split.nodes[b, 1]["demand"] = -n_paths, n_paths
    return nx.min_cost_flow_cost(split)


def test_the_shortest_path_gives_way_to_two_others() -> None:
    # Suurballe's trap: A-P-Q-B is shortest, and every path that shares no node with it is cut off
    graph = graph_of("AP", "PQ", "QB", "AR", "RS", "SQ", "PT", "TU", "UB")
    assert shortest_path(graph, "A", "B") == ("A", "P", "Q", "B")
    assert disjoint_paths(graph, "A", "B", 1) == (("A", "P", "Q", "B"),)
    assert disjoint_paths(graph, "A", "B", 2) == (("A", "P", "T", "U", "B"), ("A", "R", "S", "Q", "B"))


def test_a_third_path_that_takes_back_links_of_the_second() -> None:
    # found by search among random graphs: potentials that stay at the distances give 16 links, not 15
    links = "AB AC AD AE ZF ZG ZH BI FJ KL KM CJ CM DJ DI NG NI JO OE LH"
    graph = graph_of(*links.split())
    found = disjoint_paths(graph, "A", "Z", 3)
    assert sum(len(path) - 1 for path in found) == least_links(graph, "A", "Z", 3) == 15


def test_chain_and_ring() -> None:
    # the reference network's figures: a chain has one path, a ring two
    chain, ring = nx.path_graph("ABCDEF"), nx.cycle_graph("ABCDEF")
    for graph, most in ((chain, 1), (ring, 2)):
        nx.set_node_attributes(graph, True, "relays")
        assert most_disjoint_paths(graph, "A", "D") == most
    with expect_refusal("only 1 disjoint paths lead from 'A' to 'D', not 2", NoRoute):
        disjoint_paths(chain, "A", "D", 2)
    assert issubclass(NoRoute, QkdlabError)


def test_only_nodes_that_relay_lie_between_the_ends() -> None:
    graph = graph_of("AX", "XB", "AY", "YZ", "ZB", relays="YZ")
    assert shortest_path(graph, "A", "B") == ("A", "Y", "Z", "B")  # the ends themselves do not relay
    assert most_disjoint_paths(graph, "A", "B") == 1
    del graph.nodes["Y"]["relays"]  # trust is never assumed
    with pytest.raises(NoRoute):
        shortest_path(graph, "A", "B")


def test_ties_go_by_the_order_of_links() -> None:
    links = ("AC", "CB", "AD", "DB")
    assert shortest_path(graph_of(*links), "A", "B") == ("A", "C", "B")
    assert shortest_path(graph_of(*links[2:], *links[:2]), "A", "B") == ("A", "D", "B")


@pytest.mark.parametrize("seed", range(5))
def test_ties_on_a_grid(seed) -> None:
    # corner to corner there are 252 shortest paths; would catch: one of the halves followed in part
    links = list(nx.grid_2d_graph(6, 6).edges)
    np.random.default_rng(seed).shuffle(links)
    graph = nx.Graph((str(tuple(u)), str(tuple(v))) for u, v in np.array(links).tolist())
    nx.set_node_attributes(graph, True, "relays")
    a, b = "(0, 0)", "(5, 5)"
    shortest = [tuple(path) for path in nx.all_shortest_paths(graph, a, b)]
    assert len(shortest) == 252
    assert shortest_path(graph, a, b) == min(shortest, key=lambda path: order_of_links(graph, path))


def test_wider_detour_and_its_bottleneck() -> None:
    graph = graph_of("AB", "AC", "CB", "CD", "DB")
    for link, width in (("AB", 1), ("AC", 3), ("CB", 3), ("CD", 9), ("DB", 9)):
        graph.edges[tuple(link)]["bits"] = width
    # A-C-D-B is as wide (3) and longer; would catch: the sum of widths, or the last link alone
    assert widest_path(graph, "A", "B", "bits") == ("A", "C", "B")
    assert widest_path(graph, "A", "B", lambda u, v: -graph[u][v]["bits"]) == ("A", "B")


def test_refusals() -> None:
    graph = graph_of("AB", "BC")
    for find in (shortest_path, most_disjoint_paths):
        with expect_refusal("a must be a node of the network, got 'X'"):
            find(graph, "X", "A")
        with expect_refusal("b must be a node of the network, got 'X'"):
            find(graph, "A", "X")
        with expect_refusal("b must be another node than a, got 'A'"):
            find(graph, "A", "A")
    with expect_refusal("n_paths must be at least 1, got 0"):
        disjoint_paths(graph, "A", "B", 0)
    with expect_refusal("link 'A' to 'B' must have the attribute 'bits', got none"):
        widest_path(graph, "A", "C", "bits")
    with expect_refusal("width of 'A' to 'B' must be a number, got nan"):
        widest_path(graph, "A", "C", lambda u, v: float("nan"))
    with pytest.raises(ValueError, match="graph must be an undirected graph without parallel edges, got"):
        shortest_path(graph.to_directed(), "A", "B")


class Asked(dict):
    """Neighbours that count how many links were looked at."""

    def __init__(self, graph: nx.Graph) -> None:
        super().__init__(graph.adjacency())
        self.links = 0

    def __getitem__(self, node: str):
        return Row(self, super().__getitem__(node))


class Row:
    def __init__(self, whole: Asked, links) -> None:
        self.whole, self.links = whole, links

    def __len__(self) -> int:
        return len(self.links)

    def __iter__(self):
        for other in self.links:
            self.whole.links += 1
            yield other


def test_the_links_of_a_hub_are_not_gone_through() -> None:
    # or ways for all users of a star would take the square of their number
    graph = nx.star_graph([f"N{i}" for i in range(1_001)])
    nx.set_node_attributes(graph, {"N0": True}, "relays")
    asked = Asked(graph)
    assert fewest_links(asked, graph.nodes, "N500", "N900", lambda *_: True) == ("N500", "N0", "N900")
    assert asked.links < 10
