"""What a network comes to for two users: keys in store, what happens, the key that is then asked for.

The network is switched on and runs until its pools hold keys. Then fibres are cut, Eve begins to listen,
nodes are lost. The sessions that she hits come to their end, and the users ask for a key of 256 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...attacks.qubit_attacks import InterceptResend
from ...errors import KeyExhausted, NoRoute
from ...network import (
    Incident,
    Knowledge,
    LinkState,
    LiveLink,
    Network,
    PairReport,
    RelayedKey,
    knowledge,
    measure_yield,
    pair_report,
)
from ...network.operation.pair_report import key_rate, slowest_link, star_rates
from ...network.operation.router import Route
from ...network.routing.breadth_first import Path
from ...session.result import Standing
from ...values import Progress, progress_part
from .forms import SWITCH_STAR, TRUSTED_STAR, WAYS
from .settings import NetworkSettings

KEY_BITS = 256
WARM_SECONDS, WARM_SESSIONS = 60.0, 3
"""How long the network runs before anything happens: so long, and so many sessions of its slowest link."""

SAME, OTHER, STOCK, NONE, EXPOSED = "same", "other", "stock", "none", "exposed"
"""The key comes over the way it would have taken before, over another, out of stored keys alone, not at all;
or it comes, and the attacker has it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A link that changed its state: how long after the incident, which link, and why."""

    seconds: float
    link: str
    state: LinkState
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class NetworkRun:
    """What two users of a network have.

    Parameters
    ----------
    settings
        What was run.
    network
        The network as it is now.
    before
        The ways that a key would have taken before anything happened; () if there was none.
    notices
        Links that stopped, in the order of time.
    report
        The pair of users, for keys over one path.
    relayed
        The key; None if there is none.
    failure
        Why there is none.
    stock_bits
        If no way of working links is left: bits in the emptiest pool of the way that the key took.
    attacker
        What the compromised nodes know of the key together; None without a key.
    knowing
        The nodes that know the whole key, each by itself, users included.
    """

    settings: NetworkSettings
    network: Network
    before: tuple[Path, ...]
    notices: tuple[Notice, ...]
    report: PairReport
    relayed: RelayedKey | None
    failure: NoRoute | KeyExhausted | None
    stock_bits: int | None
    attacker: Knowledge | None
    knowing: tuple[str, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The ways of the key; () without one."""
        return self.relayed.paths if self.relayed else ()

    @property
    def outcome(self) -> str:
        """One of `OUTCOMES`."""
        if self.relayed is None or self.attacker is None:
            return NONE
        if self.attacker.knows_all:
            return EXPOSED
        if self.stock_bits is not None:
            return STOCK
        return SAME if self.paths == self.before else OTHER

    def outcome_beside(self, run: NetworkRun | None) -> str:
        """Return the outcome, with the ways of another run's key as those that would have been taken."""
        if run is None or self.outcome not in (SAME, OTHER):
            return self.outcome
        return SAME if self.paths == run.paths else OTHER

    @property
    def standing(self) -> Standing:
        """What it has come to in truth: a key that the attacker has is broken."""
        if self.relayed is None:
            return Standing.TOO_FEW if isinstance(self.failure, KeyExhausted) else Standing.REJECTED
        return Standing.BROKEN if self.outcome == EXPOSED else Standing.ACCEPTED

    @property
    def stock_keys(self) -> int | None:
        """How many more keys the stored bits give; None if keys are still made, or there is no key."""
        return None if self.stock_bits is None else self.stock_bits // self.key_cost

    @property
    def key_cost(self) -> int:
        """How many bits a key of `KEY_BITS` takes of each link on its way, those of its tag included."""
        return self._routes[0].cost(KEY_BITS)

    @property
    def _routes(self) -> tuple[Route, ...]:
        return self.network.router.over(self.paths)

    @property
    def slowest(self) -> LiveLink | None:
        """The link that makes the fewest bits a second of those on the ways of the key; None without one."""
        return slowest_link(self.network, self._routes) if self.paths else None

    @property
    def bits_per_second(self) -> float:
        """Key bits a second over these ways if nobody else uses their links; 0 if no keys are made there."""
        if not self.paths or self.stock_bits is not None:
            return 0.0
        return key_rate(self.network, self._routes, KEY_BITS)

    @property
    def star_rates(self) -> tuple[float, float] | None:
        """Its key rates in a star, in bit/s: of this pair alone, and if all pairs want keys alike.

        None in other networks, and if no keys are made, or the hub is one of the two.
        """
        lengths = {TRUSTED_STAR: 3, SWITCH_STAR: 2}
        if not self.bits_per_second or len(self.paths[0]) != lengths.get(self.settings.form):
            return None
        return star_rates(self.network, self._routes[0], KEY_BITS)

    def __repr__(self) -> str:
        return f"NetworkRun({self.settings.a} to {self.settings.b}: {self.outcome})"


