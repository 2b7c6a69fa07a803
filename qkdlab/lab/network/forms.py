"""The networks that the network panel offers, and the ways in which a key can go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from ...network import METRO_LINK, PRESETS, Topology, chain, mesh, point_to_point, ring, star
from ...network.operation.end_to_end import ONE_TIME_PAD, PARITIES

POINT, CHAIN, RING, TRUSTED_STAR = "point to point", "chain", "ring", "star, trusted hub"
SWITCH_STAR, MESH, FILE = "star, optical switch", "mesh", "file"
FORMS = (POINT, CHAIN, RING, TRUSTED_STAR, SWITCH_STAR, MESH)
"""The forms that are built, of links of one length."""

FEWEST, MOST = 3, 12
"""Nodes of a built form; in a star users."""

MOST_SHOWN = 100
"""Nodes of a network that is still to be seen on a map."""

Ends = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How a key goes: the arguments of `Network.relay`."""

    method: str = ONE_TIME_PAD
    n_paths: int = 1
    threshold: int | None = None


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "one path, hop by hop": Way(),
        "one path, parities": Way(method=PARITIES),
        "two disjoint paths, XOR shares": Way(n_paths=2),
        "three disjoint paths, any two shares": Way(n_paths=3, threshold=2),
    }
)
HOP_BY_HOP, PARITY_WAY, TWO_PATHS, THREE_PATHS = WAYS


@lru_cache(maxsize=32)
def built(form: str, n_nodes: int, length_km: float) -> Topology:
    """Return a network of one of `FORMS`, or of `PRESETS`, which has nodes and lengths of its own."""
    if form in PRESETS:
        return PRESETS[form]
    link = replace(METRO_LINK, length_km=length_km)
    if form == POINT:
        return point_to_point(link=link)
    if form in (TRUSTED_STAR, SWITCH_STAR):
        hub = "trusted node" if form == TRUSTED_STAR else "optical switch"
        return star(n_nodes, hub=hub, link=link)
    builders: dict[str, Callable[..., Topology]] = {CHAIN: chain, RING: ring, MESH: mesh}
    return builders[form](n_nodes, link=link)


def users_in(network: Topology, a: str = "", b: str = "") -> Ends:
    """Return two nodes of a network that hold keys: `a` and `b` if they do, otherwise the first and the last.

    End users come before trusted nodes if there are two. Raises ``ValueError`` if no two nodes hold keys.
    """
    sites = network.sites
    if len(sites) < 2:
        raise ValueError(f"network must have two nodes that hold keys, got {len(sites)}")
    ends = [name for name in sites if network.node(name).kind == "end user"]
    likely = ends if len(ends) > 1 else sites
    first = a if a in sites else next(name for name in likely if name != b)
    last = b if b in sites and b != first else next(name for name in reversed(likely) if name != first)
    return first, last
