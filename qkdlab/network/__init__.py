"""Networks of links: who is joined to whom, which keys there are, and how they are passed on."""

from .builders import chain, mesh, point_to_point, ring, star
from .key_links import NETWORK_SESSION, KeyLink, key_links
from .presets import PRESETS
from .topology import METRO_LINK, METRO_SOURCE, Fibre, Node, NodeKind, Topology, UnitCount, Units, islands
from .topology_file import read_topology, save_topology, topology_from_json, topology_to_json

__all__ = [
    "METRO_LINK",
    "METRO_SOURCE",
    "NETWORK_SESSION",
    "PRESETS",
    "Fibre",
    "KeyLink",
    "Node",
    "NodeKind",
    "Topology",
    "UnitCount",
    "Units",
    "chain",
    "islands",
    "key_links",
    "mesh",
    "point_to_point",
    "read_topology",
    "ring",
    "save_topology",
    "star",
    "topology_from_json",
    "topology_to_json",
]
