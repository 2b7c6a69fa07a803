"""Hours of a network: users who ask for keys, links that fail, and what becomes of every bit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...values import (
    HoldsArrays,
    Progress,
    check_all,
    check_between,
    check_choice,
    check_count,
    check_instance,
    check_non_negative,
    read_only,
)
from ..routing.breadth_first import Path
from ..topology.network_fibre import link_name
from ..topology.topology import Topology
from .demands import Demand, Requests
from .live_link import LiveLink
from .network import Network
from .pools import PoolCounts
from .serving import LogKind, LogLine, Serving

NODE_EVENTS, FIBRE_EVENTS = ("lose", "restore", "compromise"), ("cut", "repair", "listen", "leave")


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """Something that happens to a network at a time.

    Parameters
    ----------
    at_seconds
        When.
    what
        A method of `Network`: ``"cut"``, ``"repair"``, ``"listen"`` or ``"leave"`` of a fibre, ``"lose"``,
        ``"restore"`` or ``"compromise"`` of a node.
    where
        The two ends of the fibre, or the node alone.
    eavesdropper
        Who listens; None for one who intercepts every pulse.
    """

    at_seconds: float
    what: str
    where: tuple[str, ...]
    eavesdropper: Eavesdropper | None = None

    def __post_init__(self) -> None:
        check_non_negative("at_seconds", self.at_seconds)
        check_choice("what", self.what, (*FIBRE_EVENTS, *NODE_EVENTS))
        check_instance("where", self.where, tuple)
        if self.eavesdropper is not None:
            check_instance("eavesdropper", self.eavesdropper, Eavesdropper)
        ends = 2 if self.what in FIBRE_EVENTS else 1
        if len(self.where) != ends:
            raise ValueError(f"where must be {ends} names to {self.what}, got {shown(self.where)}")

    def check(self, topology: Topology) -> None:
        """Raise ``ValueError`` if the fibre or the node is not in the network."""
        if self.what in FIBRE_EVENTS:
            topology.fibre(*self.where)
        else:
            topology.node(*self.where)

    def happen(self, network: Network) -> None:
        """Let it happen."""
        more = (self.eavesdropper,) if self.what == "listen" else ()
        getattr(network, self.what)(*self.where, *more)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class SimulationResult(HoldsArrays):
    """What became of a network and of the requests for keys.

    Parameters
    ----------
    keys
        Where the keys came from, as in `KeyPlan`: ``"sessions"`` or ``"measured"``.
    stated
        The links whose keys came at a stated rate instead.
    demands, links
        The demands, and the names of the links: the columns of the arrays.
    times
        float64, shape (n_times,): when the network was looked at, in seconds.
    stored
        int64, shape (n_times, n_links): bits in the pools of each link, both directions together.
    served, failed
        int64, shape (n_times, n_demands): keys that were and that were not served until then.
    no_route, exhausted
        int64, shape (n_demands,): how many failed for want of a way, and for want of keys on it.
    paths
        For each demand, how often each path carried a key or a share.
    exposed
        For each demand, how many keys had so many of their paths over a node that was compromised by then, a
        user included. Whoever has these nodes has a key if he has as many shares as it takes.
    counts
        For each link, what became of its bits.
    log
        What happened to links, routes and demands; not more than 10,000 lines.
    """

    keys: str
    stated: tuple[str, ...]
    demands: tuple[Demand, ...]
    links: tuple[str, ...]
    times: NDArray[np.float64]
    stored: NDArray[np.int64]
    served: NDArray[np.int64]
    failed: NDArray[np.int64]
    no_route: NDArray[np.int64]
    exhausted: NDArray[np.int64]
    paths: tuple[dict[Path, int], ...]
    exposed: tuple[dict[int, int], ...]
    counts: tuple[PoolCounts, ...]
    log: tuple[LogLine, ...]

    @property
    def rates(self) -> NDArray[np.float64]:
        """Bits a second that each demand was served on average, shape (n_demands,)."""
        bits = np.array([demand.n_bits for demand in self.demands], dtype=np.int64)
        return np.asarray(self.served[-1] * bits / self.times[-1], dtype=np.float64)

    def __repr__(self) -> str:
        served, failed = int(self.served[-1].sum()), int(self.failed[-1].sum())
        hours = self.times[-1] / 3600
        told = f", of {len(self.stated)} of {len(self.links)} links at stated rates" if self.stated else ""
        return (
            f"SimulationResult({hours:g} h, {served:,} keys served, {failed:,} not, keys: {self.keys}{told})"
        )


def simulate(
    topology: Topology,
    demands: Iterable[Demand],
    *,
    seconds: float,
    seed: int,
    incidents: Iterable[Incident] = (),
    n_times: int = 100,
    progress: Progress | None = None,
    **options: Any,
) -> SimulationResult:
    """Run a network for a while and return what became of it.

    Parameters
    ----------
    topology
        The network.
    demands
        Who asks for keys.
    seconds
        How long, from a beginning with empty pools.
    seed
        Whole number from which all randomness follows.
    incidents
        What happens to it.
    n_times
        How often it is looked at, evenly, besides at the beginning.
    progress
        Called with the share done; it may raise to end the run.
    **options
        Those of `Network`.

    Raises
    ------
    ValueError
        Naming the demand or the incident that does not fit the network.

    Examples
    --------
    >>> from qkdlab import IDEAL_LINK, SessionSettings
    >>> from qkdlab.network import ring
    >>> classroom = SessionSettings(n_pulses=1, seed=0, security="asymptotic")
    >>> simulate(
    ...     ring(4, link=IDEAL_LINK, pulse_rate_hz=20_000),
    ...     [Demand(a="A", b="C", interval_seconds=10, arrivals="constant")],
    ...     seconds=3600,
    ...     seed=1,
    ...     session=classroom,
    ... )
    SimulationResult(1 h, 359 keys served, 1 not, keys: measured)
    """
    check_between("seconds", seconds, 1e-3, 1e9)
    check_count("n_times", n_times, minimum=1)
    wanted = check_all("demands", demands, Demand)
    planned = sorted(check_all("incidents", incidents, Incident), key=lambda incident: incident.at_seconds)
    _check_plans(topology, wanted, planned, seconds)
    network = Network(topology, seed=seed, **options)
    requests = Requests.draw(wanted, seconds, np.random.default_rng([seed, 1]))
    serving = Serving(network.router, wanted, requests)

    def tell(link: LiveLink) -> None:
        told = f"{link.state} ({link.reason})" if link.reason else str(link.state)
        serving.note(LogLine(network.now, LogKind.LINK, link.name, told))

    network.watch(tell)
    looks = []
    times = np.linspace(0.0, seconds, n_times + 1)
    for place, until in enumerate(times.tolist()):
        while planned and planned[0].at_seconds <= until:
            incident = planned.pop(0)
            _advance(network, serving, incident.at_seconds)
            where = link_name(incident.where)
            serving.note(LogLine(network.now, LogKind.INCIDENT, where, incident.what))
            incident.happen(network)
            serving.compromised = network.compromised
        _advance(network, serving, until)
        looks.append((_levels(network), serving.served.copy(), serving.no_route + serving.exhausted))
        if progress:
            progress(place / n_times)
    return _result(network, serving, wanted, times, looks)


def _result(
    network: Network,
    serving: Serving,
    demands: tuple[Demand, ...],
    times: NDArray[np.float64],
    looks: Sequence[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]],
) -> SimulationResult:
    """Return what became of a run, out of what was seen of it each time."""
    stored, served, failed = (read_only(rows, np.int64) for rows in zip(*looks, strict=True))
    return SimulationResult(
        keys=network.plan.keys,
        stated=tuple(link.name for link in network.links.values() if link.is_stated),
        demands=demands,
        links=tuple(link.name for link in network.links.values()),
        times=read_only(times),
        stored=stored,
        served=served,
        failed=failed,
        no_route=read_only(serving.no_route),
        exhausted=read_only(serving.exhausted),
        paths=tuple(dict(paths) for paths in serving.paths),
        exposed=tuple(dict(exposed) for exposed in serving.exposed),
        counts=tuple(link.counts for link in network.links.values()),
        log=tuple(sorted(serving.log, key=lambda line: line.seconds)),
    )


def _check_plans(
    topology: Topology, demands: Iterable[Demand], incidents: Iterable[Incident], seconds: float
) -> None:
    """Raise ``ValueError`` for demands and incidents that do not fit the network or the time."""
    for demand in demands:
        for end in demand.turns[0]:
            if topology.node(end).is_switch:
                raise ValueError(f"demand {demand.name} must be of nodes that hold keys, got {shown(end)}")
    for incident in incidents:
        incident.check(topology)
        if incident.at_seconds > seconds:
            raise ValueError(f"at_seconds must be at most {seconds!r}, got {shown(incident.at_seconds)}")


def _levels(network: Network) -> list[int]:
    """Return how many bits can be had of each link, both directions together."""
    return [
        sum(pool.available(network.now) for pool in link.pools.values()) for link in network.links.values()
    ]


def _advance(network: Network, serving: Serving, until: float) -> None:
    """Let time pass: requests are served before each change of the network."""
    while (change := network.next_change()) <= until:
        serving.serve(change)
        network.run(change - network.now)
    serving.serve(until)
    network.run(until - network.now)
