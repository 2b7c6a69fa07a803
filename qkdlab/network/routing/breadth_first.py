"""The path of fewest links, searched level by level from both ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Path = tuple[str, ...]
"""Names of the nodes of a path, from one end to the other."""

Neighbours = Mapping[str, Mapping[str, Any]]
"""The neighbours of each node, in order, and the attributes of the link to each."""

Attributes = Mapping[str, Mapping[str, Any]]
"""The attributes of each node; between the ends of a path are only those with ``relays`` true."""

Allowed = Callable[[str, str], bool]


def fewest_links(
    neighbours: Neighbours,
    attributes: Attributes,
    a: str,
    b: str,
    allowed: Allowed,
) -> Path | None:
    """Return the path of fewest links over allowed ones, or None.

    From either end the nodes at 1, 2, … links are found, always from the end with fewer new ones, until the
    two searches meet. Then every node of the nearer half that lies on a shortest path learns how far `b` is,
    and the path goes down these distances.
    """
    start, goal = {a: 0}, {b: 0}  # links from a, links to b
    levels: list[list[str]] = [[a]]
    front_a, front_b = [a], [b]
    while front_a and front_b:
        from_a = len(front_a) <= len(front_b)
        here, there, front = (start, goal, front_a) if from_a else (goal, start, front_b)
        new: list[str] = []
        meeting = False
        for node in front:
            for other in neighbours[node]:
                if other in here or not allowed(node, other):
                    continue
                if other in there:
                    meeting = True
                elif not attributes[other].get("relays", False):
                    continue
                here[other] = here[node] + 1
                new.append(other)
        if from_a:
            front_a = new
            levels.append(new)
        else:
            front_b = new
        if meeting:
            return _descend(neighbours, a, b, start, goal, levels, allowed)
    return None


def _descend(
    neighbours: Neighbours,
    a: str,
    b: str,
    start: Mapping[str, int],
    goal: dict[str, int],
    levels: list[list[str]],
    allowed: Allowed,
) -> Path:
    """Return the first path, by the order of links at each node, down the distances to `b`."""
    remaining = goal
    nearer = [node for node in levels[-1] if node in goal]
    for depth in range(len(levels) - 2, -1, -1):
        farther = []
        for node in nearer:
            for other in neighbours[node]:
                if start.get(other) == depth and other not in remaining and allowed(other, node):
                    remaining[other] = remaining[node] + 1
                    farther.append(other)
        nearer = farther
    path = [a]
    while (node := path[-1]) != b:
        left = remaining[node] - 1
        path.append(
            next(other for other in neighbours[node] if remaining.get(other) == left and allowed(node, other))
        )
    return tuple(path)
