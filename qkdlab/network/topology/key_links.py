"""Where keys are made: every pair of nodes whose units are joined by light, directly or through a switch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import ceil, log10

import networkx as nx

from ...attacks.attack import Eavesdropper
from ...errors import shown
from ...link import Detector, Link
from ...settings.session_settings import MOST_PULSES, SessionSettings
from ...values import check_instance, combined_error
from .network_fibre import Fibre, link_name
from .topology import Node, Topology

ENOUGH_CLICKS = 300_000
"""Clicks for which a session collects pulses, if its length is not given: enough for a finite key."""

STATED_SECONDS = 1.0
"""How often keys come over a link whose key rate is stated, if nothing else is: our choice."""

MOST_PAIRS, MOST_COLOURED = 200_000, 2_000
"""Pairs at a switch, and pairs for which fewer rounds than those of a tournament are looked for."""

NETWORK_SESSION = SessionSettings(
    n_pulses=1, seed=0, z_probability=0.8, cascade="modified (8)", sample_fraction=0.02
)
"""How sessions of a network are run, if nothing else is asked for: biased bases, finite keys.

Number of pulses, link and seed are put in for each link."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyLink:
    """An Alice unit and a Bob unit that make keys with each other.

    Parameters
    ----------
    a, b
        Names of the nodes that have the Alice unit and the Bob unit.
    link
        Source, fibre and detectors, as a session takes them; through a switch, all losses together.
    pulse_rate_hz
        Pulses a second.
    session_seconds
        How long pulses are collected for a session.
    duty
        Share of the time in which the light of `a` reaches `b`, and sessions run: below 1 behind a switch
        that switches.
    fibres
        The fibres on the way, each as its two ends.
    key_rate_bits_per_s
        Secret bits a second, as stated (`Fibre`); None if its keys are simulated. A link with a stated rate
        has no sessions; its keys come every `session_seconds`.
    """

    a: str
    b: str
    link: Link
    pulse_rate_hz: float
    session_seconds: float
    duty: float = 1.0
    fibres: tuple[tuple[str, str], ...]
    key_rate_bits_per_s: float | None = None

    @property
    def name(self) -> str:
        """The names of its ends."""
        return link_name((self.a, self.b))

    @property
    def n_pulses(self) -> int:
        """Pulses of a session."""
        return max(1, round(self.pulse_rate_hz * self.session_seconds))

    @property
    def period_seconds(self) -> float:
        """Time from the end of one session to the end of the next, on average."""
        return self.session_seconds / self.duty

    def settings(
        self, session: SessionSettings, *, seed: int = 0, eavesdropper: Eavesdropper | None = None
    ) -> SessionSettings:
        """Return the settings of one of its sessions: `session` but for what is the link's, and Eve.

        Raises ``ValueError`` if its key rate is stated, as nothing is known of its sessions then.
        """
        if self.key_rate_bits_per_s is not None:
            got = f"{self.key_rate_bits_per_s:,.10g} bit/s"
            raise ValueError(f"link {self.name} must have no stated key rate to be simulated, got {got}")
        return _session(session, self.link, self.n_pulses, seed, eavesdropper)


@lru_cache(maxsize=4_096)
def _session(
    session: SessionSettings, link: Link, n_pulses: int, seed: int, eavesdropper: Eavesdropper | None
) -> SessionSettings:
    """Return `session` for a link; remembered, as many links of a network are alike."""
    return replace(session, link=link, n_pulses=n_pulses, seed=seed, eavesdropper=eavesdropper)


