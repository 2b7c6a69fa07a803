"""Paths that share no node, as a flow of least cost that grows by one path at a time.

Every node but the ends is split in two, an entrance and an exit, with room for one path between them; a link
costs 1 in either direction. Each further path may take links of earlier ones back, at -1, and the earlier
path is then led another way (Bhandari, *Survivable Networks*, 1999). Potentials keep all costs at 0 or more,
so that Dijkstra's algorithm finds it; they begin with the distances to the goal, and so the search hardly
leaves the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from heapq import heappop, heappush
from itertools import count

State = tuple[str, bool]
"""A node, and whether one stands at its entrance; else at its exit."""


class DisjointPaths:
    """Paths between two nodes that share no node between the ends, of fewest links in all.

    Parameters
    ----------
    neighbours
        The neighbours of each node, in order.
    relays
        The nodes that may lie between the ends of a path.
    a, b
        The ends, two nodes.

    Examples
    --------
    >>> neighbours = {"A": "BD", "B": "AC", "C": "BD", "D": "AC"}
    >>> found = DisjointPaths(neighbours, {"B", "D"}, "A", "C")
    >>> found.add_one(), found.add_one(), found.add_one(), found.paths()
    (True, True, False, (('A', 'B', 'C'), ('A', 'D', 'C')))
    """

    def __init__(self, neighbours: Mapping[str, Iterable[str]], relays: Set[str], a: str, b: str) -> None:
        self._neighbours = neighbours
        self._a, self._b = a, b
        self._distance = _distances(neighbours, relays, a, b)
        self._raised: dict[State, int] = {}  # potential of a state, above its node's distance to b
        self._links: set[tuple[str, str]] = set()  # links that paths take, in their direction
        self._before: dict[str, str] = {}  # of the nodes between the ends
        self._after: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"DisjointPaths({len(self.paths())} from {self._a!r} to {self._b!r})"

    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Return the paths found, the shortest first; of equal ones, by the order of links at `a`."""
        found = []
        for first in self._neighbours[self._a]:
            if (self._a, first) in self._links:
                path = [self._a, first]
                while path[-1] != self._b:
                    path.append(self._after[path[-1]])
                found.append(tuple(path))
        return tuple(sorted(found, key=len))

    def add_one(self) -> bool:
        """Find one path more, for which others may be changed; False, and no change, if there is none."""
        came_from = self._search()
        if came_from is None:
            return False
        state: State = (self._b, True)
        while state != (self._a, False):
            earlier = came_from[state]
            if earlier[1] and not state[1] and earlier[0] != state[0]:
                self._links.remove((state[0], earlier[0]))  # from an entrance back to the exit before it
            elif earlier[0] != state[0]:
                self._links.add((earlier[0], state[0]))
            state = earlier
        self._before = {node: other for other, node in self._links if node != self._b}
        self._after = {node: other for node, other in self._links if node != self._a}
        return True

    def _moves(self, state: State) -> Iterator[tuple[State, int]]:
        """Go on from a state, and at what cost."""
        node, at_entrance = state
        used = node in self._before
        if at_entrance:  # a path that goes through the node can only be sent back to where it came from
            yield ((self._before[node], False), -1) if used else ((node, False), 0)
            return
        if used:
            yield (node, True), 0
        for other in self._neighbours[node]:
            if other in self._distance and other != self._a and (node, other) not in self._links:
                yield (other, True), 1

    def _search(self) -> dict[State, State] | None:
        """Return the state before each on the cheapest way to `b`, and adapt the potentials; None if none."""
        if self._a not in self._distance:
            return None
        raised, distance = self._raised, self._distance
        goal: State = (self._b, True)
        costs: dict[State, int] = {(self._a, False): 0}
        came_from: dict[State, State] = {}
        done: set[State] = set()
        order = count()
        queue = [(0, next(order), (self._a, False))]
        while queue:
            cost, _, state = heappop(queue)
            if state in done:
                continue
            if state == goal:
                for settled in done:
                    raised[settled] = raised.get(settled, 0) + cost - costs[settled]
                return came_from
            done.add(state)
            here = cost - distance[state[0]] - raised.get(state, 0)
            for other, step in self._moves(state):
                if other in done:
                    continue
                total = here + step + distance[other[0]] + raised.get(other, 0)
                if other not in costs or total < costs[other]:
                    costs[other] = total
                    came_from[other] = state
                    heappush(queue, (total, -next(order), other))
        return None


def _distances(neighbours: Mapping[str, Iterable[str]], relays: Set[str], a: str, b: str) -> dict[str, int]:
    """Return the links from each node to `b`, of those from which it can be reached without passing `a`."""
    distance, front = {b: 0}, [b]
    while front:
        new = []
        for node in front:
            for other in neighbours[node]:
                if other not in distance and (other in relays or other == a):
                    distance[other] = distance[node] + 1
                    if other != a:
                        new.append(other)
        front = new
    return distance