def run_network(settings: NetworkSettings, progress: Progress) -> NetworkRun:
    """Run a network; links of a kind that was not run before are measured first, by a session each."""
    network = Network(settings.network, seed=settings.seed)
    incidents = incidents_of(settings)
    _measure(network, incidents, progress)
    longest = max((link.link.period_seconds for link in network.links.values()), default=0.0)
    warm = max(WARM_SECONDS, WARM_SESSIONS * longest)
    network.run(warm if settings.stored else 0.0)
    before = routes_now(settings, network)
    notices: list[Notice] = []
    begun = network.now
    network.watch(
        lambda link: notices.append(
            Notice(network.now - begun, link.name, link.state, str(link.reason or ""))
        )
    )
    for incident in incidents:
        incident.happen(network)
    network.run(_until_noticed(network, settings) if settings.stored else warm)
    working = routes_now(settings, network)
    relayed, failure = _relay(network, settings)
    stock = None
    if relayed is not None and not working:
        hops = [ends for path in relayed.paths for ends in pairwise(path)]
        stock = min(network.link(*ends).pools[ends].available(network.now) for ends in hops)
    return NetworkRun(
        settings=settings,
        network=network,
        before=before,
        notices=tuple(notices),
        report=pair_report(network, settings.a, settings.b, n_bits=KEY_BITS),
        relayed=relayed,
        failure=failure,
        stock_bits=stock,
        attacker=knowledge(relayed, settings.compromised) if relayed else None,
        knowing=_knowing(relayed) if relayed else (),
    )


def measure_ahead(progress: Progress, chosen: Sequence[NetworkSettings]) -> None:
    """Measure the links of networks that may come next; what was measured is kept, see `measure_yield`."""
    for settings in chosen:
        _measure(Network(settings.network, seed=settings.seed), incidents_of(settings), progress)


def _relay(
    network: Network, settings: NetworkSettings
) -> tuple[RelayedKey | None, NoRoute | KeyExhausted | None]:
    """Return the key, or why there is none."""
    way = WAYS[settings.way]
    more = {"method": way.method, "n_paths": way.n_paths, "threshold": way.threshold}
    try:
        return network.relay(settings.a, settings.b, KEY_BITS, **more), None  # type: ignore[arg-type]
    except (NoRoute, KeyExhausted) as error:
        return None, error


def incidents_of(settings: NetworkSettings, at_seconds: float = 0.0) -> tuple[Incident, ...]:
    """Return what happens to fibres and nodes, all at one time."""
    what: list[tuple[str, Path]] = [("cut", ends) for ends in settings.cut]
    what += [("listen", ends) for ends in settings.eve] + [("lose", (name,)) for name in settings.lost]
    what += [("compromise", (name,)) for name in settings.compromised]
    return tuple(Incident(at_seconds=at_seconds, what=name, where=where) for name, where in what)


def fibre_path(network: Network, path: Path) -> Path:
    """Return a path with the optical switches on its way."""
    nodes = [path[0]]
    for ends in pairwise(path):
        fibres = [list(one) for one in network.link(*ends).link.fibres]
        while fibres:
            place = next(i for i, fibre in enumerate(fibres) if nodes[-1] in fibre)
            fibre = fibres.pop(place)
            nodes.append(fibre[1] if fibre[0] == nodes[-1] else fibre[0])
    return tuple(nodes)


def _measure(network: Network, incidents: Iterable[Incident], progress: Progress) -> None:
    """Run the sessions by which links are measured, as they are and with Eve on them."""
    listened = {frozenset(one.where) for one in incidents if one.what == "listen"}
    simulated = [link for link in network.links.values() if not link.is_stated]
    wanted = dict.fromkeys(link.settings for link in simulated)
    for link in simulated:
        if any(frozenset(ends) in listened for ends in link.link.fibres):
            wanted[link.link.settings(network.plan.session, eavesdropper=InterceptResend())] = None
    for place, settings in enumerate(wanted):
        progress(place / len(wanted))
        part = progress_part(progress, place / len(wanted), (place + 1) / len(wanted))
        measure_yield(settings, network.plan.n_measured, progress=part)
    progress(1.0)


def routes_now(settings: NetworkSettings, network: Network) -> tuple[Path, ...]:
    """Return the ways over links that work; () if there are not as many as are wanted."""
    try:
        routes = network.router.routes(settings.a, settings.b, network.now, WAYS[settings.way].n_paths)
    except NoRoute:
        return ()
    return tuple(route.path for route in routes)


def _until_noticed(network: Network, settings: NetworkSettings) -> float:
    """Return how long it takes until the first sessions with Eve have ended; a cut is seen at once."""
    hit = {frozenset(ends) for ends in settings.eve}
    periods = [
        link.link.period_seconds
        for link in network.links.values()
        if any(frozenset(ends) in hit for ends in link.link.fibres)
    ]
    return max(periods, default=0.0)


def _knowing(relayed: RelayedKey) -> Path:
    nodes = dict.fromkeys(name for path in relayed.paths for name in path)
    return tuple(name for name in nodes if knowledge(relayed, [name]).knows_all)