def key_links(topology: Topology, *, pairs: Iterable[tuple[str, str]] | None = None) -> tuple[KeyLink, ...]:
    """Return where a network makes keys.

    Each fibre between nodes that are no switches makes keys, at the rate that is stated if one is. Through a
    switch, every pair does of which one has an Alice unit and the other a Bob unit. At a switch the pairs
    take turns: every node has one fibre, so a round joins each node to one other at most, and a tournament of
    n nodes takes n - 1 rounds, n if n is odd; fewer if not all of them meet (`rounds_of`). A pair has its
    share of the time, less what its units need to lock on after each switching; its sessions are spread over
    it, as if evenly strewn.
    A switch with one round stays as it is, and its pairs have all the time.

    On the way through a switch losses add, stated ones too, and the causes of errors of both fibres act one
    after the other. Classical light must be the same in both fibres and goes the whole way with the signal,
    or against it.
    The slower of the two units sets the pulse rate; dead time and delay of afterpulses of the detectors stay
    the same in seconds.

    Parameters
    ----------
    topology
        The network.
    pairs
        The pairs that take turns at switches; None for all.

    Raises
    ------
    ValueError
        Naming a pair with an unknown node, or the fibres to a switch that cannot be one link.

    Examples
    --------
    >>> from qkdlab.network import star
    >>> [(link.name, round(link.duty, 3)) for link in key_links(star(3, hub="optical switch"))][0]
    ('A–B', 0.308)
    """
    check_instance("topology", topology, Topology)
    wanted = None if pairs is None else {frozenset(pair) for pair in pairs}
    for name in sorted(frozenset().union(*(wanted or ()))):
        topology.node(name)
    links = [
        _direct(fibre)
        for fibre in topology.fibres
        if not (topology.node(fibre.a).is_switch or topology.node(fibre.b).is_switch)
    ]
    at_switch: dict[str, list[tuple[Node, Fibre]]] = {}
    for switch, node, fibre in topology.to_switches():
        at_switch.setdefault(switch.name, []).append((node, fibre))
    for name, users in at_switch.items():
        links += _switched(topology.node(name), users, wanted)
    return tuple(links)


def _direct(fibre: Fibre) -> KeyLink:
    if fibre.key_rate_bits_per_s is None:
        seconds = _seconds(fibre.session_seconds, fibre.link, fibre.pulse_rate_hz)
    else:
        seconds = fibre.session_seconds or STATED_SECONDS
    return KeyLink(
        a=fibre.a,
        b=fibre.b,
        link=fibre.link,
        pulse_rate_hz=fibre.pulse_rate_hz,
        session_seconds=seconds,
        fibres=((fibre.a, fibre.b),),
        key_rate_bits_per_s=fibre.key_rate_bits_per_s,
    )


