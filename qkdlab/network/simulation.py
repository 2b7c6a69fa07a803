"""Hours of a network: users who ask for keys, links that fail, and what becomes of every bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from ..errors import KeyExhausted, NoRoute
from ..quantum.eavesdroppers import Eavesdropper
from ..values import Progress, check_between, check_choice, check_count, check_non_negative, read_only
from .link_keys import LinkKeys
from .network import Network
from .pools import PoolCounts
from .router import Path
from .topology import Topology, link_name

ARRIVALS = ("poisson", "constant")
NODE_EVENTS, FIBRE_EVENTS = ("lose", "restore"), ("cut", "repair", "listen", "leave")

LONGEST_LOG = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Two users who ask for keys, in turns, one of them and then the other.

    Parameters
    ----------
    a, b
        The users.
    n_bits
        Length of each key.
    interval_seconds
        Time between two requests; on average, if they come at random.
    arrivals
        ``"poisson"`` (at random, independently of each other) or ``"constant"``.
    n_paths
        Over how many disjoint paths each key goes, in shares.
    """

    a: str
    b: str
    n_bits: int = 256
    interval_seconds: float = 60.0
    arrivals: str = "poisson"
    n_paths: int = 1

    def __post_init__(self) -> None:
        check_count("n_bits", self.n_bits, minimum=1)
        check_between("interval_seconds", self.interval_seconds, 1e-6, 1e9)
        check_choice("arrivals", self.arrivals, ARRIVALS)
        check_count("n_paths", self.n_paths, minimum=1)

    @property
    def name(self) -> str:
        """The two users."""
        return link_name((self.a, self.b))


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """Something that happens to a network at a time.

    Parameters
    ----------
    at_seconds
        When.
    what
        A method of `Network`: ``"cut"``, ``"repair"``, ``"listen"`` or ``"leave"`` of a fibre, ``"lose"`` or
        ``"restore"`` of a node.
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
        ends = 2 if self.what in FIBRE_EVENTS else 1
        if len(self.where) != ends:
            raise ValueError(f"where must be {ends} names to {self.what}, got {self.where!r}")

    def happen(self, network: Network) -> None:
        """Let it happen."""
        more = (self.eavesdropper,) if self.what == "listen" else ()
        getattr(network, self.what)(*self.where, *more)


@dataclass(frozen=True, slots=True)
class LogLine:
    """What happened at a time, in words."""

    seconds: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class SimulationResult:
    """What became of a network and of the requests for keys.

    Parameters
    ----------
    keys
        Where the keys came from: `KEYS`.
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
    counts
        For each link, what became of its bits.
    log
        What happened to links, routes and demands, at most 10,000 lines.
    """

    keys: str
    demands: tuple[Demand, ...]
    links: tuple[str, ...]
    times: NDArray[np.float64]
    stored: NDArray[np.int64]
    served: NDArray[np.int64]
    failed: NDArray[np.int64]
    no_route: NDArray[np.int64]
    exhausted: NDArray[np.int64]
    paths: tuple[dict[Path, int], ...]
    counts: tuple[PoolCounts, ...]
    log: tuple[LogLine, ...]

    @property
    def rates(self) -> NDArray[np.float64]:
        """Bits a second that each demand was served on average, shape (n_demands,)."""
        bits = np.array([demand.n_bits for demand in self.demands], dtype=np.int64)
        seconds = float(self.times[-1])
        return self.served[-1] * bits / seconds if seconds else np.zeros(len(bits))

    def __repr__(self) -> str:
        served, failed = int(self.served[-1].sum()), int(self.failed[-1].sum())
        hours = self.times[-1] / 3600
        return f"SimulationResult({hours:g} h, {served:,} keys served, {failed:,} not, keys: {self.keys})"


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
    """
    check_between("seconds", seconds, 1e-3, 1e9)
    check_count("n_times", n_times, minimum=1)
    wanted = tuple(demands)
    options.setdefault("pairs", [(demand.a, demand.b) for demand in wanted] or None)
    network = Network(topology, seed=seed, **options)
    run = _Run(network, wanted, tuple(incidents), np.random.default_rng([seed, 1]))
    times = np.linspace(0.0, seconds, n_times + 1)
    for place, until in enumerate(times):
        if until:
            network.env.run(until=until)
        run.look()
        if progress:
            progress(place / n_times)
    return run.result(times)


