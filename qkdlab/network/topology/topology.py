"""A network as it is built: nodes, and the fibres between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from unicodedata import normalize

import networkx as nx

from ...errors import cut, shown
from ...values import check_between, check_instance, check_non_negative
from .network_fibre import Fibre

MOST_NODES, MOST_FIBRES, LONGEST_NAME, LONGEST_SOURCE = 20_000, 200_000, 60, 5_000


class NodeKind(StrEnum):
    """What a node is."""

    END_USER = "end user"
    """Uses keys, and passes none on."""
    TRUSTED_NODE = "trusted node"
    """Passes keys on, and learns all that it passes on; may use keys, too."""
    OPTICAL_SWITCH = "optical switch"
    """Passes light on, and holds no key."""


class Units(StrEnum):
    """Which units a node has towards the switches it is joined to."""

    ALICE = "Alice"
    BOB = "Bob"
    BOTH = "Alice and Bob"

    @property
    def sends(self) -> bool:
        """Whether there is an Alice unit."""
        return self is not Units.BOB

    @property
    def receives(self) -> bool:
        """Whether there is a Bob unit."""
        return self is not Units.ALICE


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A place in the network.

    Parameters
    ----------
    name
        Its name, up to 60 printable characters.
    kind
        A `NodeKind`, or its text.
    units
        The units it has towards optical switches (each switch it is joined to): a `Units`, or its text.
    insertion_loss_db
        Loss of a switch for the light that passes it, dB.
    relock_seconds, dwell_seconds
        How long units take to lock on after a switch has switched, and how long they are then joined.
    x, y
        Where it stands on a map, in any unit, y downwards; None if the map may choose.
    """

    name: str
    kind: NodeKind = NodeKind.TRUSTED_NODE
    units: Units = Units.BOTH
    insertion_loss_db: float = 0.0
    relock_seconds: float = 0.0
    dwell_seconds: float = 60.0
    x: float | None = None
    y: float | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        object.__setattr__(self, "kind", _member("kind", self.kind, NodeKind))
        object.__setattr__(self, "units", _member("units", self.units, Units))
        for field_name, largest in (("insertion_loss_db", 200.0), ("relock_seconds", 86_400.0)):
            value = check_non_negative(field_name, getattr(self, field_name), below=largest)
            if value and self.kind is not NodeKind.OPTICAL_SWITCH:
                raise ValueError(f"{field_name} must be 0 but for an optical switch, got {shown(value)}")
            object.__setattr__(self, field_name, value)
        object.__setattr__(
            self, "dwell_seconds", check_between("dwell_seconds", self.dwell_seconds, 1e-3, 1e6)
        )
        for field_name in ("x", "y"):
            place = getattr(self, field_name)
            if place is not None:
                object.__setattr__(self, field_name, check_between(field_name, place, -1e9, 1e9))

    @property
    def is_switch(self) -> bool:
        """Whether it passes light on, and no keys."""
        return self.kind is NodeKind.OPTICAL_SWITCH

    @property
    def relays(self) -> bool:
        """Whether it passes keys on."""
        return self.kind is NodeKind.TRUSTED_NODE


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitCount:
    """How many units a network needs."""

    alice: int
    bob: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Topology:
    """Nodes and the fibres between them.

    Parameters
    ----------
    name
        What the network is called.
    nodes, fibres
        `Node` and `Fibre` objects; every name once, and between two nodes at most one fibre. Two switches
        must not be joined.
    source
        Where the figures come from, for networks modelled on real ones.

    Raises
    ------
    ValueError
        Naming the node or the fibre at fault.

    Examples
    --------
    >>> nodes = Node(name="A"), Node(name="B")
    >>> Topology(name="one link", nodes=nodes, fibres=(Fibre(a="A", b="B"),)).units
    UnitCount(alice=1, bob=1)
    """

    name: str
    nodes: tuple[Node, ...]
    fibres: tuple[Fibre, ...]
    source: str = ""
    _by_name: dict[str, Node] = field(init=False, repr=False, compare=False)
    _by_ends: dict[frozenset[str], Fibre] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        source = check_instance("source", self.source, str)
        if len(source) > LONGEST_SOURCE or not source.isprintable():
            raise ValueError(
                f"source must be at most {LONGEST_SOURCE:,} printable characters, got {shown(source[:60])}"
            )
        for name, kind, most in (("nodes", Node, MOST_NODES), ("fibres", Fibre, MOST_FIBRES)):
            items = tuple(getattr(self, name))
            if len(items) > most:
                raise ValueError(f"{name} must be at most {most:,}, got {len(items):,}")
            for item in items:
                check_instance(name, item, kind)
            object.__setattr__(self, name, items)
        by_name: dict[str, Node] = {}
        looks: dict[str, str] = {}
        for node in self.nodes:
            look = " ".join(normalize("NFC", node.name).split())
            if (other := looks.setdefault(look, node.name)) != node.name:
                rule = "have names that look different"
                raise ValueError(f"nodes must {rule}, got {other!a} and {node.name!a}")
            if node.name in by_name:
                raise ValueError(f"node {node.name!r} must be given once, got it twice")
            by_name[node.name] = node
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_by_ends", self._checked_fibres())

    def _checked_fibres(self) -> dict[frozenset[str], Fibre]:
        """Return the fibres by their ends."""
        by_ends: dict[frozenset[str], Fibre] = {}
        for fibre in self.fibres:
            for end in (fibre.a, fibre.b):
                if end not in self._by_name:
                    raise ValueError(f"fibre {cut(fibre.name)}: {shown(end)} must be a node of the network")
            switches = [end for end in (fibre.a, fibre.b) if self._by_name[end].is_switch]
            if len(switches) == 2:
                raise ValueError(f"fibre {fibre.name} must not join two optical switches")
            if switches and fibre.key_rate_bits_per_s is not None:
                rule = "must not have a stated key rate, as no keys are made at the optical switch"
                rate = f"{fibre.key_rate_bits_per_s:,.10g} bit/s"
                raise ValueError(f"fibre {fibre.name} {rule} {switches[0]!r}, got {rate}")
            if (ends := frozenset((fibre.a, fibre.b))) in by_ends:
                raise ValueError(f"fibre {fibre.name} must be given once, got it twice")
            by_ends[ends] = fibre
        return by_ends

    def node(self, name: str) -> Node:
        """Return the node of that name; ``ValueError`` if there is none."""
        if not isinstance(name, str) or name not in self._by_name:
            known = ", ".join(list(self._by_name)[:8]) + (", …" if len(self._by_name) > 8 else "")
            raise ValueError(f"node must be one of {known}, got {shown(name)}")
        return self._by_name[name]

    def fibre(self, a: str, b: str) -> Fibre:
        """Return the fibre between two nodes, whichever is first; ``ValueError`` if there is none."""
        ends = frozenset(end for end in (a, b) if isinstance(end, str))
        if (fibre := self._by_ends.get(ends)) is None:
            raise ValueError(f"there must be a fibre between the nodes, got {shown(a)} and {shown(b)}")
        return fibre

    @property
    def sites(self) -> tuple[str, ...]:
        """Names of all nodes that can hold keys: all but the switches."""
        return tuple(node.name for node in self.nodes if not node.is_switch)

    def to_switches(self) -> Iterator[tuple[Node, Node, Fibre]]:
        """Return, for each fibre to a switch: the switch, the other node, the fibre."""
        for fibre in self.fibres:
            a, b = self._by_name[fibre.a], self._by_name[fibre.b]
            if a.is_switch or b.is_switch:
                yield (a, b, fibre) if a.is_switch else (b, a, fibre)

    @property
    def units(self) -> UnitCount:
        """Alice and Bob units that it takes: one each a direct fibre, and those of every switch's users."""
        others = [node.units for _, node, _ in self.to_switches()]
        direct = len(self.fibres) - len(others)
        alice = direct + sum(units.sends for units in others)
        bob = direct + sum(units.receives for units in others)
        return UnitCount(alice=alice, bob=bob)

    @property
    def graph(self) -> nx.Graph:
        """The network as a graph: nodes with their `node`, edges with their `fibre`."""
        graph = nx.Graph(name=self.name)
        graph.add_nodes_from((node.name, {"node": node}) for node in self.nodes)
        graph.add_edges_from((fibre.a, fibre.b, {"fibre": fibre}) for fibre in self.fibres)
        return graph

    def placed(self) -> Topology:
        """Return the network with a place for every node: its own, or one chosen by the form of the graph.

        Nodes without a place are put where springs along the fibres would pull them (Fruchterman and
        Reingold, as in networkx), always to the same place.
        """
        own = {
            node.name: (node.x, node.y) for node in self.nodes if node.x is not None and node.y is not None
        }
        if len(own) == len(self.nodes):
            return self
        found = nx.spring_layout(self.graph, pos=own or None, fixed=list(own) or None, seed=1)
        places = {name: (float(x), float(y)) for name, (x, y) in found.items()} | own
        nodes = (replace(node, x=places[node.name][0], y=places[node.name][1]) for node in self.nodes)
        return replace(self, nodes=tuple(nodes))

    def __repr__(self) -> str:
        return f"Topology({self.name!r}, {len(self.nodes)} nodes, {len(self.fibres)} fibres)"


def islands(topology: Topology) -> tuple[tuple[str, ...], ...]:
    """Return the names of the nodes that fibres join to each other, one tuple for each part of the network.

    Nodes and parts are in the order of the nodes; a network in one piece is one island. Nodes of different
    islands can have no common key. Those of one island need not have one either: that takes units that fit at
    the switches and, between nodes without a link of their own, trusted nodes.

    >>> nodes = Node(name="A"), Node(name="B"), Node(name="C")
    >>> islands(Topology(name="cut", nodes=nodes, fibres=(Fibre(a="C", b="A"),)))
    (('A', 'C'), ('B',))
    """
    order = {
        node.name: place for place, node in enumerate(check_instance("topology", topology, Topology).nodes)
    }
    parts = (sorted(part, key=order.__getitem__) for part in nx.connected_components(topology.graph))
    return tuple(tuple(part) for part in sorted(parts, key=lambda part: order[part[0]]))


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"name must be 1 to {LONGEST_NAME} printable characters, got {repr(name)[:80]}")


def _member(name: str, value: object, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(str(value))
    except ValueError:
        choices = ", ".join(repr(str(member)) for member in kind)
        raise ValueError(f"{name} must be one of {choices}, got {shown(value)}") from None
