"""Ways on which there are keys enough: another way, if the best one is short of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

import networkx as nx

from ...distillation.authentication.tags import TAG_BITS
from ...errors import NoRoute
from .breadth_first import Path
from .paths import disjoint_paths

Level = Callable[[str, str], float]
"""How many bits there are from one node to a neighbour."""


def stocked_path(graph: nx.Graph, a: str, b: str, n_bits: int, level: Level) -> Path | None:
    """Return the path of fewest links that have enough, in its direction, for a key of `n_bits`.

    None if there is none. A single link serves its own key; on longer ways each link also pays for a tag.
    """
    before: dict[str, str] = {a: a}
    queue = deque([a])
    while queue:
        here = queue.popleft()
        for other in graph[here]:
            if other in before or not (other == b or graph.nodes[other]["relays"]):
                continue
            if level(here, other) < n_bits + TAG_BITS * (here != a or other != b):
                continue
            before[other] = here
            if other == b:
                return _path_to(b, before)
            queue.append(other)
    return None


def _path_to(node: str, before: Mapping[str, str]) -> Path:
    """Return the way to a node, by the node before each; the first is before itself."""
    path = [node]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return tuple(path[::-1])


def stocked_disjoint_paths(
    graph: nx.Graph, a: str, b: str, n_bits: int, level: Level, n_paths: int
) -> tuple[Path, ...] | None:
    """Return paths without a common node whose links have enough for a share of `n_bits`.

    They have it in both directions; None if there are not so many.
    """
    enough = nx.Graph()
    enough.add_nodes_from(graph.nodes(data=True))
    enough.add_edges_from(
        (u, v) for u, v in graph.edges if min(level(u, v), level(v, u)) >= n_bits + TAG_BITS
    )
    try:
        return disjoint_paths(enough, a, b, n_paths)
    except NoRoute:
        return None
