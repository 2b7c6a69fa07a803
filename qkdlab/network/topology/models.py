"""Networks modelled on real ones, each with what its sources say and what is ours.

None of them is the network it is modelled on: every link here is decoy-state BB84 with the laser and the
detectors of `METRO_LINK`, but for `LOW_NOISE` where it stands, while the real ones used other devices and,
some of them, other protocols. Where light ran in a loop, one fibre of that length stands for it. Places on
the map are schematic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from ...link import Detector, Link
from .builders import RELOCK_SECONDS, SWITCH_LOSS_DB
from .network_fibre import METRO_LINK, Fibre
from .topology import Node, NodeKind, Topology

OURS = "Pulse rates, sources and detectors are ours, so rates are not those of the real network."

LOW_NOISE = Detector(efficiency=0.5, dark_count_probability=1e-8)
"""Efficiency and dark counts that Rusca et al., APL 112, 171104 (2018), calculate with; here for 90 km."""

_SECOQC_KM = (
    ("Vienna 1", "Vienna 2", 19),
    ("Vienna 2", "Vienna 3", 16),
    ("Vienna 3", "Vienna 4", 6),
    ("Vienna 4", "Vienna 5", 22),
    ("Vienna 5", "Vienna 1", 20),
    ("Vienna 1", "Vienna 3", 23),
    ("Vienna 2", "Vienna 4", 12),
    ("Vienna 5", "St. Pölten", 82),
)
_VIENNA = {
    "Vienna 1": (3.0, -1.0),
    "Vienna 2": (4.0, -0.3),
    "Vienna 3": (3.7, 0.8),
    "Vienna 4": (2.5, 0.9),
    "Vienna 5": (2.0, -0.2),
    "St. Pölten": (0.0, 0.0),
}


def _secoqc() -> Topology:
    return Topology(
        name="Vienna 2008 (model)",
        nodes=tuple(Node(name=name, x=x, y=y) for name, (x, y) in _VIENNA.items()),
        fibres=tuple(
            Fibre(a=a, b=b, link=replace(METRO_LINK, length_km=float(km))) for a, b, km in _SECOQC_KM
        ),
        source="Modelled on the SECOQC network, Peev et al., New J. Phys. 11, 075001 (2009): six nodes in "
        "Vienna and St. Pölten, eight links of 6 to 82 km, about 200 km together (IEEE Spectrum, 22 "
        "October 2008), 20 to 30 km on average (h+ Magazine, 2 July 2009, which has 83 km for the "
        "longest). Ours: who is joined to whom, the length of each link but the shortest and the "
        f"longest, that this one leads to St. Pölten, the names in Vienna, and 0.2 dB/km. {OURS}",
    )


_TOKYO = {
    "Koganei 1": (0.0, -0.5),
    "Koganei 2": (0.0, 0.5),
    "Otemachi 1": (3.0, -0.5),
    "Otemachi 2": (3.0, 0.5),
    "Hakusan": (3.8, -1.2),
    "Hongo": (4.0, 1.0),
}
_TOKYO_LINKS = (
    ("Otemachi 1", "Hakusan", 24, 12.0, METRO_LINK.detector),
    ("Koganei 1", "Otemachi 1", 45, 14.5, METRO_LINK.detector),
    ("Koganei 1", "Koganei 2", 90, 30.0, LOW_NOISE),
    ("Otemachi 1", "Otemachi 2", 1, 0.5, METRO_LINK.detector),
    ("Koganei 2", "Otemachi 2", 45, 14.5, METRO_LINK.detector),
    ("Otemachi 2", "Hongo", 13, 6.5, METRO_LINK.detector),
)


def _tokyo() -> Topology:
    fibres = (
        Fibre(
            a=a,
            b=b,
            link=replace(
                METRO_LINK, length_km=float(km), attenuation_db_per_km=loss_db / km, detector=detector
            ),
            pulse_rate_hz=1e9,
        )
        for a, b, km, loss_db, detector in _TOKYO_LINKS
    )
    return Topology(
        name="Tokyo 2010 (model)",
        nodes=tuple(Node(name=name, x=x, y=y) for name, (x, y) in _TOKYO.items()),
        fibres=tuple(fibres),
        source="Modelled on the Tokyo QKD Network, Sasaki et al., Opt. Express 19, 10387 (2011), after a "
        "summary: six systems at Koganei, Otemachi, Hakusan and Hongo, over 45 km (twice), 24 and 90 km"
        " in loops, 13 and 1 km; about 0.3 dB/km between Koganei and Otemachi, 0.5 dB/km in the city. "
        "14.5 dB for 45 km: pages of Toshiba's Quantum Information Group; 30 dB for 90 km: Shimizu et "
        "al., J. Lightwave Technol. 32, 141 (2014). Ours: two nodes each at Koganei and Otemachi, at "
        "which of them a link ends, that the loop of 24 km ends at Hakusan, where the link of 1 km is "
        f"and its 0.5 dB/km, and 1 GHz for all links. {OURS}",
    )


def _star() -> Topology:
    spots = {
        3: (0.5, -0.2),
        6: (-0.5, -0.5),
        9: (0.9, 0.6),
        12: (-1.2, 0.3),
        15: (0.4, -1.5),
        20: (-0.6, 1.6),
    }
    users = {f"User {number}": spot for number, spot in enumerate(spots.items(), 1)}
    hub = Node(name="Hub", x=0.0, y=0.0)
    return Topology(
        name="metropolitan star",
        nodes=(
            hub,
            *(Node(name=name, kind=NodeKind.END_USER, x=x, y=y) for name, (_, (x, y)) in users.items()),
        ),
        fibres=tuple(
            Fibre(a=name, b=hub.name, link=replace(METRO_LINK, length_km=float(km), insertion_loss_db=2.0))
            for name, (km, _) in users.items()
        ),
        source="Ours, after no network in particular: six users 3 to 20 km from a trusted hub, where Bob's "
        "units stand; 0.2 dB/km, and 2 dB for connectors.",
    )


_CITIES = {
    1: ("Beijing", 0.0, 0.0),
    10: ("Jinan", 0.6, 3.6),
    22: ("Hefei", 0.7, 9.0),
    32: ("Shanghai", 4.6, 9.6),
}
BACKBONE_KM, BACKBONE_NODES = 2032, 32


def _backbone() -> Topology:
    nodes = []
    for (first, (name, x, y)), (last, (_, to_x, to_y)) in pairwise(_CITIES.items()):
        for number in range(first, last):
            share = (number - first) / (last - first)
            nodes.append(
                Node(
                    name=name if number == first else f"Relay {number}",
                    x=round(x + share * (to_x - x), 6),
                    y=round(y + share * (to_y - y), 6),
                )
            )
    _, (name, x, y) = list(_CITIES.items())[-1]
    nodes.append(Node(name=name, x=x, y=y))
    link = replace(METRO_LINK, length_km=BACKBONE_KM / (BACKBONE_NODES - 1))
    return Topology(
        name="Beijing–Shanghai (model)",
        nodes=tuple(nodes),
        fibres=tuple(Fibre(a=a.name, b=b.name, link=link) for a, b in pairwise(nodes)),
        source="Modelled on the backbone Beijing–Jinan–Hefei–Shanghai in Chen et al., Nature 589, 214 "
        "(2021): 32 trusted nodes, about 2,032 km (qni.pages.dev; the abstract of the paper says more than "
        "2,000). Ours: that the 32 count both ends, 31 spans of one length with a pair of units each, "
        f"where on the way Jinan and Hefei come, and 0.2 dB/km. {OURS}",
    )


_SUBNETS = ((range(1, 6), range(1, 13)), (range(6, 8), range(13, 18)), (range(8, 14), range(18, 28)))
"""Numbers of the users at the switch (UA) and at the trusted relay (UB) of each subnetwork."""
_USER_KM = (4.0, 8.0, 12.0, 16.0)


def _fan(
    numbers: range, kind: str, hub: Node, link: Link, middle: tuple[float, float]
) -> tuple[list[Node], list[Fibre]]:
    """Return users on a line about `middle`, each with a fibre to the hub: `link`, but for its length."""
    nodes, fibres = [], []
    for place, number in enumerate(numbers):
        shift = 0.5 * (place - (len(numbers) - 1) / 2)
        name = f"{kind}-{number}"
        nodes.append(Node(name=name, kind=NodeKind.END_USER, x=middle[0] + shift, y=middle[1]))
        to_hub = replace(link, length_km=_USER_KM[number % len(_USER_KM)])
        fibres.append(Fibre(a=name, b=hub.name, link=to_hub))
    return nodes, fibres


def _metropolitan() -> Topology:
    half = replace(METRO_LINK, misalignment_error=METRO_LINK.misalignment_error / 2)  # of a switched way
    nodes: list[Node] = []
    fibres: list[Fibre] = []
    relays = [Node(name=f"TR-{number}", x=x, y=0.0) for number, x in enumerate((0.0, 6.5, 13.0), 1)]
    for number, (relay, (switched, relayed)) in enumerate(zip(relays, _SUBNETS, strict=True), 1):
        x = relay.x or 0.0
        switch = Node(
            name=f"OS-{number}",
            kind=NodeKind.OPTICAL_SWITCH,
            insertion_loss_db=SWITCH_LOSS_DB,
            relock_seconds=RELOCK_SECONDS,
            x=x,
            y=2.0,
        )
        fans = (
            _fan(switched, "UA", switch, half, (x, 4.0)),
            _fan(relayed, "UB", relay, METRO_LINK, (x, -2.0 - number % 2)),
        )
        nodes += [relay, switch, *fans[0][0], *fans[1][0]]
        short = replace(half, length_km=0.5)
        fibres += [Fibre(a=relay.name, b=switch.name, link=short), *fans[0][1], *fans[1][1]]
    long = replace(METRO_LINK, length_km=15.0)
    pairs = ((relays[0], relays[1]), (relays[1], relays[2]), (relays[0], relays[2]))
    fibres += [Fibre(a=a.name, b=b.name, link=long) for a, b in pairs]
    return Topology(
        name="46 nodes (model)",
        nodes=tuple(nodes),
        fibres=tuple(fibres),
        source="Modelled on the metropolitan network of Chen et al., npj Quantum Inf. 7, 134 (2021), as its "
        "picture of the topology has it: 13 users with transmitter and receiver (UA) at three optical "
        "switches (OS: 5, 2 and 6), 27 users with a transmitter (UB) at three trusted relays (TR: 12, 5"
        " and 10), and three subnetworks joined to each other. Ours: that each relay is a user of a "
        "switch and that the relays are joined directly, a receiver for every UB, all lengths (users 4 "
        "to 16 km from their hub, relays 15 km apart), 0.2 dB/km, and the loss and the times of the "
        f"switches; each fibre to a switch has half of the usual misalignment. {OURS}",
    )


PRESETS: Mapping[str, Topology] = MappingProxyType(
    {topology.name: topology for topology in (_star(), _secoqc(), _tokyo(), _metropolitan(), _backbone())}
)
"""Networks by name. Each says in `Topology.source` what is taken from where."""
