"""Networks of links: who is joined to whom, which keys there are, and how they are passed on."""

from .operation.demands import Demand
from .operation.live_link import KeyPlan, LinkState, LiveLink
from .operation.network import Network
from .operation.pair_report import PairReport, pair_report
from .operation.pools import KeyPool, PoolCounts
from .operation.simulation import Incident, SimulationResult, simulate
from .operation.yields import LinkYield, measure_yield
from .relay.all_views import ViewTable, all_views
from .relay.confirmation import Confirmation, ConfirmationAccount
from .relay.knowledge import Knowledge, knowledge
from .relay.relayed_key import RelayedKey
from .topology.builders import chain, mesh, point_to_point, ring, star
from .topology.key_links import NETWORK_SESSION, KeyLink, key_links
from .topology.models import PRESETS
from .topology.network_fibre import METRO_LINK, METRO_SOURCE, Fibre
from .topology.topology import Node, NodeKind, Topology, UnitCount, Units, islands
from .topology.topology_file import read_topology, save_topology, topology_from_json, topology_to_json
from .topology.topology_import import read_links, topology_from_graph

__all__ = [
    "METRO_LINK",
    "METRO_SOURCE",
    "NETWORK_SESSION",
    "PRESETS",
    "Confirmation",
    "ConfirmationAccount",
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
    "ViewTable",
    "all_views",
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
