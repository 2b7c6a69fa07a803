"""Networks of links: who is joined to whom, which keys there are, and how they are passed on."""

from .builders import chain, mesh, point_to_point, ring, star
from .demands import Demand
from .fibre import METRO_LINK, METRO_SOURCE, Fibre
from .key_links import NETWORK_SESSION, KeyLink, key_links
from .knowledge import Knowledge, knowledge
from .live_link import KeyPlan, LinkState, LiveLink
from .network import Network
from .pair_report import PairReport, pair_report
from .pools import KeyPool, PoolCounts
from .presets import PRESETS
from .relayed_key import RelayedKey
from .simulation import Incident, SimulationResult, simulate
from .topology import Node, NodeKind, Topology, UnitCount, Units, islands
from .topology_file import read_topology, save_topology, topology_from_json, topology_to_json
from .topology_import import read_links, topology_from_graph
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
    "Knowledge",
    "LinkState",
    "LinkYield",
    "LiveLink",
    "Network",
    "Node",
    "NodeKind",
    "PairReport",
    "PoolCounts",
    "RelayedKey",
    "SimulationResult",
    "Topology",
    "UnitCount",
    "Units",
    "chain",
    "islands",
    "key_links",
    "knowledge",
    "measure_yield",
    "mesh",
    "pair_report",
    "point_to_point",
    "read_links",
    "read_topology",
    "ring",
    "save_topology",
    "simulate",
    "star",
    "topology_from_graph",
    "topology_from_json",
    "topology_to_json",
]
