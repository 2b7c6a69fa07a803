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

    From either end the nodes at 1, 2, … links are found, always from the end whose new ones have fewer links,
    until the two searches meet. Then every node of the nearer half that lies on a shortest path learns how
    far `b` is, and the path goes down these distances. So the links of a hub between two users are not gone
    through.
    """
    start, goal = {a: 0}, {b: 0}  # links from a, links to b
    levels: list[list[str]] = [[a]]
    front_a, front_b = [a], [b]
    links_a, links_b = len(neighbours[a]), len(neighbours[b])
    while front_a and front_b:
        from_a = links_a <= links_b
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
        n_links = sum(len(neighbours[node]) for node in new)
        if from_a:
            front_a, links_a = new, n_links
            levels.append(new)
        else:
            front_b, links_b = new, n_links
        if meeting:
            return _descend(neighbours, a, b, goal, levels, allowed)
    return None


def _descend(
    neighbours: Neighbours,
    a: str,
    b: str,
    distance: dict[str, int],
    levels: list[list[str]],
    allowed: Allowed,
) -> Path:
    """Return the first path, by the order of links at each node, down the distances to `b`."""
    left = next(distance[node] for node in levels[-1] if node in distance)  # the same for all that met
    for level in reversed(levels[:-1]):
        found = [
            node
            for node in level
            if any(distance.get(other) == left and allowed(node, other) for other in neighbours[node])
        ]
        left += 1
        distance.update(dict.fromkeys(found, left))
    path = [a]
    for left in range(distance[a] - 1, 0, -1):
        node = path[-1]
        path.append(
            next(other for other in neighbours[node] if distance.get(other) == left and allowed(node, other))
        )
    return (*path, b)
