"""A day of a large network, and routing against networkx alone: ``python -m benchmarks.network``."""

import argparse
import time
from itertools import pairwise

import networkx as nx
import numpy as np

from qkdlab.network import (
    METRO_LINK,
    NETWORK_SESSION,
    Demand,
    Fibre,
    Incident,
    Node,
    Topology,
    key_links,
    simulate,
)
from qkdlab.network.operation.yields import measure_yield

DAY = 86_400.0
SIZES = ((1_000, 5_000, 500), (3_000, 15_000, 1_500), (10_000, 50_000, 5_000))
"""Nodes, links, pairs of users; each pair asks for a key of 256 bits a minute."""


def random_network(n_nodes: int, n_links: int, seed: int = 1) -> Topology:
    """Return a connected network with links between random nodes, all alike."""
    rng = np.random.default_rng(seed)
    ends = {(int(rng.integers(i)), i) for i in range(1, n_nodes)}
    while len(ends) < n_links:
        a, b = sorted(rng.integers(0, n_nodes, 2).tolist())
        if a < b:
            ends.add((a, b))
    return Topology(
        name="random",
        nodes=tuple(Node(name=f"N{i}") for i in range(n_nodes)),
        fibres=tuple(Fibre(a=f"N{a}", b=f"N{b}", link=METRO_LINK) for a, b in sorted(ends)),
    )


def random_demands(n_nodes: int, n_pairs: int, seed: int = 2) -> list[Demand]:
    """Return pairs of random users."""
    rng = np.random.default_rng(seed)
    pairs = (rng.choice(n_nodes, 2, replace=False).tolist() for _ in range(n_pairs))
    return [Demand(a=f"N{a}", b=f"N{b}") for a, b in pairs]


def a_day(n_nodes: int, n_links: int, n_pairs: int) -> tuple[float, int]:
    """Return the seconds that a day of a network takes, and the keys served; every hour a fibre is cut."""
    topology, demands = random_network(n_nodes, n_links), random_demands(n_nodes, n_pairs)
    measure_yield(key_links(topology)[0].settings(NETWORK_SESSION))
    cuts = [
        Incident(at_seconds=3600.0 * hour, what="cut", where=(fibre.a, fibre.b))
        for hour, fibre in enumerate(topology.fibres[:: len(topology.fibres) // 23][:23], 1)
    ]
    start = time.perf_counter()
    result = simulate(topology, demands, seconds=DAY, seed=1, incidents=cuts, n_times=24)
    return time.perf_counter() - start, int(result.served[-1].sum())


def plain_day(topology: Topology, demands: list[Demand], n_keys: int) -> float:
    """Return the seconds that `n_keys` requests take with networkx alone: a path for each, then its pools.

    Each link is an edge with a number of bits, to which keys are added by the time since it was last seen;
    no path is remembered from one request to the next.
    """
    graph = nx.Graph()
    graph.add_edges_from(((fibre.a, fibre.b) for fibre in topology.fibres), bits=0.0, seen=0.0)
    made = measure_yield(key_links(topology)[0].settings(NETWORK_SESSION)).bits_per_session
    rate = made / key_links(topology)[0].period_seconds
    start = time.perf_counter()
    for number in range(n_keys):
        demand, now = demands[number % len(demands)], 60.0 * (1 + number / len(demands))
        path = nx.shortest_path(graph, demand.a, demand.b)
        edges = [graph.edges[ends] for ends in pairwise(path)]
        for edge in edges:
            edge["bits"] = min(2e6, edge["bits"] + rate * (now - edge["seen"]))
            edge["seen"] = now
        if all(edge["bits"] >= 384 for edge in edges):
            for edge in edges:
                edge["bits"] -= 384
    return time.perf_counter() - start


def scaled(size: tuple[int, int, int], scale: float) -> tuple[int, int, int]:
    """Return a smaller network of the same form, of 20 nodes at least."""
    share = max(scale, 20 / size[0])
    n_nodes, n_links, n_pairs = (round(number * share) for number in size)
    return n_nodes, n_links, n_pairs


def main(scale: float = 1.0) -> None:
    """Print the seconds of a day for each size, per key relative to the first, and the ratio to networkx."""
    print("A day of a network, a key of 256 bits a minute for each pair of users, a fibre cut every hour")
    per_key = []
    for size in SIZES:
        n_nodes, n_links, n_pairs = scaled(size, scale)
        seconds, served = a_day(n_nodes, n_links, n_pairs)
        per_key.append(seconds / served)
        print(
            f"  {n_nodes:>6,} nodes, {n_links:>6,} links, {n_pairs:>5,} pairs{seconds:>9.2f} s"
            f"{served:>12,} keys{per_key[-1] / per_key[0]:>8.2f} × the time per key of the smallest"
        )
    n_nodes, n_links, n_pairs = scaled(SIZES[0], scale)
    topology, demands = random_network(n_nodes, n_links), random_demands(n_nodes, n_pairs)
    n_keys = max(100, round(10_000 * scale))
    plain = plain_day(topology, demands, n_keys) / n_keys
    print(
        f"  networkx alone, a path for each key{1e6 * plain:>18.1f} µs a key"
        f"{plain / per_key[0]:>15.1f} × ours ({1e6 * per_key[0]:.1f} µs)   (baseline)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual nodes and pairs")
    main(parser.parse_args().scale)
