"""Networks of links: who is joined to whom, which keys there are, and how they are passed on."""

from .builders import chain, mesh, point_to_point, ring, star
from .demands import Demand
from .key_links import NETWORK_SESSION, KeyLink, key_links
from .link_keys import KeyPlan, LinkKeys, LinkState
from .network import Network
from .pair_report import PairReport, pair_report
from .pools import KeyPool, PoolCounts
from .presets import PRESETS
from .simulation import Incident, SimulationResult, simulate
from .topology import METRO_LINK, METRO_SOURCE, Fibre, Node, NodeKind, Topology, UnitCount, Units, islands
from .topology_file import read_topology, save_topology, topology_from_json, topology_to_json
from .yields import LinkYield, measure_yield

__all__ = [
    "METRO_LINK",
    "METRO_SOURCE",
    "NETWORK_SESSION",
    "PRESETS",
    "Demand",
    "Fibre",
    "Incident",
    "KeyLink",
    "KeyPlan",
    "KeyPool",
    "LinkKeys",
    "LinkState",
    "LinkYield",
    "Network",
    "Node",
    "NodeKind",
    "PairReport",
    "PoolCounts",
    "SimulationResult",
    "Topology",
    "UnitCount",
    "Units",
    "chain",
    "islands",
    "key_links",
    "measure_yield",
    "mesh",
    "pair_report",
    "point_to_point",
    "read_topology",
    "ring",
    "save_topology",
    "simulate",
    "star",
    "topology_from_json",
    "topology_to_json",
]