class _Run:
    """A run under way: the processes that ask for keys, and what they have come to."""

    def __init__(
        self,
        network: Network,
        demands: Sequence[Demand],
        incidents: Sequence[Incident],
        rng: np.random.Generator,
    ) -> None:
        self._network, self._demands = network, demands
        self._links = tuple(network.links.values())
        self._served, self._no_route, self._exhausted = ([0] * len(demands) for _ in range(3))
        self._paths: list[Counter[Path]] = [Counter() for _ in demands]
        self._last: list[tuple[Path, ...] | str] = [() for _ in demands]
        self._looks: list[tuple[list[int], list[int], list[int]]] = []
        self._log: list[LogLine] = []
        network.watch(self._link_changed)
        for place, (demand, own) in enumerate(zip(demands, rng.spawn(len(demands)), strict=True)):
            for end in (demand.a, demand.b):
                if network.topology.node(end).is_switch:
                    raise ValueError(f"demand {demand.name}: {end!r} must hold keys, got an optical switch")
            network.env.process(self._asking(place, demand, own))
        for incident in sorted(incidents, key=lambda incident: incident.at_seconds):
            network.env.process(self._happening(incident))

    def _asking(
        self, place: int, demand: Demand, rng: np.random.Generator
    ) -> Generator[simpy.Event, None, None]:
        env, turns = self._network.env, ((demand.a, demand.b), (demand.b, demand.a))
        while True:
            if demand.arrivals == "poisson":
                waits = rng.exponential(demand.interval_seconds, 256).tolist()
            else:
                waits = [demand.interval_seconds] * 256
            for turn, wait in enumerate(waits):
                yield env.timeout(wait)
                self._ask(place, demand, turns[turn % 2])

    def _ask(self, place: int, demand: Demand, ends: tuple[str, str]) -> None:
        outcome: tuple[Path, ...] | str
        try:
            outcome = self._network.request(*ends, demand.n_bits, n_paths=demand.n_paths)
        except NoRoute as error:
            self._no_route[place] += 1
            outcome = str(error)
        except KeyExhausted as error:
            self._exhausted[place] += 1
            outcome = str(error)
        else:
            self._served[place] += 1
            if ends[0] != demand.a:
                outcome = tuple(path[::-1] for path in outcome)
            self._paths[place].update(outcome)
        if outcome != self._last[place]:
            self._tell_change(demand, self._last[place], outcome)
            self._last[place] = outcome

    def _tell_change(
        self, demand: Demand, before: tuple[Path, ...] | str, now: tuple[Path, ...] | str
    ) -> None:
        if isinstance(now, tuple):
            self._note(f"{demand.name} goes over {' and '.join(map(link_name, now))}")
        elif not isinstance(before, str):
            self._note(f"{demand.name} is not served: {now}")

    def _happening(self, incident: Incident) -> Generator[simpy.Event, None, None]:
        yield self._network.env.timeout(incident.at_seconds)
        self._note(f"{incident.what} {link_name(incident.where)}")
        incident.happen(self._network)

    def _link_changed(self, link: LinkKeys) -> None:
        self._note(f"{link.name}: {link.state}" + (f" ({link.reason})" if link.reason else ""))

    def _note(self, text: str) -> None:
        if len(self._log) < LONGEST_LOG:
            self._log.append(LogLine(self._network.now, text))

    def look(self) -> None:
        """Note how the network is now."""
        now = self._network.now
        stored = [sum(pool.available(now) for pool in link.pools.values()) for link in self._links]
        failed = [a + b for a, b in zip(self._no_route, self._exhausted, strict=True)]
        self._looks.append((stored, list(self._served), failed))

    def result(self, times: NDArray[np.float64]) -> SimulationResult:
        """Return what the run has come to."""
        network = self._network
        stored, served, failed = (read_only(rows, np.int64) for rows in zip(*self._looks, strict=True))
        return SimulationResult(
            keys=network.plan.keys,
            demands=tuple(self._demands),
            links=tuple(link.name for link in self._links),
            times=read_only(times),
            stored=stored,
            served=served,
            failed=failed,
            no_route=read_only(self._no_route, np.int64),
            exhausted=read_only(self._exhausted, np.int64),
            paths=tuple(dict(paths) for paths in self._paths),
            counts=tuple(link.counts(network.now) for link in self._links),
            log=tuple(self._log),
        )