def _switched(
    switch: Node, users: list[tuple[Node, Fibre]], wanted: set[frozenset[str]] | None
) -> list[KeyLink]:
    places = {node.name: place for place, (node, _) in enumerate(users)}
    pairs: list[tuple[int, int]]
    if wanted is None:
        if (n_pairs := len(users) * (len(users) - 1) // 2) > MOST_PAIRS:
            raise ValueError(
                f"switch {switch.name!r} must have at most {MOST_PAIRS:,} pairs, got {n_pairs:,}"
            )
        pairs = list(combinations(range(len(users)), 2))
    else:
        chosen = (sorted(places[name] for name in pair) for pair in wanted if pair <= places.keys())
        pairs = sorted((i, j) for i, j in chosen)
    found: list[KeyLink] = []
    meeting: list[tuple[int, int]] = []
    for i, j in pairs:
        first, second = users[i], users[j]
        if first[0].units.sends and second[0].units.receives:
            found.append(_through(switch, first, second))
        elif second[0].units.sends and first[0].units.receives:
            found.append(_through(switch, second, first))
        else:
            continue
        meeting.append((i, j))
    n_rounds = rounds_of(meeting, len(users))
    relock = switch.relock_seconds if n_rounds > 1 else 0.0
    used = switch.dwell_seconds / (switch.dwell_seconds + relock)
    return [replace(link, duty=used / n_rounds) for link in found]


def rounds_of(pairs: Sequence[tuple[int, int]], n: int) -> int:
    """Return in how many rounds the pairs of `n` users meet, each user in one pair of a round at most.

    If all users meet each other, as many as a tournament has (`meeting_round`). If they do not, it is that
    without its empty rounds, or what a greedy colouring of the pairs finds, whichever is less: not always the
    least that is possible.

    >>> rounds_of([(0, 1), (2, 3)], 6), rounds_of([(i, j) for i in range(3) for j in range(3, 6)], 6)
    (1, 3)
    """
    tournament = len({meeting_round(i, j, n) for i, j in pairs})
    if not pairs or len(pairs) > MOST_COLOURED or len(pairs) == n * (n - 1) // 2:
        return tournament
    colours = nx.greedy_color(nx.line_graph(nx.Graph(pairs)), strategy="DSATUR")
    return min(tournament, len(set(colours.values())))


def meeting_round(i: int, j: int, n: int) -> int:
    """Return in which round two of `n` meet, in a tournament in which each round pairs everybody once.

    The circle method: n - 1 rounds if n is even, otherwise n, in each of which one has no partner.

    >>> [[meeting_round(i, j, 4) for j in range(4) if j != i] for i in range(4)]
    [[1, 2, 0], [1, 0, 2], [2, 0, 1], [0, 2, 1]]
    """
    n_rounds = n - 1 if n % 2 == 0 else n
    if n % 2 == 0 and n - 1 in (i, j):
        return (2 * min(i, j)) % n_rounds
    return (i + j) % n_rounds


def _through(switch: Node, sender: tuple[Node, Fibre], receiver: tuple[Node, Fibre]) -> KeyLink:
    """Return the link from an Alice unit through a switch to a Bob unit: losses add."""
    (alice, first), (bob, second) = sender, receiver
    one, two = first.link, second.link
    if one.classical != two.classical:
        raise ValueError(
            f"fibres {first.name} and {second.name} must carry the same classical light, "
            f"got {shown(one.classical)} and {two.classical!r}"
        )
    rate = min(first.pulse_rate_hz, second.pulse_rate_hz)
    length = one.length_km + two.length_km
    fibre_db = one.length_km * one.attenuation_db_per_km + two.length_km * two.attenuation_db_per_km
    try:
        combined = replace(
            one,
            length_km=length,
            attenuation_db_per_km=fibre_db / length if length else one.attenuation_db_per_km,
            insertion_loss_db=one.insertion_loss_db + two.insertion_loss_db + switch.insertion_loss_db,
            misalignment_error=combined_error(one.misalignment_error, two.misalignment_error),
            depolarizing_probability=1
            - (1 - one.depolarizing_probability) * (1 - two.depolarizing_probability),
            detector=_slowed(two.detector, rate / second.pulse_rate_hz),
        )
    except ValueError as error:
        raise ValueError(f"fibres {first.name} and {second.name} through {switch.name}: {error}") from error
    given = [fibre.session_seconds for fibre in (first, second) if fibre.session_seconds is not None]
    return KeyLink(
        a=alice.name,
        b=bob.name,
        link=combined,
        pulse_rate_hz=rate,
        session_seconds=_seconds(max(given, default=None), combined, rate),
        fibres=((first.a, first.b), (second.a, second.b)),
    )


def _slowed(detector: Detector, share: float) -> Detector:
    """Return a detector as it is if pulses come at this share of its rate: times stay, in fewer gates."""
    if share == 1:
        return detector
    delay = max(1.0, detector.afterpulse_gates * share)
    return replace(detector, dead_gates=round(detector.dead_gates * share), afterpulse_gates=delay)


def _seconds(given: float | None, link: Link, pulse_rate_hz: float) -> float:
    """Return the length of a session: the next 1, 2 or 5 × 10ⁿ s that is enough, if none is given."""
    if given is not None:
        return given
    gain = link.expected_gain
    longest = MOST_PULSES / pulse_rate_hz
    wanted = min(ENOUGH_CLICKS / gain / pulse_rate_hz, longest) if gain else longest
    power = 10.0 ** ceil(log10(wanted) - 1)
    rounded = next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * (1 - 1e-9))
    return max(1e-3, min(rounded, longest))
